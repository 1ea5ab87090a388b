import EventLog
import EventLogd
import Glibc
import NIOCore
import NIOPosix
import Synchronization
import Testing

/// Groups that event loops commit themselves, and when they leave it to the writer's thread.
@Suite(.timeLimit(.minutes(1)))
struct CommitPlaceTests {
    // MARK: The policy

    private func policy(after durations: [Duration]) -> CommitPlacePolicy {
        var policy = CommitPlacePolicy(limits: DaemonLimits())
        for duration in durations { policy.took(duration) }
        return policy
    }

    private func fast(_ count: Int) -> [Duration] {
        Array(repeating: .microseconds(80), count: count)
    }

    @Test("a disk is slow until it has shown to be fast")
    func start() {
        #expect(policy(after: []).place(size: 1, isCrowded: false) == .thread)
        #expect(policy(after: fast(1)).place(size: 1, isCrowded: false) == .thread)
        #expect(policy(after: fast(10)).place(size: 1, isCrowded: false) == .eventLoop)
    }

    @Test("a large group, and one that may have to wait, goes to the thread")
    func sizes() {
        let policy = policy(after: fast(10))
        let sizeMax = DaemonLimits().loopCommitSizeMax
        #expect(policy.place(size: sizeMax, isCrowded: false) == .eventLoop)
        #expect(policy.place(size: sizeMax + 1, isCrowded: false) == .thread)
        #expect(policy.place(size: 1, isCrowded: true) == .thread)
    }

