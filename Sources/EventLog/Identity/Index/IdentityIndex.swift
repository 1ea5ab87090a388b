import Columns
import Synchronization

/// Who did it, as of any snapshot: the identity map, kept up with the events that it is read from.
///
/// Ingest does nothing for it. A seal takes in the events that it sealed, and a question that needs
/// persons takes in those of the tail that came since: so the newest record counts at once, and nobody
/// who does not ask pays. Two versions are kept, which share nearly all of their memory:
/// - `sealed` knows exactly the events up to the last seal; it is what a checkpoint may say, because
///   those events cannot be lost any more;
/// - `newest` knows what the last question saw.
///
/// Beside them stands the map as of the earlier time that was asked about last: what had arrived by then
/// is read from the stored events, once.
package final class IdentityIndex: Sendable {
    struct Version {
        var map: IdentityMap
        /// The events up to this number are in it.
        var lastSeq: Int64
        /// What could not be read of them.
        var damage: [Damage] = []
        /// What questions have worked out by the map, kept as the map goes on.
        var resolvers: PersonResolvers?
        /// `lastSeq` when they were worked out.
        var resolvedSeq: Int64 = 0
        /// Devices whose events belong to others than `resolvers` says; `nil`: any may.
        var changed: Set<IdentityName>? = []
        /// Devices that became others' since segments were squashed; `nil`: not known.
        var watch: SquashWatch?
        /// As `resolvers`, without links and aliases: of `rawSeq`.
        var raw: PersonResolvers?
        var rawSeq: Int64 = 0
        /// Only events that had arrived by then count, in µs since 1970 UTC; `nil`: all.
        var arrivedBy: Int64?
    }

    struct State {
        /// `nil`: nobody needed it yet.
        var sealed: Version?
        var newest: Version?
        /// The position of the checkpoint on the disk; 0 if there is none.
        var checkpointed: Int64 = 0
    }

    /// Held while events are read, so that two questions do not do the same work.
    private let state: Mutex<State>
    /// The map as of an earlier time. It has a lock of its own: who asks about today need not wait for
    /// years to be read.
    private let earlier = Mutex<Version?>(nil)

    let options: IdentityOptions
    /// The domain that strings of dictionaries which are made now are numbered in.
    let domain: @Sendable () -> StringDomain
    private let checkpoint: @Sendable () throws -> IdentityCheckpoint?

    /// - Parameter checkpoint: reads the map as of an earlier seal, once, when it is needed first: a start
    ///   need not wait for it. `nil`: everything is read again.
    init(
        options: IdentityOptions, domain: @escaping @Sendable () -> StringDomain,
        checkpoint: @escaping @Sendable () throws -> IdentityCheckpoint?
    ) {
        self.options = options
        self.domain = domain
        self.checkpoint = checkpoint
        state = Mutex(State())
    }

    /// The map as of the last seal that was taken in.
    private func sealed(_ state: inout State) throws -> Version {
        if let sealed = state.sealed { return sealed }
        var sealed = Version(map: IdentityMap(options: options), lastSeq: 0)
        if let checkpoint = try checkpoint() {
            sealed = Version(map: checkpoint.map, lastSeq: checkpoint.position)
            sealed.watch = checkpoint.watch
            state.checkpointed = checkpoint.position
        }
        state.sealed = sealed
        return sealed
    }

    /// Attributes by all events of a snapshot, and by those after it that somebody asked for already; as
    /// of an earlier time, by those of them that had arrived.
    /// - Parameter observer: is told what could not be read.
    func resolvers(
        of events: EventsTable, _ mode: IdentityMode, _ observer: ScanObserver
    ) throws -> PersonResolvers {
        if case .asOf(let time) = mode { return try resolvers(of: events, asOf: time, observer) }
        return try state.withLock { state in
            var version = try newest(&state, of: events, observer)
            let resolvers =
                mode == .raw
                ? version.currentRawResolvers(domain)
                : version.currentResolvers(domain)
            state.newest = version
            return resolvers
        }
    }

    /// What is known of all events of a snapshot, and of those after it that somebody asked for already.
    func version(of events: EventsTable, _ observer: ScanObserver) throws -> Version {
        try state.withLock { state in
            var version = try newest(&state, of: events, observer)
            _ = version.currentResolvers(domain)
            state.newest = version
            return version
        }
    }

    private func newest(
        _ state: inout State, of events: EventsTable, _ observer: ScanObserver
    ) throws -> Version {
        var version = try sealed(&state)
        if let newest = state.newest, newest.lastSeq >= version.lastSeq { version = newest }
        try version.takeIn(events, through: .max)
        for damage in version.damage { observer.report(damage) }
        return version
    }

    private func resolvers(
        of events: EventsTable, asOf time: Int64, _ observer: ScanObserver
    ) throws -> PersonResolvers {
        try earlier.withLock { kept in
            var version =
                kept.flatMap { $0.arrivedBy == time ? $0 : nil }
                ?? Version(map: IdentityMap(options: options), lastSeq: 0, arrivedBy: time)
            // Two maps of long ago are not held at once.
            kept = nil
            try version.takeIn(events, through: .max)
            let resolvers = version.currentResolvers(domain)
            kept = version
            for damage in version.damage { observer.report(damage) }
            return resolvers
        }
    }

    /// Takes in what a seal made a segment of, unless too much is missing before it: that is left to
    /// somebody who asks, so that sealing need not wait for it.
    /// - Parameters:
    ///   - events: all that is sealed, and nothing else.
    ///   - position: the last number that the seal covered.
    ///   - rowCount: events between two checkpoints.
    /// - Returns: a checkpoint, if it is time for one.
    func seal(
        _ events: EventsTable, position: Int64, every rowCount: Int64
    ) throws -> IdentityCheckpoint? {
        try state.withLock { state in
            var sealed = try sealed(&state)
            if let newest = state.newest, newest.lastSeq <= position {
                if newest.lastSeq >= sealed.lastSeq { sealed = newest }
                state.newest = nil
            }
            // What is known already stays known, also if more cannot be read.
            state.sealed = sealed
            guard sealed.missingRowCount(of: events) <= 2 * rowCount else { return nil }
            // A question may have taken in all of it already.
            if sealed.lastSeq < position {
                try sealed.takeIn(events, through: position)
                sealed.lastSeq = position
                state.sealed = sealed
            }
            guard position - state.checkpointed >= rowCount, sealed.damage.isEmpty else {
                return nil
            }
            return IdentityCheckpoint(position: position, map: sealed.map, watch: sealed.watch)
        }
    }

    /// Works with the map of exactly the events up to a seal.
    /// - Parameters:
    ///   - events: all that is sealed; what the map lacks of it is read.
    ///   - position: the last number that the seals covered.
    func withSealed<Result>(
        _ events: EventsTable, position: Int64, _ body: (inout Version) throws -> Result
    ) throws -> Result {
        try state.withLock { state in
            var sealed = try sealed(&state)
            if sealed.lastSeq < position {
                try sealed.takeIn(events, through: position)
                sealed.lastSeq = position
            }
            let wasWatched = sealed.watch != nil
            let result = try body(&sealed)
            state.sealed = sealed
            // What came since is taken in again, and watched.
            if !wasWatched, sealed.watch != nil { state.newest = nil }
            return result
        }
    }

    /// Nobody asks any more what changed up to this number.
    func forgetChanges(through position: Int64) {
        state.withLock { state in
            state.sealed?.watch?.forget(through: position)
            state.newest?.watch?.forget(through: position)
        }
    }

    /// The map of exactly the events up to a seal, and the number of the last one.
    /// - Parameters:
    ///   - events: all that is sealed; what the map lacks of it is read. `nil`: nothing is.
    ///   - rowCountMax: nothing is read either if that were more events.
    /// - Returns: `nil` if events up to `position` are missing.
    func sealedMap(
        _ events: EventsTable?, position: Int64, rowCountMax: Int64 = .max
    ) throws -> (map: IdentityMap, position: Int64)? {
        try state.withLock { state in
            guard events != nil || state.sealed != nil else { return nil }
            var sealed = try sealed(&state)
            if sealed.lastSeq < position {
                guard let events, sealed.missingRowCount(of: events) <= rowCountMax else {
                    return nil
                }
                try sealed.takeIn(events, through: position)
                sealed.lastSeq = position
                state.sealed = sealed
            }
            return (sealed.map, sealed.lastSeq)
        }
    }

    /// A checkpoint is durable.
    func keep(_ checkpoint: IdentityCheckpoint) {
        state.withLock { $0.checkpointed = max($0.checkpointed, checkpoint.position) }
    }
}

