import Columns
import EventLog

/// How the index keeps up with the stored events.
extension ViewingIndex {
    /// What is to be taken in.
    struct Wanted {
        /// Numbers of the events.
        var seqs: ClosedRange<Int64>
        /// Only events in this time, in µs; `nil`: all.
        var times: Range<Int64>?
        /// Only events of this content; `nil`: all.
        var content: String?
    }

    /// Takes in events: all impressions, then the rest, for it is impressions that divide viewings. What came
    /// in an order that leaves open what belongs to which is left to `divideDoubtful`.
    /// - Returns: `false` if it gave up because that would take more memory than this.
    func fill(
        from events: EventsTable, _ wanted: Wanted, key: UInt64, memoryMax: Int,
        _ observer: ScanObserver
    ) throws -> Bool {
        var reader: SampleReader?
        for impressions in [true, false] {
            for scan in Self.scans(wanted, impressions: impressions) {
                for unit in try Self.units(events, scan.bounds, observer) {
                    guard memorySize <= memoryMax else { return false }
                    try take(unit, wanted, key, impressions: impressions, after: &reader) {
                        sample in
                        if let swipes = scan.swipes, (sample.kind == .swipe) != swipes { return }
                        self.apply(sample)
                    }
                }
            }
        }
        return true
    }

    private func take(
        _ unit: any ScanUnit, _ wanted: Wanted, _ key: UInt64, impressions: Bool,
        after earlier: inout SampleReader?, again: Set<Int32>? = nil,
        _ body: (EventSample) -> Void
    ) throws {
        // Most units of the tail are known already: their numbers ascend.
        let first = try unit.read([Int(EventColumn.seq.rawValue)])
        guard case .int64(let seqs) = first.columns[0].values,
            seqs.contains(where: { wanted.seqs.contains($0) })
        else { return }
        var reader = SampleReader(
            try unit.read(SampleReader.positions), key: key, after: earlier.take())
        defer { earlier = reader }
        for row in 0..<reader.rowCount
        where reader.isWanted(row, seqs: wanted.seqs, impressions: impressions) {
            // Most rows are of other contents: looked at no further.
            if let again, !again.contains(reader.content(row, self)) { continue }
            if again == nil { rowCount += 1 }
            if let times = wanted.times, !times.contains(reader.time(row)) { continue }
            guard let sample = reader.sample(row, self) else { continue }
            if let content = wanted.content, names.contents[Int(sample.content)] != content {
                continue
            }
            body(sample)
        }
    }

    /// The first viewings of the keys that figures of a scope wait for, until `divideDoubtful`.
    func doubtful(_ scope: FigureScope) -> Set<Int32> {
        guard !doubtful.isEmpty else { return [] }
        switch scope {
        case .all: return doubtful
        case .content(let id):
            guard let number = names.contentNumber(id) else { return [] }
            return doubtful.filter { viewings[Int($0)].content == number }
        case .person(let id):
            guard let person = person(named: id) else { return [] }
            let own = Set(viewings(ofPerson: person))
            return doubtful.filter { first in
                var number = first
                while number >= 0, !own.contains(number) {
                    number = viewings[Int(number)].nextLook
                }
                return number >= 0
            }
        case .someContents(let count):
            var contents: Set<Int32> = []
            return doubtful.filter { first in
                let content = viewings[Int(first)].content
                if contents.count < count { contents.insert(content) }
                return contents.contains(content)
            }
        }
    }

    /// Divides anew what came in an order that left it open, from the stored events.
    /// - Parameters:
    ///   - firsts: of `doubtful`.
    ///   - wanted: all that was taken in.
    func divideDoubtful(
        _ firsts: Set<Int32>, _ events: EventsTable, _ wanted: Wanted, key: UInt64,
        _ observer: ScanObserver
    ) throws {
        guard !firsts.isEmpty else { return }
        var keys: Set<ViewingKey> = []
        var ids: Set<String> = []
        var contents: Set<Int32> = []
        for first in firsts {
            let viewing = viewings[Int(first)]
            keys.insert(viewing.key)
            ids.insert(names.contents[Int(viewing.content)])
            contents.insert(viewing.content)
        }
        let span = span(ofKeysWith: firsts)
        for first in firsts { removeViewings(ofKeyWith: first) }
        let others = doubtful.subtracting(firsts)
        var reader: SampleReader?
        for impressions in [true, false] {
            for column in [EventColumn.contentId, .fromContentId] {
                // Swipes belong to what they leave, everything else to its content.
                var bounds = [
                    ColumnBound(
                        column: Int(column.rawValue), .oneOf(ids.sorted().map { .string($0) }))
                ]
                if impressions, column == .fromContentId { continue }
                bounds.append(Self.bound(span))
                if let times = wanted.times { bounds.append(Self.bound(times)) }
                for unit in try Self.units(events, bounds, observer) {
                    try take(
                        unit, wanted, key, impressions: impressions, after: &reader,
                        again: contents
                    ) { sample in
                        guard keys.contains(sample.key),
                            (sample.kind == .swipe) == (column == .fromContentId)
                        else { return }
                        applyToViewing(sample)
                    }
                }
            }
        }
        // All impressions came first, so nothing of these keys is left open.
        doubtful = others
    }

