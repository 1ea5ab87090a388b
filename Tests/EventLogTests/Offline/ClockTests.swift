import Columns
import TestSupport
import Testing

@testable import EventLog

@Suite("Clock forensics")
struct ClockTests {
    private static let start: Int64 = 1_790_000_000_000_000
    private static let second: Int64 = 1_000_000

    @Test("percentiles are right to a thirtieth, on either side of nothing", arguments: [1, 2, 3])
    func percentiles(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var histogram = DelayHistogram()
        var values: [Int64] = []
        for _ in 0..<5_000 {
            let power = Int64.random(in: 11...50, using: &random)
            let size = Int64.random(in: 1 << power...(2 << power), using: &random)
            let value = random.isHeads() ? size : -size
            values.append(value)
            histogram.add(value)
        }
        values.sort()
        for share in [0.01, 0.05, 0.5, 0.95, 0.99] {
            let exact = values[Int((5_000 * share).rounded(.up)) - 1]
            let found = try #require(histogram.percentile(share))
            #expect(abs(Double(found - exact)) <= abs(Double(exact)) / 30, "\(share), seed \(seed)")
        }
        #expect(DelayHistogram().percentile(0.5) == nil)
        var extreme = DelayHistogram()
        for value in [Int64.min, .max, 0, 1, -1] { extreme.add(value) }
        #expect(extreme.percentile(0.5) == 0)
        #expect(try #require(extreme.percentile(0)) < 0)
        #expect(try #require(extreme.percentile(1)) > 0)
    }

