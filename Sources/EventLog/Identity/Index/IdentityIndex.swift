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
        /// The same since somebody asked first who is who, for those who keep figures about persons.
        var turns: AttributionLog?
        /// As `resolvers`, without links and aliases: of `rawSeq`.
        var raw: PersonResolvers?
        var rawSeq: Int64 = 0
        /// Only events that had arrived by then count, in µs since 1970 UTC; `nil`: all.
        var arrivedBy: Int64?
        /// `State.hiddenVersion` when its events were read.
        var hiddenVersion = 0
    }

    struct State {
        /// `nil`: nobody needed it yet.
        var sealed: Version?
        var newest: Version?
        /// The position of the checkpoint on the disk; 0 if there is none.
        var checkpointed: Int64 = 0
        /// Persons who are being erased: what their events say is not taken in again.
        var hidden: [ErasureScope] = []
        /// Goes up whenever that changes.
        var hiddenVersion = 0

        func visible(_ events: EventsTable) -> EventsTable {
            hidden.isEmpty ? events : events.hiding(hidden, keepsLogouts: true)
        }
    }

    /// Held while events are read, so that two questions do not do the same work.
    let state: Mutex<State>
    /// The map as of an earlier time. It has a lock of its own: who asks about today need not wait for
    /// years to be read.
    let earlier = Mutex<Version?>(nil)

    let options: IdentityOptions
    /// The domain that strings of dictionaries which are made now are numbered in.
    let domain: @Sendable () -> StringDomain
    private let checkpoint: @Sendable () throws -> IdentityCheckpoint?

    /// - Parameter checkpoint: reads the map as of an earlier seal, once, when it is needed first: a start
    ///   need not wait for it. `nil`: everything is read again.
    init(
        options: IdentityOptions, domain: @escaping @Sendable () -> StringDomain,
        hidden: [ErasureScope] = [],
        checkpoint: @escaping @Sendable () throws -> IdentityCheckpoint?
    ) {
        self.options = options
        self.domain = domain
        self.checkpoint = checkpoint
        state = Mutex(State(hidden: hidden))
    }

    /// The map as of the last seal that was taken in.
    func sealed(_ state: inout State) throws -> Version {
        if let sealed = state.sealed { return sealed }
        var sealed = Version(map: IdentityMap(options: options), lastSeq: 0)
        if let checkpoint = try checkpoint() {
            sealed = Version(map: checkpoint.map, lastSeq: checkpoint.position)
            sealed.watch = checkpoint.watch
            state.checkpointed = checkpoint.position
            // A later one was written without them.
            for scope in state.hidden where scope.seqMax >= checkpoint.position {
                sealed.erase(scope)
            }
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
        try version.takeIn(state.visible(events), through: .max)
        if version.turns == nil { version.turns = AttributionLog(since: version.lastSeq) }
        for damage in version.damage { observer.report(damage) }
        return version
    }

    /// Who is who by all events of a snapshot, and whose events became others' since an earlier one.
    /// - Parameter position: `Attribution.position` of the earlier one.
    func attribution(
        of events: EventsTable, since position: Int64, _ observer: ScanObserver
    ) throws -> Attribution {
        try state.withLock { state in
            let version = try newest(&state, of: events, observer)
            state.newest = version
            return attribution(state, version, since: position)
        }
    }

    /// The same from the events alone that came since.
    /// - Parameter all: all events, if those raise questions about earlier ones.
    /// - Returns: `nil` if nobody knows what was before them.
    func attribution(
        of recent: EventsTable, following position: Int64, _ observer: ScanObserver,
        all: () -> EventsTable
    ) throws -> Attribution? {
        try state.withLock { state in
            guard state.hidden.isEmpty, state.newest?.turns != nil,
                state.newest.map({ $0.lastSeq >= position }) == true,
                // Held by nobody else while it changes: else all that it has would be copied.
                var version = state.newest.take()
            else { return nil }
            try version.takeIn(recent, through: .max, all: all)
            for damage in version.damage { observer.report(damage) }
            state.newest = version
            return attribution(state, version, since: position)
        }
    }

    private func attribution(
        _ state: State, _ version: Version, since position: Int64
    ) -> Attribution {
        Attribution(
            map: version.map, position: version.lastSeq,
            changedDevices: version.turns?.changed(after: position),
            hiddenVersion: state.hiddenVersion)
    }

    private func resolvers(
        of events: EventsTable, asOf time: Int64, _ observer: ScanObserver
    ) throws -> PersonResolvers {
        try earlier.withLock { kept in
            let (events, hiddenVersion) = state.withLock {
                ($0.visible(events), $0.hiddenVersion)
            }
            var version =
                kept.flatMap {
                    $0.arrivedBy == time && $0.hiddenVersion == hiddenVersion ? $0 : nil
                } ?? Version(map: IdentityMap(options: options), lastSeq: 0, arrivedBy: time)
            version.hiddenVersion = hiddenVersion
            // Two maps of long ago are not held at once.
            kept = nil
            try version.takeIn(events, through: .max)
            let resolvers = version.currentResolvers(domain)
            kept = version
            for damage in version.damage { observer.report(damage) }
            return resolvers
        }
    }
}

extension IdentityIndex.Version {
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
    mutating func currentRawResolvers(
        _ domain: @escaping @Sendable () -> StringDomain
    ) -> PersonResolvers {
        if let raw, rawSeq == lastSeq { return raw }
        let current = PersonResolvers(map, mode: .raw, domain: domain)
        raw = current
        rawSeq = lastSeq
        return current
    }
}
