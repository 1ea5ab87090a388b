import Columns
package import EventLog
import Synchronization

/// The viewing index of a store that goes on: before each answer it takes in what came since, so that an
/// acknowledged event counts in the next one.
///
/// It is made by the first question, goes when nobody has asked for some time, and is made anew when events
/// went (expired, erased, hidden), which is rare; that takes as long as reading the events once. A store
/// whose viewings take more memory than allowed has none: each question reads the events that it is about.
package final class LiveFigures: Sendable {
    private struct State {
        var index: ViewingIndex?
        var moment: StoreMoment?
        var lastSeq: Int64 = 0
        var attribution: Int64 = 0
        var hiddenVersion = 0
        /// Rows of the store when it was found to be too large.
        var tooLargeRowCount: Int64?
        var damage: [Damage] = []
        /// When somebody asked last; `nil`: nobody since the index went.
        var askedAt: ContinuousClock.Instant?
        /// When `catchUp` divided last.
        var dividedAt: ContinuousClock.Instant?

        /// What could not be read, each once.
        mutating func note(_ found: [Damage]) {
            for one in found where !damage.contains(one) { damage.append(one) }
        }
    }

    private let state = Mutex(State())
    private let key = UInt64.random(in: .min ... .max)
    private let memoryMax: Int
    private let keepTime: Duration
    private let store: EventStore
    private let size = Atomic<Int>(0)

    /// - Parameters:
    ///   - memoryMax: bytes.
    ///   - keepTime: how long the index is kept when nobody asks.
    package init(_ store: EventStore, memoryMax: Int, keepTime: Duration = .seconds(900)) {
        self.store = store
        self.memoryMax = memoryMax
        self.keepTime = keepTime
    }

    /// `memorySize` as it was some time ago, without waiting for whoever asks.
    package var lastMemorySize: Int { size.load(ordering: .relaxed) }

    /// Bytes of memory that the index takes; 0 if there is none.
    package var memorySize: Int { state.withLock { $0.index?.memorySize ?? 0 } }

    /// While there is an index: takes in what came, and divides what that left open, so that the next question
    /// need not. Questions come in between: what is left open takes a look at stored events.
    package func catchUp() throws {
        guard try state.withLock({ try takeInOrRelease(&$0) }) else { return }
        var isLeft = true
        while isLeft {
            isLeft = try state.withLock { state in
                guard let index = state.index else { return false }
                let some = index.doubtful(.someContents(Self.contentsAtOnce))
                if !some.isEmpty { try divide(index, some, &state) }
                return !index.doubtful.isEmpty
            }
        }
    }

    /// Contents whose events `catchUp` looks at while others wait.
    private static let contentsAtOnce = 16
    /// Between two times that it does so: one look at many costs little more than at one.
    private static let dividingPause = Duration.seconds(10)

    /// - Returns: whether it is time to divide what new events left open.
    private func takeInOrRelease(_ state: inout State) throws -> Bool {
        let now = ContinuousClock.now
        guard let askedAt = state.askedAt else { return false }
        guard now - askedAt < keepTime else {
            state = State()
            size.store(0, ordering: .relaxed)
            return false
        }
        if !store.moment().isCovered(by: state.moment) { try follow(&state) }
        size.store(state.index?.memorySize ?? 0, ordering: .relaxed)
        guard state.dividedAt.map({ now - $0 >= Self.dividingPause }) ?? true else { return false }
        state.dividedAt = now
        return true
    }

    /// - Parameters:
    ///   - scope: what is asked about.
    ///   - needsSessions: whether the index must know sessions.
    ///   - body: gets the index of all events, which it must not keep, and what could not be read.
    /// - Returns: `nil` if there is no such index.
    func withIndex<Result: Sendable>(
        of scope: FigureScope = .all, needsSessions: Bool = false,
        _ body: (ViewingIndex, [Damage]) throws -> Result
    ) throws -> Result? {
        // What came while this waited for others is not asked for: those who wait share one look.
        let asked = store.moment()
        return try state.withLock { state in
            state.askedAt = .now
            if !asked.isCovered(by: state.moment) { try follow(&state) }
            guard let index = state.index else { return nil }
            let doubtful = index.doubtful(scope)
            if !doubtful.isEmpty { try divide(index, doubtful, &state) }
            if needsSessions, index.sessions == nil {
                let observer = ScanObserver()
                try index.fillSessions(
                    from: store.tables().events, .init(seqs: 0...max(0, state.lastSeq)),
                    key: key, observer)
                state.note(observer.damage)
            }
            return try body(index, state.damage)
        }
    }

    /// An index of a part of the events alone, for a question that the index of all cannot answer.
    /// - Parameter times: µs; `nil`: all.
    /// - Throws: `AnalyticsFailure.tooLarge`
    func part(
        content: String?, times: Range<Int64>?, needsSessions: Bool = false
    ) throws -> (index: ViewingIndex, damage: [Damage]) {
        let tables = store.tables()
        let observer = ScanObserver()
        let attribution = try tables.attribution(since: 0, observer)
        let index = ViewingIndex(map: attribution.map)
        if needsSessions {
            index.sessions = SessionTable()
            index.mayForgetSessions = false
        }
        let wanted = ViewingIndex.Wanted(
            seqs: 0...max(0, tables.events.lastSeq), times: times, content: content)
        let isWhole = try index.fill(
            from: tables.events, wanted, key: key, memoryMax: memoryMax, observer)
        try index.divideDoubtful(index.doubtful, tables.events, wanted, key: key, observer)
        guard isWhole else { throw AnalyticsFailure.tooLarge(memoryMax: memoryMax) }
        return (index, observer.damage)
    }

    private func divide(
        _ index: ViewingIndex, _ firsts: Set<Int32>, _ state: inout State
    ) throws {
        let observer = ScanObserver()
        // If it fails half-way, the index is made anew.
        let moment = state.moment
        (state.index, state.moment) = (nil, nil)
        try index.divideDoubtful(
            firsts, store.tables().events, .init(seqs: 0...state.lastSeq), key: key, observer)
        (state.index, state.moment) = (index, moment)
        state.note(observer.damage)
    }

    private func follow(_ state: inout State) throws {
        let recent = try store.recent(since: state.moment)
        if try !takeIn(recent, &state) { try lookThrough(&state, recent.moment) }
    }

    /// Takes in new events alone.
    /// - Returns: `false` if that is not enough: the tables must be looked through.
    private func takeIn(_ recent: RecentEvents, _ state: inout State) throws -> Bool {
        guard let events = recent.events, let index = state.index else { return false }
        let observer = ScanObserver()
        guard
            let attribution = try store.attribution(
                of: events, since: state.attribution, observer),
            attribution.hiddenVersion == state.hiddenVersion
        else { return false }
        // Whatever fails leaves no index that knows only some of it: the next attempt begins anew.
        state.index = nil
        index.follow(attribution)
        let lastSeq = max(events.lastSeq, state.lastSeq)
        if lastSeq > state.lastSeq {
            let isWhole = try index.fill(
                from: events, .init(seqs: state.lastSeq + 1...lastSeq), key: key,
                memoryMax: memoryMax, observer)
            guard isWhole else { return false }
        }
        state.index = index
        state.moment = recent.moment
        state.lastSeq = lastSeq
        state.attribution = attribution.position
        state.note(observer.damage)
        return true
    }

    private func lookThrough(_ state: inout State, _ moment: StoreMoment) throws {
        let tables = store.tables()
        if let tooLarge = state.tooLargeRowCount, tables.events.rowCount >= tooLarge {
            state.moment = moment
            return
        }
        let observer = ScanObserver()
        let attribution = try tables.attribution(since: state.attribution, observer)
        if attribution.hiddenVersion != state.hiddenVersion { state.index = nil }
        // Whatever fails leaves no index that knows only some of it: the next attempt begins anew.
        var known = state.index.take()
        let lastSeq = max(tables.events.lastSeq, state.lastSeq)
        var isWhole = true
        if let index = known {
            index.follow(attribution)
            if lastSeq > state.lastSeq {
                isWhole = try index.fill(
                    from: tables.events, .init(seqs: state.lastSeq + 1...lastSeq), key: key,
                    memoryMax: memoryMax, observer)
            }
            // Fewer than were taken in: some went.
            if index.rowCount > tables.events.rowCount { known = nil }
        }
        if known == nil {
            state.damage = []
            let index = ViewingIndex(map: attribution.map)
            isWhole = try index.fill(
                from: tables.events.reading(through: ColumnCache(budget: 8 << 20)),
                .init(seqs: 0...max(0, lastSeq)), key: key, memoryMax: memoryMax, observer)
            known = index
        }
        state.index = isWhole ? known : nil
        state.tooLargeRowCount = isWhole ? nil : tables.events.rowCount
        state.moment = moment
        state.lastSeq = lastSeq
        state.attribution = attribution.position
        state.hiddenVersion = attribution.hiddenVersion
        state.note(observer.damage)
    }
}

/// What a question is about: only that must be divided into viewings for certain.
enum FigureScope: Sendable {
    case all
    case content(String)
    /// A user, a device or a person.
    case person(String)
    /// So many of the contents that wait for it.
    case someContents(Int)
}

/// Why there are no figures.
package enum AnalyticsFailure: Error {
    /// The viewings of the range take more memory than allowed.
    case tooLarge(memoryMax: Int)
    case tooManyBuckets(Int)
    case unknownContent(String)
    case unknownUser(String)
}
