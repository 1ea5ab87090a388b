/// Who did it: what a set of identity records says (specification, section 4).
///
/// A map is a value, and a function of the *set* of records that were applied: their order and their
/// repeats change nothing, once the questions that they raised are answered (`questions`). A copy costs
/// nothing; applying a batch costs its records and the pages of the devices that they name
/// (`DeviceTable`), so every batch may make a version while others read the one before.
package struct IdentityMap: Sendable {
    package let options: IdentityOptions
    /// The largest `seq` of all records applied: the identity watermark (section 4.5).
    package internal(set) var lastSeq: UInt64
    var devices: DeviceTable
    var aliases: AliasForest
    var openQuestions: Set<IdentityQuestion>

    package init(options: IdentityOptions = IdentityOptions()) {
        self.options = options
        lastSeq = 0
        devices = DeviceTable()
        aliases = AliasForest()
        openQuestions = []
    }

    /// Devices that any record names.
    package var deviceCount: Int { devices.count }

    /// Bytes of memory, near enough.
    package var memorySize: Int { devices.memorySize }

    /// What has to be read again, in order. Empty: the map is exact.
    package var questions: [IdentityQuestion] {
        openQuestions.sorted(by: IdentityQuestion.precedes)
    }

    /// Takes in records.
    /// - Precondition: each passes `IdentityRecord.check`.
    package mutating func apply(_ records: [IdentityRecord]) {
        var changes: [Change] = []
        changes.reserveCapacity(records.count)
        var aliasRecords: [AliasForest.Record] = []
        for (index, record) in records.enumerated() {
            lastSeq = max(lastSeq, record.seq)
            if record.kind.hasDevice {
                let device = Array(record.device.utf8)
                let hash = IdentityName.hash(device.span, key: options.hashKey)
                changes.append(Change(hash: hash, index: index, device: device))
            } else {
                aliasRecords.append(
                    AliasForest.Record(
                        seq: record.seq, isAlias: record.kind == .alias,
                        from: IdentityName(record.user), to: IdentityName(record.toUser)))
            }
        }
        if !aliasRecords.isEmpty { aliases.apply(aliasRecords) }
        // By device, so that each is read and written once.
        changes.sort { $0.precedes($1) }
        apply(changes, records)
    }

    private struct Change {
        var hash: UInt32
        var index: Int
        var device: [UInt8]

        func precedes(_ other: Change) -> Bool {
            if hash != other.hash { return hash < other.hash }
            if device != other.device {
                return device.lexicographicallyPrecedes(other.device)
            }
            return index < other.index
        }
    }

    private mutating func apply(_ changes: [Change], _ records: [IdentityRecord]) {
        let usersMax = options.sharedDeviceUsersMax
        var entry = IdentityWriter()
        var scratch = IdentityWriter()
        var start = 0
        while start < changes.count {
            let device = changes[start].device
            var end = start + 1
            while end < changes.count, changes[end].device == device { end += 1 }
            var gaps: [DeviceLinks.Gap] = []
            devices.update(
                device, hash: changes[start].hash, entry: &entry, scratch: &scratch
            ) { links in
                var settledCount = links.runCount
                for change in changes[start..<end] {
                    links.apply(records[change.index], usersMax: usersMax)
                    // Memory stays in proportion to what is kept, and so does the work.
                    let limit = max(IdentityLimits.unsettledCountMax, settledCount)
                    if links.runCount - settledCount >= limit {
                        links.settle()
                        settledCount = links.runCount
                    }
                }
                links.settle()
                swap(&gaps, &links.gaps)
            }
            for gap in gaps { ask(gap, of: device) }
            start = end
        }
    }

    mutating func ask(_ gap: DeviceLinks.Gap, of device: [UInt8]) {
        openQuestions.insert(
            IdentityQuestion(
                device: String(decoding: device, as: UTF8.self), user: gap.user?.text,
                from: gap.from, through: gap.through))
    }

    /// Takes in what was stored about a question, which is then closed.
    ///
    /// New records may be applied between the question and its answer. An answer may raise further
    /// questions, if records came meanwhile.
    /// - Parameter records: the links asked for, of the kinds `identify` and `implicit`.
    package mutating func answer(_ question: IdentityQuestion, with records: [IdentityRecord]) {
        close(question)
        apply(records)
    }

    /// The question is about to be answered.
    mutating func close(_ question: IdentityQuestion) { openQuestions.remove(question) }

    /// The map of all records that had arrived by `seq`: who did we think it was then?
    ///
    /// Nothing is to be asked of it: it sees every record.
    /// - Parameter records: all that are stored, in any order.
    package static func asOf(
        seq: UInt64, _ records: some Sequence<IdentityRecord>,
        options: IdentityOptions = IdentityOptions()
    ) -> IdentityMap {
        let known = records.filter { $0.seq <= seq }
        var map = IdentityMap(options: options)
        map.apply(known)
        map.settleQuestions(from: known)
        return map
    }

    /// Answers all questions from a list of all records.
    package mutating func settleQuestions(from records: [IdentityRecord]) {
        while !openQuestions.isEmpty {
            let asked = openQuestions
            openQuestions = []
            let byDevice = Dictionary(grouping: asked) { IdentityName($0.device) }
            apply(
                records.filter { record in
                    (record.kind == .identify || record.kind == .implicit)
                        && byDevice[IdentityName(record.device)]?.contains {
                            $0.from <= record.time && record.time <= $0.through
                        } == true
                })
        }
    }

    func links(of device: String) -> DeviceLinks? {
        let bytes = Array(device.utf8)
        let hash = IdentityName.hash(bytes.span, key: options.hashKey)
        return devices.links(of: bytes, hash: hash)
    }

    /// Whether any record names the device.
    package func knows(device: String) -> Bool { links(of: device) != nil }
}

extension DeviceLinks {
    mutating func apply(_ record: IdentityRecord, usersMax: Int) {
        switch record.kind {
        case .identify:
            link(IdentityName(record.user), at: record.time, .explicit, usersMax: usersMax)
        case .implicit:
            link(IdentityName(record.user), at: record.time, .implicit, usersMax: usersMax)
        case .clear: clear(at: record.time)
        case .unlink: unlink(IdentityName(record.user), through: record.time)
        case .alias, .unalias: preconditionFailure("an alias names no device")
        }
    }
}