    @Test(
        "between half of the limit and the limit nothing changes, so that places do not alternate")
    func hysteresis() {
        let between = Array(repeating: Duration.microseconds(400), count: 100)
        #expect(policy(after: between).place(size: 1, isCrowded: false) == .thread)
        #expect(policy(after: fast(10) + between).place(size: 1, isCrowded: false) == .eventLoop)
        let slow = Array(repeating: Duration.milliseconds(1), count: 20)
        #expect(policy(after: fast(10) + slow).place(size: 1, isCrowded: false) == .thread)
        #expect(
            policy(after: fast(10) + slow + between).place(size: 1, isCrowded: false) == .thread)
    }

    @Test("one sync that takes very long changes nothing, two in a row do, for a while")
    func outliers() {
        var policy = policy(after: fast(100))
        policy.took(.seconds(1))
        #expect(policy.place(size: 1, isCrowded: false) == .eventLoop)
        policy.took(.seconds(1))
        #expect(policy.place(size: 1, isCrowded: false) == .thread)
        for _ in 0..<30 { policy.took(.microseconds(80)) }
        #expect(policy.place(size: 1, isCrowded: false) == .eventLoop)
    }

    @Test("after a failure groups go to the thread for a while")
    func failed() {
        var policy = policy(after: fast(100))
        policy.failed()
        for _ in 0..<10 { policy.took(.microseconds(80)) }
        #expect(policy.place(size: 1, isCrowded: false) == .thread)
        for _ in 0..<20 { policy.took(.microseconds(80)) }
        #expect(policy.place(size: 1, isCrowded: false) == .eventLoop)
    }

    @Test("with a limit of 0 the thread commits everything")
    func disabled() {
        var limits = DaemonLimits()
        limits.loopCommitDurationMax = .zero
        var policy = CommitPlacePolicy(limits: limits)
        for _ in 0..<100 { policy.took(.zero) }
        #expect(policy.place(size: 1, isCrowded: false) == .thread)
    }

    // MARK: The writer

    private static func batch(_ name: String) -> EventBatch {
        var batch = EventBatch(
            producer: name, peer: PeerCredentials(uid: 0, gid: 0, pid: 0), receivedAt: 0)
        batch.rows = Array(name.utf8)
        batch.rowOffsets.append(UInt32(batch.rows.count))
        batch.identities.append(nil)
        return batch
    }

    /// - Parameter isFast: whether event loops commit: the average of fast groups, however slow this
    ///   machine is, is below half of an hour soon.
    private func writer(_ sink: FakeSink, isFast: Bool) async -> Writer {
        var limits = DaemonLimits()
        limits.loopCommitDurationMax = isFast ? .hours(1) : .zero
        let writer = Writer(
            sink: sink, limits: limits, counters: DaemonCounters(logger: Daemon.silentLogger))
        for _ in 0..<10 {
            await withCheckedContinuation { continuation in
                writer.submit(Self.batch("-"), durability: .synced) { _ in continuation.resume() }
            }
        }
        // Its last group may still be at its end.
        while writer.queueSize > 0 { await Task.yield() }
        return writer
    }

    /// Lines after those that showed the disk to be fast.
    private func lines(_ sink: FakeSink) -> [String] { sink.lines.filter { $0 != "-" } }

    @Test(
        "what one turn of an event loop brings is one group, committed in order",
        arguments: [true, false])
    func oneTurn(isFast: Bool) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        let places = Mutex<Set<Bool>>([])
        let sink = FakeSink { places.withLock { _ = $0.insert(loop.inEventLoop) } }
        let writer = await writer(sink, isFast: isFast)
        places.withLock { $0 = [] }
        let completed = Mutex<[Int]>([])
        let results = loop.submit {
            (0..<10).map { number in
                let promise = loop.makePromise(of: Void.self)
                writer.submit(Self.batch("\(number)"), durability: .synced, on: loop) { _ in
                    completed.withLock { $0.append(number) }
                    promise.succeed()
                }
                return promise.futureResult
            }
        }
        try await results.flatMap { EventLoopFuture.andAllSucceed($0, on: loop) }.get()
        await writer.stop()
        try await group.shutdownGracefully()
        #expect(lines(sink) == (0..<10).map { "\($0)" })
        #expect(completed.withLock { $0 } == Array(0..<10))
        if isFast {
            #expect(places.withLock { $0 } == [true])
            #expect(sink.snapshot.groups.last?.batches == 10)
        } else {
            #expect(places.withLock { $0 } == [false])
        }
        #expect(writer.queueSize == 0)
    }

    @Test("what comes while an event loop commits goes to the thread, as one group")
    func handOver() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        let places = Mutex<[Bool]>([])
        let (isEntered, isOpen) = (Signal(), Signal())
        let sink = FakeSink {
            places.withLock { $0.append(loop.inEventLoop) }
            guard loop.inEventLoop else { return }
            isEntered.set()
            while !isOpen.isSet { sched_yield() }
        }
        let writer = await writer(sink, isFast: true)
        places.withLock { $0 = [] }
        loop.execute { writer.submit(Self.batch("first"), durability: .synced, on: loop) { _ in } }
        while !isEntered.isSet { await Task.yield() }
        for name in ["a", "b", "c"] {
            writer.submit(Self.batch(name), durability: .synced) { _ in }
        }
        isOpen.set()
        await writer.stop()
        try await group.shutdownGracefully()
        #expect(places.withLock { $0 } == [true, false])
        #expect(sink.snapshot.groups.suffix(2).map(\.batches) == [1, 3])
        #expect(lines(sink) == ["first", "a", "b", "c"])
    }

    @Test("a writer that stops takes what a turn has brought, and the turn finds nothing left")
    func stopWithinTurn() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        let sink = FakeSink()
        let writer = await writer(sink, isFast: true)
        let (isQueued, isOpen) = (Signal(), Signal())
        loop.execute {
            writer.submit(Self.batch("last"), durability: .synced, on: loop) { _ in }
            isQueued.set()
            while !isOpen.isSet { sched_yield() }
        }
        while !isQueued.isSet { await Task.yield() }
        await writer.stop()
        #expect(lines(sink) == ["last"])
        isOpen.set()
        try await group.shutdownGracefully()
        #expect(lines(sink) == ["last"])
    }

    @Test("a failure on an event loop fails its group, and the next groups go to the thread")
    func failure() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        let places = Mutex<[Bool]>([])
        let sink = FakeSink { places.withLock { $0.append(loop.inEventLoop) } }
        let writer = await writer(sink, isFast: true)
        places.withLock { $0 = [] }
        sink.fail(.io("disk"))
        for name in ["a", "b"] {
            let reason = await withCheckedContinuation { continuation in
                loop.execute {
                    writer.submit(Self.batch(name), durability: .synced, on: loop) { outcome in
                        if case .failure(let error) = outcome {
                            continuation.resume(returning: error.reason)
                        } else {
                            continuation.resume(returning: "")
                        }
                    }
                }
            }
            #expect(reason == (name == "a" ? "io" : ""))
        }
        await writer.stop()
        try await group.shutdownGracefully()
        #expect(places.withLock { $0 } == [true, false])
        #expect(lines(sink) == ["b"])
    }

    @Test(
        "several event loops and threads lose nothing, and each source keeps its order",
        arguments: [true, false])
    func stress(isFast: Bool) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 4)
        let sink = FakeSink()
        let writer = await writer(sink, isFast: isFast)
        let count = 500
        let log = CompletionLog()
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for source in 0..<12 {
                let loop = group.next()
                // Every third waits for each answer; the others send on.
                tasks.addTask {
                    try await Self.send(
                        count, as: source, waiting: source % 3 == 0, to: writer, on: loop, log)
                }
            }
            try await tasks.waitForAll()
        }
        await writer.stop()
        try await group.shutdownGracefully()
        #expect(writer.queueSize == 0)
        var stored: [String: [String]] = [:]
        for line in lines(sink) {
            let parts = line.split(separator: " ").map { String($0) }
            stored[parts[0], default: []].append(parts[1])
        }
        for source in 0..<12 {
            #expect(stored["\(source)"] == (0..<count).map { "\($0)" })
            #expect(log.numbers.withLock { $0[source] } == Array(0..<count))
        }
    }

    private static func send(
        _ count: Int, as source: Int, waiting: Bool, to writer: Writer, on loop: any EventLoop,
        _ log: CompletionLog
    ) async throws {
        let name = Signal()
        var last = loop.makeSucceededVoidFuture()
        for number in 0..<count {
            let done = loop.makePromise(of: Void.self)
            let batch = batch("\(source) \(number)")
            loop.execute {
                writer.submit(
                    batch, durability: .synced, from: ObjectIdentifier(name), on: loop
                ) { _ in
                    log.numbers.withLock { $0[source, default: []].append(number) }
                    done.succeed()
                }
            }
            last = done.futureResult
            if waiting { try await last.get() }
        }
        try await last.get()
    }

    /// The numbers that each source has had completed.
    private final class CompletionLog: Sendable {
        let numbers = Mutex<[Int: [Int]]>([:])
    }

    private final class Signal: Sendable {
        private let flag = Atomic<Bool>(false)
        var isSet: Bool { flag.load(ordering: .acquiring) }
        func set() { flag.store(true, ordering: .releasing) }
    }
}