    @Test("planted skew and drift are found, whatever the delays", arguments: 1...8)
    func skewAndDrift(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let skew = Int64.random(in: -5_000...5_000, using: &random) * Self.second
        // µs a second; a day of a bad quartz.
        let drift = Double(Int64.random(in: -200...200, using: &random))
        var clock = ProducerClock()
        let options = ClockOptions()
        var receivedAt = Self.start
        for _ in 0..<20_000 {
            receivedAt += Int64.random(in: 0...8_640_000, using: &random)
            let past = Double(receivedAt - Self.start) / 1e6
            // Some are on their way for long.
            let delay = Int64.random(
                in: 10_000...(random.isHeads() ? 50_000 : 30_000_000), using: &random)
            let client = receivedAt - delay + skew + Int64(drift * past)
            clock.take(receivedAt: receivedAt, clientTime: client, flags: [], options)
        }
        let found = try #require(clock.drift(options))
        #expect(abs(found - drift) < 2, "drift \(drift), found \(found), seed \(seed)")
        let middle = Double(skew) + drift * Double(receivedAt - Self.start) / 2e6
        let estimate = Double(try #require(clock.skew(options)))
        // The clock went by this much in the whole time, and delays are up to 30 s.
        let range = abs(drift) * Double(receivedAt - Self.start) / 2e6 + 30e6
        #expect(abs(estimate - middle) <= range + abs(middle) / 30, "seed \(seed)")
        #expect(clock.isSkewed(options) == (clock.ahead > 0 || estimate < -60e6), "seed \(seed)")
    }

    @Test("a sound clock is not called wrong, and few events are no estimate")
    func sound() {
        var clock = ProducerClock()
        let options = ClockOptions()
        for number in 0..<19 {
            clock.take(
                receivedAt: Self.start + Int64(number), clientTime: Self.start - Self.second,
                flags: [],
                options)
        }
        #expect(clock.skew(options) == nil && clock.drift(options) == nil)
        clock.take(receivedAt: Self.start + 20, clientTime: nil, flags: .defaulted, options)
        #expect(clock.skew(options) == nil && clock.defaulted == 1)
        clock.take(receivedAt: Self.start + 30, clientTime: Self.start, flags: .late, options)
        #expect(clock.skew(options) != nil && !clock.isSkewed(options))
        #expect(clock.skewedTimes(options) == nil)
    }

    @Test("times that are none are counted and spoil no estimate")
    func wild() {
        var clock = ProducerClock()
        let options = ClockOptions()
        let wild = [
            Int64.min, .max, 0, options.wildBefore - 1, Self.start + options.wildAhead + 1,
        ]
        for time in wild {
            clock.take(receivedAt: Self.start, clientTime: time, flags: [], options)
        }
        #expect(clock.wild == wild.count && clock.timed == 0)
        clock.take(receivedAt: Self.start, clientTime: options.wildBefore, flags: [], options)
        clock.take(
            receivedAt: Self.start, clientTime: Self.start + options.wildAhead, flags: [], options)
        #expect(clock.wild == wild.count && clock.timed == 2 && clock.ahead == 1)
    }

    @Test("stretches get longer and stay few, and forget no minimum")
    func envelope() {
        var envelope = DelayEnvelope()
        for number in 0..<100_000 {
            let delay: Int64 = number == 70_000 ? -5 : 10
            envelope.add(delay, at: Self.start + Int64(number) * 10 * Self.second)
        }
        #expect(envelope.stretches.count <= DelayEnvelope.stretchCountMax)
        #expect(envelope.stretches.compactMap(\.?.delayMin).min() == -5)
        #expect(envelope.stretches.reduce(0) { $0 + ($1?.count ?? 0) } == 100_000)
        // A time before the first is against the promise, and no reason to crash.
        envelope.add(1, at: Int64.min)
        envelope.add(1, at: Self.start - 1)
        #expect(envelope.stretches.reduce(0) { $0 + ($1?.count ?? 0) } == 100_002)
    }

    @Test("the most frequent of many are there, with an error that holds", arguments: [1, 2, 3])
    func frequent(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var items = FrequentItems<Int, Int>(countMax: 50)
        var exact: [Int: Int] = [:]
        for _ in 0..<20_000 {
            let heavy = random.next() % 3 == 0
            let key = heavy ? Int(random.next() % 10) : Int(random.next() % 10_000) + 100
            exact[key, default: 0] += 1
            items.add(key, new: { 0 }) { $0 += 1 }
        }
        #expect(items.items.count == 50)
        for (key, item) in items.items {
            let count = exact[key] ?? 0
            #expect(item.count >= count && item.count - item.error <= count, "seed \(seed)")
        }
        for key in 0..<10 { #expect(items[key] != nil, "seed \(seed)") }
        var one = FrequentItems<Int, Int>(countMax: 1)
        for key in 0..<5 { one.add(key, new: { 0 }) { $0 += 1 } }
        #expect(one.items.count == 1 && one[4]?.count == 5 && one[4]?.error == 4)
    }

    @Test("a step ahead is a gap and one back a standstill, at the right events")
    func steps() throws {
        func entry(
            _ version: Int64, _ wall: Int64, _ uptime: Int64, _ position: Int64, boot: String = "a"
        ) -> CommitHistory.Entry {
            var entry = CommitHistory.Entry(version: version)
            entry.clocks = CommitClocks(
                wall: Self.start + wall * Self.second, uptime: uptime * Self.second, boot: boot)
            entry.journalPosition = position
            return entry
        }
        let options = ClockOptions()
        let history = [
            entry(0, 0, 100, 0), entry(1, 60, 160, 10), entry(2, 3_720, 220, 20),
            entry(3, 180, 280, 30), entry(4, 240, 340, 30),
            // Started again, and the clock is earlier; then later, which may be time that passed.
            entry(5, 200, 10, 40, boot: "b"), entry(6, 9_000, 5, 50, boot: "c"),
        ]
        let steps = WallClockStep.steps(in: history, options)
        #expect(steps.map { $0.by / Self.second } == [3_600, -3_600, -40])
        #expect(steps.map(\.isAtLeast) == [false, false, true])
        #expect(steps.map(\.numbers) == [11...20, 21...30, 31...40])
        var times = ReceiveTimes(steps, options)
        for seq in Int64(1)...40 {
            // The 16th is the first after the step ahead; from the 24th on times stand still.
            let ahead = seq >= 16 ? 3_600 : 0
            let time = Self.start + (min(seq, 24) + Int64(ahead)) * Self.second
            times.take(seq: seq, receivedAt: time, producer: 0)
        }
        times.finish()
        #expect(times.steps[0].gap?.firstSeq == 15 && times.steps[0].gap?.lastSeq == 16)
        #expect(times.steps[0].gap?.length == 3_601 * Self.second)
        #expect(times.steps[1].run?.firstSeq == 24 && times.steps[1].run?.lastSeq == 40)
        #expect(times.gapCount == 1 && times.decreases == 0)
        #expect(times.runCount == 0)
    }

    @Test("half a second is no step, and uptime that went back proves a restart")
    func noSteps() {
        let first = CommitClocks(wall: Self.start, uptime: 1_000, boot: "a")
        var second = CommitClocks(wall: Self.start + 500_000, uptime: 1_000, boot: "a")
        #expect(second.step(since: first) == 500_000)
        second.uptime = 999
        #expect(second.step(since: first) == nil)
        second = CommitClocks(wall: .max, uptime: 2_000, boot: nil)
        #expect(second.step(since: first) == nil)
        second.boot = "a"
        #expect(CommitClocks(wall: .min, uptime: 0, boot: "a").step(since: second) == nil)
        #expect(second.step(since: CommitClocks(wall: .min, uptime: 0, boot: "a")) == nil)
    }

    @Test("the clocks of a commit are read back as they were written")
    func roundTrip() throws {
        let clocks = CommitClocks(wall: Self.start, uptime: 42, boot: "b-1")
        let text = CatalogJSON.object([clocks.field]).text
        #expect(CommitClocks(try CatalogJSON.read(Array(text.utf8))) == clocks)
        #expect(CommitClocks(.object([])) == nil)
    }

    @Test("the answer does not depend on the size of the window, nor on who sealed when")
    func windows() throws {
        let directory = try TemporaryDirectory()
        let store = try EventStore.open(directory.path + "/s", options: StoreOptions())
        var random = SplitMix64(seed: 9)
        for part in 0..<6 {
            var builder = BatchBuilder(
                producer: part.isMultiple(of: 2) ? "a" : "b", identityKey: store.identityKey,
                receivedAt: Self.start + Int64(part) * 1_000 * Self.second)
            for number in 0..<100 {
                builder.add(
                    "like", id: "e\(part)-\(number)", contentId: "c\(number % 7)",
                    timestamp: Self.start - Int64(random.next() % 200_000_000),
                    fields: [.deviceId: "d\(number % 5)"])
            }
            _ = try store.append([builder.batch], durability: .synced)
            if part != 5 { try store.seal() }
        }
        let table = store.tables().events
        var options = ClockOptions()
        options.equalRunMin = 100
        func run(_ size: Int64) throws -> ClockAudit {
            try ClockAudit(
                of: table, steps: [], options: options, observer: ScanObserver(), windowSize: size)
        }
        let whole = try run(1 << 20)
        #expect(whole.events == 600 && Set(whole.producers.keys) == ["a", "b"])
        #expect(whole.receiveTimes.runCount == 6 && whole.receiveTimes.gapCount == 5)
        for size in [Int64(1), 7, 100, 101] {
            let parts = try run(size)
            #expect(parts.events == 600)
            #expect(parts.receiveTimes.gaps == whole.receiveTimes.gaps)
            #expect(parts.receiveTimes.runs == whole.receiveTimes.runs)
            #expect(parts.producers["a"]?.outOfOrder == whole.producers["a"]?.outOfOrder)
            #expect(parts.producers["b"]?.skew(options) == whole.producers["b"]?.skew(options))
        }
        options.producerCountMax = 1
        let crowded = try run(1 << 20)
        #expect(Set(crowded.producers.keys) == ["a", ""] && crowded.producers[""]?.events == 300)
    }
}
