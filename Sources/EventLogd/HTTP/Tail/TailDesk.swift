import EventLog
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// Serves `GET /v1/events/tail`: so many readers at most, none of which has a thread while it waits.
///
/// ```
/// Writer, Sealer ─ ring ─ TailBell ─ wake ─ TailReader ─ EventFeed, on one of few threads
///                                               │
///                                          HTTPHandler asks for a piece when the client has room
/// ```
final class TailDesk: Sendable {
    private struct State {
        var count = 0
        /// By producer: a user, or a key.
        var countOfPeer: [String: Int] = [:]
        var places: [ObjectIdentifier: TailPlace] = [:]
    }

    let feed: (any EventFeed)?
    let limits: DaemonLimits
    let bell = TailBell()
    let memory: TailMemory
    private let threads: NIOThreadPool
    private let state = Mutex(State())
    private let missed = Atomic<Int>(0)

    init(feed: (any EventFeed)?, limits: DaemonLimits) {
        self.feed = feed
        self.limits = limits
        memory = TailMemory(sizeMax: limits.tailMemoryMax)
        threads = NIOThreadPool(numberOfThreads: limits.tailThreadCount)
        threads.start()
    }

    /// Readers that are served.
    var count: Int { state.withLock { $0.count } }

    /// Events that the reader who is furthest behind has not been sent yet; 0 without readers.
    var lag: Int {
        guard let feed else { return 0 }
        let first = state.withLock { $0.places.values.map(\.seen).min() }
        return first.map { Int(max(0, feed.durableSeq - $0)) } ?? 0
    }

    /// Events that readers were told to have missed, since the start.
    var missedCount: Int { missed.load(ordering: .relaxed) }

    func noteMissed(_ count: Int) { missed.add(count, ordering: .relaxed) }

    func stop() async {
        // A thread pool that was started stops without error.
        try? await threads.shutdownGracefully()
    }

    func answer(
        _ request: HTTPRequest, cancellation: CancellationSignal, on eventLoop: any EventLoop
    ) -> EventLoopFuture<HTTPAnswer> {
        let place: TailPlace
        let tail: TailRequest
        guard let feed else {
            return eventLoop.makeFailedFuture(
                HTTPFailure(.notFound, "NOT_FOUND", "This daemon has no events to follow."))
        }
        do {
            tail = try TailRequest(request, storeTag: feed.storeTag)
            place = try enter(request.access.producer)
        } catch {
            return eventLoop.makeFailedFuture(error)
        }
        let begin = run(on: eventLoop) { try Self.begin(tail, feed) }
        return begin.flatMapThrowing { position in
            guard cancellation.reason == nil else {
                throw HTTPFailure(
                    .serviceUnavailable, "SERVICE_UNAVAILABLE", "The daemon is stopping.",
                    reason: "shutdown")
            }
            var answer = HTTPAnswer(status: .ok, contentType: tail.question.form.contentType)
            answer.headers = [(name: "Cache-Control", value: "no-store")]
            answer.stream = TailReader(
                tail, from: position, feed, self, place, on: eventLoop)
            return answer
        }.always { result in
            if case .failure = result { place.leave() }
        }
    }

    /// Runs something that reads events.
    func run<Result: Sendable>(
        on eventLoop: any EventLoop, _ work: @escaping @Sendable () throws -> Result
    ) -> EventLoopFuture<Result> {
        threads.runIfActive(eventLoop: eventLoop) { try work() }
    }

    /// The number behind which a reader begins.
    private static func begin(_ tail: TailRequest, _ feed: any EventFeed) throws -> Int64 {
        var last = 0
        if case .last(let count) = tail.start { last = count }
        let position: Int64
        do throws(QueryFailure) {
            position = try feed.begin(tail.question, last: last)
        } catch {
            throw HTTPFailure(error)
        }
        switch tail.start {
        case .now, .last: return position
        case .beginning: return 0
        case .cursor(let cursor):
            guard cursor.seq <= feed.newestSeq else {
                throw HTTPFailure.wrong(
                    "cursor",
                    "This cursor is ahead of the store, which may have been restored since.")
            }
            return cursor.seq
        }
    }

    private func enter(_ peer: String) throws(HTTPFailure) -> TailPlace {
        let (count, ofPeer) = state.withLock { state in
            let counts = (state.count, state.countOfPeer[peer, default: 0])
            if counts.0 < limits.tailCountMax, counts.1 < limits.tailsPerPeerMax {
                state.count += 1
                state.countOfPeer[peer, default: 0] += 1
            }
            return counts
        }
        if ofPeer >= limits.tailsPerPeerMax {
            throw HTTPFailure(
                .tooManyRequests, "RATE_LIMITED",
                "This user follows the events \(ofPeer) times; try again when one has ended.")
        }
        if count >= limits.tailCountMax {
            throw HTTPFailure(
                .serviceUnavailable, "SERVICE_UNAVAILABLE",
                "\(count) clients follow the events; try again later.", reason: "busy")
        }
        let place = TailPlace { self.leave(peer, $0) }
        state.withLock { $0.places[ObjectIdentifier(place)] = place }
        return place
    }

    private func leave(_ peer: String, _ place: ObjectIdentifier) {
        state.withLock { state in
            state.places[place] = nil
            state.count -= 1
            let count = state.countOfPeer[peer, default: 1] - 1
            state.countOfPeer[peer] = count == 0 ? nil : count
        }
    }
}

/// One reader's place among those that are served; given up once.
final class TailPlace: Sendable {
    private let onLeave: Mutex<(@Sendable (ObjectIdentifier) -> Void)?>
    private let lastSeen = Atomic<Int64>(.max)

    init(_ onLeave: @escaping @Sendable (ObjectIdentifier) -> Void) {
        self.onLeave = Mutex(onLeave)
    }

    /// Everything up to this number was sent, or is not wanted; `Int64.max` before the first reading.
    var seen: Int64 { lastSeen.load(ordering: .relaxed) }

    func note(seen: Int64) { lastSeen.store(seen, ordering: .relaxed) }

    func leave() {
        let action = onLeave.withLock { $0.take() }
        action?(ObjectIdentifier(self))
    }
}

/// Bytes of lines that all readers hold together: who has much to catch up on reads in large steps while
/// there is room, since each step decodes a part of a segment anew.
final class TailMemory: Sendable {
    private let left: Mutex<Int>

    init(sizeMax: Int) { left = Mutex(sizeMax) }

    /// - Returns: what was taken: `wanted`, or `least` where there is no room.
    func take(_ wanted: Int, orElse least: Int) -> Int {
        left.withLock { left in
            let size = left >= wanted ? wanted : least
            left -= size
            return size
        }
    }

    func giveBack(_ size: Int) { left.withLock { $0 += size } }
}
