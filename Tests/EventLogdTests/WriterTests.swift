import EventLog
import EventLogd
import Glibc
import Synchronization
import Testing

/// Group commit: what arrives during a sync shares the next one.
@Suite(.timeLimit(.minutes(1)))
struct WriterTests {
    private func batch(_ name: String) -> EventBatch {
        var batch = EventBatch(
            producer: name, peer: PeerCredentials(uid: 0, gid: 0, pid: 0), receivedAt: 0)
        batch.rows = Array(name.utf8)
        batch.rowOffsets.append(UInt32(batch.rows.count))
        batch.identities.append(nil)
        return batch
    }

    /// Holds the first append until it is opened, so that the queue behind it is known.
    private final class Gate: Sendable {
        private let isEntered = Atomic<Bool>(false)
        private let isOpen = Atomic<Bool>(false)

        func pass() {
            isEntered.store(true, ordering: .releasing)
            while !isOpen.load(ordering: .acquiring) { sched_yield() }
        }
        func waitUntilEntered() async {
            while !isEntered.load(ordering: .acquiring) { await Task.yield() }
        }
        func open() { isOpen.store(true, ordering: .releasing) }
    }

    private func writer(_ sink: FakeSink, groupSizeMax: Int = 1 << 20) -> Writer {
        var limits = DaemonLimits()
        limits.groupSizeMax = groupSizeMax
        return Writer(
            sink: sink, limits: limits, counters: DaemonCounters(logger: Daemon.silentLogger))
    }

    @Test("what arrives during an append forms one group, completed in order")
    func group() async {
        let gate = Gate()
        let sink = FakeSink { gate.pass() }
        let writer = writer(sink)
        let completed = Mutex<[String]>([])
        for number in 0...9 {
            writer.submit(batch("\(number)"), durability: .synced) { _ in
                completed.withLock { $0.append("\(number)") }
            }
            if number == 0 { await gate.waitUntilEntered() }
        }
        gate.open()
        await writer.stop()
        #expect(sink.snapshot.groups.map(\.batches) == [1, 9])
        #expect(sink.lines == (0...9).map { "\($0)" })
        #expect(completed.withLock { $0 } == (0...9).map { "\($0)" })
        #expect(writer.queueSize == 0)
    }

    @Test("a group has one append for each durability, buffered first")
    func durabilities() async {
        let gate = Gate()
        let sink = FakeSink { gate.pass() }
        let writer = writer(sink)
        writer.submit(batch("first"), durability: .synced) { _ in }
        await gate.waitUntilEntered()
        for number in 0..<6 {
            writer.submit(
                batch("\(number)"), durability: number % 3 == 0 ? .buffered : .synced
            ) { _ in }
        }
        gate.open()
        await writer.stop()
        let groups = sink.snapshot.groups
        #expect(groups.map(\.batches) == [1, 2, 4])
        #expect(groups.map(\.durability) == [.synced, .buffered, .synced])
    }

    @Test("a group stays within its size, and a batch beyond it makes a group of its own")
    func groupSize() async {
        let gate = Gate()
        let sink = FakeSink { gate.pass() }
        let writer = writer(sink, groupSizeMax: 4)
        writer.submit(batch("a"), durability: .synced) { _ in }
        await gate.waitUntilEntered()
        for name in ["bb", "cc", "d", "eeeeeeee", "f"] {
            writer.submit(batch(name), durability: .synced) { _ in }
        }
        gate.open()
        await writer.stop()
        #expect(sink.snapshot.groups.map(\.batches) == [1, 2, 2, 1])
        #expect(sink.lines == ["a", "bb", "cc", "d", "f", "eeeeeeee"])
    }