extension IdentityIndex.Version {
    /// Events of the segments that are not in the map; of a segment all count.
    fileprivate func missingRowCount(of events: EventsTable) -> Int64 {
        events.segments.reduce(0) {
            $0 + ($1.entry.seqMax > lastSeq ? Int64($1.entry.rowCount) : 0)
        }
    }

    /// What is worked out already and still holds.
    mutating func currentResolvers(
        _ domain: @escaping @Sendable () -> StringDomain
    ) -> PersonResolvers {
        let current: PersonResolvers
        if let resolvers, let changed {
            current =
                lastSeq == resolvedSeq
                ? resolvers : resolvers.following(map, changed: changed, watch)
        } else {
            current = PersonResolvers(map, watch: watch, domain: domain)
        }
        resolvers = current
        resolvedSeq = lastSeq
        changed = []
        return current
    }

    /// Worked out anew once events came: raw persons are asked about rarely.
    fileprivate mutating func currentRawResolvers(
        _ domain: @escaping @Sendable () -> StringDomain
    ) -> PersonResolvers {
        if let raw, rawSeq == lastSeq { return raw }
        let current = PersonResolvers(map, mode: .raw, domain: domain)
        raw = current
        rawSeq = lastSeq
        return current
    }

    /// Takes records into the map, and notes whose events are others' now.
    private mutating func apply(_ records: [IdentityRecord]) {
        guard resolvers != nil && changed != nil || watch != nil else { return map.apply(records) }
        var devices: Set<IdentityName> = []
        for record in records {
            guard record.kind.hasDevice else {
                // An alias moves everything that is its user's.
                changed = nil
                watch = nil
                return map.apply(records)
            }
            devices.insert(IdentityName(record.device))
        }
        let before = map
        map.apply(records)
        let others = devices.filter {
            before.intervals(of: $0.text) != map.intervals(of: $0.text)
        }
        changed?.formUnion(others)
        if let count = changed?.count, count > Limits.personChangeCountMax { changed = nil }
        if watch?.note(others, by: lastSeq) == false { watch = nil }
    }