    /// When the first and the last event of some keys were.
    private func span(ofKeysWith firsts: Set<Int32>) -> Range<Int64> {
        var (from, to) = (Int64.max, Int64.min)
        for first in firsts {
            var number = first
            while number >= 0 {
                from = min(from, firstTime(of: number))
                to = max(to, lastTime(of: number))
                number = viewings[Int(number)].nextLook
            }
        }
        return from..<to + 1
    }

    private static func units(
        _ events: EventsTable, _ bounds: [ColumnBound], _ observer: ScanObserver
    ) throws -> [any ScanUnit] {
        try events.scan(
            ScanRequest(columns: SampleReader.positions, bounds: bounds, observer: observer)
        ).units
    }

    /// The scans that together see what is wanted, each row once.
    private static func scans(
        _ wanted: Wanted, impressions: Bool
    ) -> [(bounds: [ColumnBound], swipes: Bool?)] {
        var bounds = [
            ColumnBound(
                column: Int(EventColumn.seq.rawValue),
                .range(
                    lower: .int64(wanted.seqs.lowerBound), upper: .int64(wanted.seqs.upperBound)))
        ]
        if let times = wanted.times { bounds.append(bound(times)) }
        if impressions {
            bounds.append(
                ColumnBound(
                    column: Int(EventColumn.event.rawValue), .oneOf([.string("impression")])))
        }
        guard let content = wanted.content else { return [(bounds, nil)] }
        // A swipe is of what it leaves, everything else of its content.
        func scan(_ column: EventColumn, swipes: Bool) -> (bounds: [ColumnBound], swipes: Bool?) {
            let own = ColumnBound(column: Int(column.rawValue), .oneOf([.string(content)]))
            return (bounds + [own], swipes)
        }
        let own = scan(.contentId, swipes: false)
        return impressions ? [own] : [own, scan(.fromContentId, swipes: true)]
    }

    private static func bound(_ times: Range<Int64>) -> ColumnBound {
        ColumnBound(
            column: Int(EventColumn.timestamp.rawValue),
            .range(lower: .timestamp(times.lowerBound), upper: .timestamp(times.upperBound - 1)))
    }
}

/// How the index keeps up with who is who.
extension ViewingIndex {
    func follow(_ attribution: Attribution) {
        let devices = names.follow(attribution.map, changed: attribution.changedDevices)
        if attribution.changedDevices == nil {
            for number in viewings.indices where viewings[number].user >= 0 {
                reattribute(Int32(number))
            }
        }
        guard !devices.isEmpty else { return }
        for device in devices {
            var number = names.deviceHeads[Int(device)]
            while number >= 0 {
                reattribute(number)
                number = viewings[Int(number)].nextOfActor
            }
        }
        // What a user did stays theirs, whatever becomes of devices.
        let concerned =
            attribution.changedDevices == nil
            ? Set(extras.keys) : Set(devices.lazy.flatMap { self.extraViewings[$0] ?? [] })
        for number in concerned {
            guard let list = extras[number] else { continue }
            setExtras(
                list.map { extra in
                    var later = extra
                    later.person = names.person(
                        user: extra.user, device: extra.device, at: extra.time)
                    return later
                }, of: number)
            forgetViewers(of: viewings[Int(number)].content)
        }
    }

    private func reattribute(_ number: Int32) {
        let viewing = viewings[Int(number)]
        forgetViewers(of: viewing.content)
        reattribute(viewing.part, of: number, viewing)
        forEachOtherPart(of: number) { reattribute($0, of: number, viewing) }
    }

    private func reattribute(_ part: ViewingPart, of number: Int32, _ viewing: Viewing) {
        // Nothing here is of the viewing's own actor.
        guard part.person >= 0 else { return }
        let first = names.person(
            user: viewing.user, device: viewing.device, at: part.firstTime)
        if first != part.person { setPerson(first, of: number, in: part.quarter) }
        guard viewing.user < 0, viewing.device >= 0 else { return }
        let last = names.person(ofDevice: viewing.device, at: part.lastTime)
        if last != first {
            addExtra(
                Extra(person: last, user: -1, device: viewing.device, time: part.lastTime),
                to: number)
        }
    }
}
