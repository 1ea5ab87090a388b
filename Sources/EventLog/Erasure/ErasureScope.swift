import Columns

/// Whose events an erasure takes: what was a person's when it was asked for (specification, section 4.7).
///
/// It says of each stored row, by itself, whether it goes. So it hides rows from queries at once, finds them
/// in segments later, and does either again after a crash.
package struct ErasureScope: Sendable, Hashable, Codable {
    /// A device, and when events without a user were the person's.
    struct Device: Sendable, Hashable, Codable {
        var name: String
        var spans: [Span]
        /// Nobody else has events of it: not even its logouts stay.
        var isWhole = false
    }

    /// From `start` until before `end`, in µs since 1970 UTC.
    struct Span: Sendable, Hashable, Codable {
        var start: Int64
        /// `nil`: without end.
        var end: Int64?

        func contains(_ time: Int64) -> Bool { start <= time && end.map { time < $0 } ?? true }
    }

    /// The receipt's.
    package let id: String
    /// All ids of the person, ascending.
    package let users: [String]
    var devices: [Device]
    /// From the first to the last of the person's events, in µs since 1970 UTC; `nil`: there is none, or
    /// nobody has looked.
    package var times: ClosedRange<Int64>?
    /// Events with greater numbers came after the request.
    let seqMax: Int64
    /// When it was asked for, in µs since 1970 UTC.
    package let requestedAt: Int64
}

extension ErasureScope {
    /// What decides whether a row goes.
    static let columns: [EventColumn] = [.seq, .userId, .deviceId, .timestamp, .event]
    static let positions = columns.map { Int($0.rawValue) }

    /// Whether each row goes.
    /// - Parameters:
    ///   - block: its first columns are `columns`.
    ///   - administration: reads what the administrators' records of the rows say.
    func rows(
        of block: Block, _ administration: () throws -> AdministrativeRows
    ) rethrows -> [Bool] {
        var isOwn = [Bool](repeating: false, count: block.rowCount)
        guard case .int64(let seqs) = block.columns[0].values,
            case .int64(let times) = block.columns[3].values
        else { return isOwn }
        let (users, userNames) = block.columns[1].codesOrNulls
        let (devices, deviceNames) = block.columns[2].codesOrNulls
        let (events, eventNames) = block.columns[4].codesOrNulls
        // A dictionary has thousands of names, and few of them are the person's.
        let own = userNames.codes(of: self.users)
        let byCode = Dictionary(
            self.devices.flatMap { device in
                deviceNames.codes(of: [device.name]).map { ($0, device) }
            }, uniquingKeysWith: { first, _ in first })
        let administrative = eventNames.codes(of: ["alias", "unalias", "unlink"])
        guard !own.isEmpty || !byCode.isEmpty || !administrative.isEmpty else { return isOwn }
        let records = administrative.isEmpty ? nil : try administration()
        let names = Set(self.users.map { IdentityName($0) })
        // Of most rows, three looks say that they are nobody's concern.
        let (isUser, isDevice, isRecord) = (
            CodeSet(own, of: userNames), CodeSet(byCode.keys, of: deviceNames),
            CodeSet(administrative, of: eventNames)
        )
        for row in isOwn.indices
        where
            (isUser.contains(users[row]) || isDevice.contains(devices[row])
            || isRecord.contains(events[row])) && seqs[row] <= seqMax
        {
            if own.contains(users[row]) {
                isOwn[row] = true
            } else if administrative.contains(events[row]),
                let record = records?.record(
                    row, named: eventNames[Int(events[row])], time: times[row], seq: 0),
                names.contains(IdentityName(record.user))
                    || names.contains(IdentityName(record.toUser))
            {
                isOwn[row] = true
            } else if !byCode.isEmpty, let device = byCode[devices[row]],
                users[row] < 0 || UserPlaceholder.matches(userNames[Int(users[row])])
            {
                isOwn[row] = device.isWhole || device.spans.contains { $0.contains(times[row]) }
            }
        }
        return isOwn
    }

    /// Of rows that go, the logouts from devices that others have events of, too: they part the others' events
    /// still.
    /// - Parameter block: its first columns are `columns`.
    func sharedLogouts(among rows: [Int], of block: Block) -> [Int] {
        let (devices, deviceNames) = block.columns[2].codesOrNulls
        let (events, eventNames) = block.columns[4].codesOrNulls
        return rows.filter { row in
            events[row] >= 0 && eventNames[Int(events[row])] == "clear" && devices[row] >= 0
                && !wholeDevices.contains(IdentityName(deviceNames[Int(devices[row])]))
        }
    }

    /// Whether a row of a rollup goes: it is of one person.
    /// - Parameter time: of its first event, in µs since 1970 UTC.
    func takes(user: String?, device: String?, time: Int64) -> Bool {
        if let user, !UserPlaceholder.matches(user) {
            let name = IdentityName(user)
            return users.contains { IdentityName($0) == name }
        }
        guard let device else { return false }
        let name = IdentityName(device)
        return devices.contains { own in
            IdentityName(own.name) == name
                && (own.isWhole || own.spans.contains { $0.contains(time) })
        }
    }
}

extension StringDictionary {
    /// Where these strings are, ascending.
    func codes(of strings: some Sequence<String>) -> [Int32] {
        if isDistinct { return strings.compactMap { code(of: $0) }.sorted() }
        let wanted = Set(strings.map { IdentityName($0) })
        return (0..<count).filter { wanted.contains(IdentityName(Array(bytes[range(at: $0)]))) }
            .map(Int32.init)
    }
}

/// Some codes of a dictionary.
private struct CodeSet {
    /// By code + 1: the first is null.
    private var isIn: [Bool]

    init(_ codes: some Sequence<Int32>, of dictionary: StringDictionary) {
        isIn = [Bool](repeating: false, count: dictionary.count + 1)
        for code in codes where code >= 0 { isIn[Int(code) + 1] = true }
    }

    @inline(__always)
    func contains(_ code: Int32) -> Bool { isIn[Int(code) + 1] }
}