    /// Reads the events after `lastSeq` up to `limit`, and answers what they leave open.
    mutating func takeIn(_ events: EventsTable, through limit: Int64) throws {
        let last = min(limit, events.lastSeq)
        guard last > lastSeq else { return }
        let observer = ScanObserver()
        let seqs = lastSeq + 1...last
        // What changes is noted under the number up to which it is known.
        lastSeq = last
        try apply(
            events, seqs: seqs, observer,
            bounds: [
                ColumnBound(
                    column: Int(EventColumn.seq.rawValue),
                    .range(lower: .int64(seqs.lowerBound), upper: .int64(last)))
            ])
        try answerQuestions(events, observer)
    }

    /// Takes in one record that is not stored.
    mutating func apply(
        _ record: IdentityRecord, _ events: EventsTable, _ observer: ScanObserver
    ) throws {
        apply([record])
        try answerQuestions(events, observer)
    }

    /// Reads what the records that were applied leave open.
    private mutating func answerQuestions(
        _ events: EventsTable, _ observer: ScanObserver
    ) throws {
        let last = lastSeq
        guard last > 0 else { return }
        // Each round asks less than the one before: what was read is known.
        while let bounds = questionBounds() {
            let asked = map.questions
            let records = try self.records(events, seqs: 1...last, observer, bounds: bounds)
            // All that is asked about a device at once: each change of it costs all that it has.
            var spans: [IdentityName: ClosedRange<Int64>] = [:]
            for question in asked {
                let name = IdentityName(question.device)
                let span = spans[name] ?? question.from...question.through
                spans[name] =
                    min(span.lowerBound, question.from)...max(span.upperBound, question.through)
                map.close(question)
            }
            apply(
                records.filter { record in
                    (record.kind == .identify || record.kind == .implicit)
                        && spans[IdentityName(record.device)]?.contains(record.time) == true
                })
        }
        for damage in observer.damage where !self.damage.contains(damage) {
            self.damage.append(damage)
        }
    }

    /// Where the answers to all open questions are; `nil` if there are none.
    private func questionBounds() -> [ColumnBound]? {
        let questions = map.questions
        guard let from = questions.map(\.from).min(),
            let through = questions.map(\.through).max()
        else { return nil }
        var devices: Set<IdentityName> = []
        for question in questions { devices.insert(IdentityName(question.device)) }
        return [
            ColumnBound(
                column: Int(EventColumn.timestamp.rawValue),
                .range(lower: .timestamp(from), upper: .timestamp(through))),
            ColumnBound(
                column: Int(EventColumn.deviceId.rawValue),
                .oneOf(devices.map { .string($0.text) })),
        ]
    }

    private mutating func apply(
        _ events: EventsTable, seqs: ClosedRange<Int64>, _ observer: ScanObserver,
        bounds: [ColumnBound]
    ) throws {
        for unit in try units(events, observer, bounds) {
            apply(try rows(seqs).records(in: unit))
        }
    }

    /// All records, none of them left out, of rows that satisfy the bounds, and of others.
    private func records(
        _ events: EventsTable, seqs: ClosedRange<Int64>, _ observer: ScanObserver,
        bounds: [ColumnBound]
    ) throws -> [IdentityRecord] {
        try units(events, observer, bounds).flatMap { unit in
            var rows = rows(seqs)
            rows.leavesOut = false
            return try rows.records(in: unit)
        }
    }

    private func rows(_ seqs: ClosedRange<Int64>) -> IdentityRows {
        IdentityRows(seqs: seqs, map: map, arrivedBy: arrivedBy)
    }

    private func units(
        _ events: EventsTable, _ observer: ScanObserver, _ bounds: [ColumnBound]
    ) throws -> [any ScanUnit] {
        var bounds = bounds
        if let arrivedBy {
            bounds.append(
                ColumnBound(
                    column: Int(EventColumn.receivedAt.rawValue),
                    .range(lower: nil, upper: .timestamp(arrivedBy))))
        }
        return try events.scan(
            ScanRequest(columns: IdentityRows.positions, bounds: bounds, observer: observer)
        ).units
    }
}
