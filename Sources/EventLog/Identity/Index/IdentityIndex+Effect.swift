import Columns
import Synchronization

extension IdentityIndex {
    /// What a record that arrives next would change in the events of a snapshot. Stores nothing.
    func effect(of record: IdentityRecord, on events: EventsTable) throws -> IdentityEffect {
        let observer = ScanObserver()
        let events = state.withLock { $0.visible(events) }
        let before = try version(of: events, observer)
        var after = before
        var next = record
        next.seq = UInt64(max(before.lastSeq, events.lastSeq)) + 1
        try after.apply(next, events, observer)
        var effect = IdentityEffect(before.map.outcome(of: next, later: after.map))
        guard effect.outcome == .changes else { return effect }
        try effect.count(
            record, in: events, observer,
            before: before.resolvers ?? PersonResolvers(before.map, domain: domain),
            after: PersonResolvers(after.map, domain: domain))
        return effect
    }
}

extension IdentityEffect {
    private static let positions =
        [EventColumn.userId, .deviceId, .timestamp, .sessionId].map { Int($0.rawValue) }

    /// Two persons, one of each side, by number.
    private struct Pair: Hashable {
        var before: Int32
        var after: Int32
    }

    /// Compares whose the events are by the one and the other.
    fileprivate mutating func count(
        _ record: IdentityRecord, in events: EventsTable, _ observer: ScanObserver,
        before: PersonResolvers, after: PersonResolvers
    ) throws {
        var bounds: [ColumnBound] = []
        if record.kind.hasDevice {
            bounds = [
                ColumnBound(
                    column: Int(EventColumn.deviceId.rawValue), .oneOf([.string(record.device)]))
            ]
        }
        var sessions: Set<IdentityName> = []
        var persons: Set<Person> = []
        let units = try events.scan(
            ScanRequest(columns: Self.positions, bounds: bounds, observer: observer)
        ).units
        for unit in units {
            let block = try unit.read(Self.positions)
            let old = before.persons(in: block)
            let new = after.persons(in: block)
            var isChange: [Pair: Bool] = [:]
            var isSeen: Set<Int32> = []
            for row in 0..<block.rowCount
            where !block.unreadable.contains(where: { $0.contains(row) }) {
                let pair = Pair(before: old.numbers[row], after: new.numbers[row])
                let from = pair.before < 0 ? .none : old.persons[Int(pair.before)]
                let to = pair.after < 0 ? .none : new.persons[Int(pair.after)]
                if let known = isChange[pair] {
                    if !known { continue }
                } else {
                    isChange[pair] = from != to
                    if from == to { continue }
                    persons.formUnion([from, to])
                }
                eventCount += 1
                guard case .string(let codes, let names) = block.columns[3].values,
                    codes[row] >= 0, isSeen.insert(codes[row]).inserted
                else { continue }
                sessions.insert(IdentityName(names[Int(codes[row])]))
            }
        }
        sessionCount = sessions.count
        personCount = persons.subtracting([.none]).count
    }
}