    @Test("who sends a lot has its share of a group, in its own order, and others theirs")
    func shares() async {
        let gate = Gate()
        let sink = FakeSink { gate.pass() }
        var limits = DaemonLimits()
        limits.groupShareSizeMax = 4
        let writer = Writer(
            sink: sink, limits: limits, counters: DaemonCounters(logger: Daemon.silentLogger))
        let (loud, quiet) = (Gate(), Gate())
        writer.submit(batch("first"), durability: .synced, from: ObjectIdentifier(loud)) { _ in }
        await gate.waitUntilEntered()
        for name in ["l1", "l2", "l3", "l4", "l5"] {
            writer.submit(batch(name), durability: .synced, from: ObjectIdentifier(loud)) { _ in }
        }
        for name in ["q1", "q2"] {
            writer.submit(batch(name), durability: .synced, from: ObjectIdentifier(quiet)) { _ in }
        }
        gate.open()
        await writer.stop()
        #expect(sink.snapshot.groups.map(\.batches) == [1, 4, 3])
        #expect(sink.lines == ["first", "l1", "l2", "q1", "q2", "l3", "l4", "l5"])
    }

    @Test("while the store is crowded, who sends little is served and who sends a lot waits")
    func crowded() async {
        let sink = FakeSink()
        sink.setCrowded(true)
        var limits = DaemonLimits()
        limits.lightSourceSizeMax = 4
        let writer = Writer(
            sink: sink, limits: limits, counters: DaemonCounters(logger: Daemon.silentLogger))
        let (loud, quiet) = (Gate(), Gate())
        writer.submit(batch("loud 1"), durability: .synced, from: ObjectIdentifier(loud)) { _ in }
        writer.submit(batch("l2"), durability: .synced, from: ObjectIdentifier(loud)) { _ in }
        await withCheckedContinuation { continuation in
            writer.submit(batch("q1"), durability: .synced, from: ObjectIdentifier(quiet)) { _ in
                continuation.resume()
            }
        }
        #expect(sink.lines == ["q1"])
        sink.setCrowded(false)
        await writer.stop()
        #expect(sink.lines == ["q1", "loud 1", "l2"])
    }

    @Test("a failed append fails its whole group, and the next goes on")
    func failure() async {
        let gate = Gate()
        let sink = FakeSink(failures: [.io("disk"), .diskFull("disk")]) { gate.pass() }
        let writer = writer(sink)
        let failed = Mutex<[String]>([])
        func submit(_ name: String) {
            writer.submit(batch(name), durability: .synced) { outcome in
                if case .failure(let error) = outcome {
                    failed.withLock { $0.append("\(name) \(error.reason)") }
                }
            }
        }
        submit("a")
        await gate.waitUntilEntered()
        submit("b")
        submit("c")
        gate.open()
        while sink.snapshot.groups.count < 2 { await Task.yield() }
        submit("d")
        await writer.stop()
        #expect(failed.withLock { $0 } == ["a io", "b disk_full", "c disk_full"])
        #expect(sink.lines == ["d"])
    }

    @Test("warnings count once the store has taken their events, and not before")
    func warnings() async {
        let sink = FakeSink(failures: [.io("disk")])
        let counters = DaemonCounters(logger: Daemon.silentLogger)
        let writer = Writer(sink: sink, limits: DaemonLimits(), counters: counters)
        var odd = batch("odd")
        odd.warnings.add(.missingLooped, count: 3)
        writer.submit(odd, durability: .synced) { _ in }
        while sink.snapshot.groups.isEmpty { await Task.yield() }
        #expect(counters.warningCounts.isEmpty)
        writer.submit(odd, durability: .synced) { _ in }
        writer.submit(odd, durability: .buffered) { _ in }
        await writer.stop()
        #expect(counters.warningCounts[.missingLooped] == 6)
        #expect(counters.warningCounts[.aliasConflict] == 0)
    }

    @Test("a stopped writer refuses and does not lose the answer")
    func stopped() async {
        let sink = FakeSink()
        let writer = writer(sink)
        await writer.stop()
        let reason = Mutex<String?>(nil)
        writer.submit(batch("late"), durability: .synced) { outcome in
            if case .failure(let error) = outcome { reason.withLock { $0 = error.reason } }
        }
        #expect(reason.withLock { $0 } == "io")
        #expect(sink.lines == [])
    }

    @Test("receive times never decrease, whatever the wall clock does")
    func receiveClock() {
        let times = Mutex<[Int64]>([5, 3, 9, 8])
        let clock = ReceiveClock { times.withLock { $0.removeFirst() } }
        #expect((0..<4).map { _ in clock.now() } == [5, 5, 9, 9])
    }
}
