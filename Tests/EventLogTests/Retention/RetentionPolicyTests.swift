import Testing

@testable import EventLog

@Suite("Which events go")
struct RetentionPolicyTests {
    private static let hour: Int64 = 3_600_000_000
    private static let day: Int64 = 24 * hour
    private static let now = 100 * day + 7 * hour + 5

    private func segment(
        _ name: String, _ times: ClosedRange<Int64>, rows: Int = 10, size: Int = 100,
        generation: Int = 1
    ) -> RetentionPolicy.Segment {
        RetentionPolicy.Segment(
            path: name, rowCount: rows, size: size, times: times, writtenAt: 0,
            generation: generation)
    }

    private func policy(days: Int64? = 90, bytes: Int? = nil) -> RetentionPolicy {
        var policy = RetentionPolicy()
        policy.maxAge = days.map { $0 * Self.day }
        policy.maxBytes = bytes
        return policy
    }

    @Test("the cut is at a whole hour; nothing is cut without an age")
    func cutoff() {
        #expect(policy().cutoff(now: Self.now) == 10 * Self.day + 7 * Self.hour)
        #expect(policy().cutoff(now: -5) == -90 * Self.day - Self.hour)
        #expect(policy(days: nil).cutoff(now: Self.now) == nil)
        #expect(policy().cutoff(now: .min) == nil)
        #expect(policy(days: nil).next([segment("a", 0...1)], now: Self.now) == nil)
    }

    @Test("a file goes once its last event is too old, and not before")
    func wholeFiles() {
        let cut = 10 * Self.day + 7 * Self.hour
        for (end, goes) in [(cut - 1, true), (cut, true), (cut + 1, false)] {
            let job = policy().next([segment("a", cut - 5...end)], now: Self.now)
            #expect((job?.segments == ["a"]) == goes, "\(end)")
            #expect(job?.cutoff == nil)
        }
        #expect(policy().next([segment("a", cut - 5...cut - 1)], now: nil) == nil)
    }

    @Test("a file across the cut is written anew once a day of it has expired, not before")
    func boundary() {
        let cut = 10 * Self.day + 7 * Self.hour
        for (start, goes) in [(cut - Self.day, true), (cut - Self.day + 1, false)] {
            let job = policy().next([segment("a", start...cut + 9)], now: Self.now)
            #expect((job?.cutoff == cut) == goes)
        }
        // A sealed one is for compaction to divide, unless nobody does.
        let fresh = segment("a", 0...cut + 9, generation: 0)
        #expect(policy().next([fresh], now: Self.now) == nil)
        var alone = policy()
        alone.rewritesFresh = true
        #expect(alone.next([fresh], now: Self.now)?.segments == ["a"])
    }

    @Test("files written anew are not due again for a day, whatever the hour")
    func rewriteCount() {
        var late = segment("a", 0...200 * Self.day)
        var count = 0
        for hour in 0..<(10 * 24) {
            let now = Self.now + Int64(hour) * Self.hour
            if let job = policy().next([late], now: now), let cutoff = job.cutoff {
                count += 1
                late.times = cutoff...200 * Self.day
            }
        }
        #expect(count == 10)
    }

    @Test("one event with a wild time makes no file go, and keeps no other")
    func wildTimes() {
        let today = Self.now - Self.hour
        let wild = segment("wild", -1_000_000 * Self.day...today, generation: 0)
        let future = segment("future", 0...1_000_000 * Self.day, generation: 0)
        let old = segment("old", 0...Self.day)
        #expect(policy().next([wild, future, old], now: Self.now)?.segments == ["old"])
        #expect(policy().next([wild, future], now: Self.now) == nil)
        let small = policy(days: nil, bytes: 200).next([wild, future, old], now: nil)
        #expect(small?.segments == ["old"])
        #expect(policy().next([segment("a", .min ... .max)], now: .max - 1)?.cutoff != nil)
    }

    @Test("by bytes the oldest go, no more than needed, and never the newest")
    func bytes() {
        let segments = (0..<5).map { segment("s\($0)", Int64($0)...Int64($0)) }
        for (bytes, gone) in [(500, 0), (499, 1), (400, 1), (399, 2), (1, 4), (0, 4)] {
            let job = policy(days: nil, bytes: bytes).next(segments.reversed(), now: nil)
            #expect(job?.segments ?? [] == (0..<gone).map { "s\($0)" }, "\(bytes)")
            #expect(job.map { $0.reason == .bytes } ?? true)
        }
    }

    @Test("age comes before bytes, and one job takes so many events")
    func order() {
        var limited = policy(bytes: 0)
        limited.rowCountMax = 20
        let old = (0..<5).map { segment("o\($0)", Int64($0)...Int64($0)) }
        let job = limited.next(old + [segment("new", Self.now...Self.now)], now: Self.now)
        #expect(job == .init(segments: ["o0", "o1"], cutoff: nil, reason: .age))
        limited.rowCountMax = 1
        #expect(limited.next(old, now: Self.now)?.segments == ["o0"])
    }
}

@Suite("Whether the clock may decide what is too old")
struct ClockGuardTests {
    private static let hour: Int64 = 3_600_000_000

    private func at(_ wall: Int64, _ uptime: Int64) -> ClockGuard.Reading {
        ClockGuard.Reading(wall: wall, uptime: uptime)
    }

    @Test("at the start it is compared with the newest event")
    func start() {
        let wall = 1_000 * Self.hour
        #expect(ClockGuard(at(wall, 0), newestReceivedAt: nil).isTrusted)
        for (distance, isTrusted) in [
            (Self.hour, true), (Self.hour + 1, false), (-Self.hour, true), (-Self.hour - 1, false),
            (.max - wall, false),
        ] {
            let clock = ClockGuard(at(wall, 0), newestReceivedAt: wall + distance)
            #expect(clock.isTrusted == isTrusted, "\(distance)")
            #expect(clock.doubt == (isTrusted ? nil : .start))
        }
    }

    @Test("a step of an hour is in order, one of more is not, in either direction")
    func steps() {
        for (step, isTrusted) in [
            (Self.hour, true), (Self.hour + 1, false), (-Self.hour, true), (-Self.hour - 1, false),
            (8_766 * Self.hour, false), (-8_766 * Self.hour, false), (.max, false), (.min, false),
        ] {
            var clock = ClockGuard(at(5, 7), newestReceivedAt: 5)
            clock.check(
                at(Int64(5 + 600_000_000).addingReportingOverflow(step).partialValue, 600_000_007))
            #expect(clock.isTrusted == isTrusted, "\(step)")
        }
    }

    @Test(
        "a clock that stands still, or runs sixty times too fast, is found however often one looks")
    func wrongSpeed() {
        for speed in [Int64(0), 60] {
            var clock = ClockGuard(at(0, 0), newestReceivedAt: nil)
            var isDoubted = false
            for minute in Int64(1)...70 {
                clock.check(at(speed * minute * 60_000_000, minute * 60_000_000))
                isDoubted = isDoubted || !clock.isTrusted
            }
            #expect(isDoubted, "\(speed)")
        }
    }

    @Test(
        "after a day in step it is trusted again; a step begins the day anew; somebody may say so")
    func lifting() {
        let year = 8_766 * Self.hour
        var clock = ClockGuard(at(year, 0), newestReceivedAt: 0)
        #expect(clock.remaining(at(year, 0)) == Limits.clockTrustAge)
        clock.check(at(year + Limits.clockTrustAge - 1, Limits.clockTrustAge - 1))
        #expect(!clock.isTrusted)
        #expect(clock.remaining(at(0, Limits.clockTrustAge - 1)) == 1)
        var other = clock
        clock.check(at(year + Limits.clockTrustAge, Limits.clockTrustAge))
        #expect(clock.isTrusted && clock.remaining(at(0, 0)) == nil)
        other.check(at(0, Limits.clockTrustAge))
        #expect(other.doubt == .step)
        #expect(other.remaining(at(0, Limits.clockTrustAge)) == Limits.clockTrustAge)
        other.trust(at(0, Limits.clockTrustAge))
        #expect(other.isTrusted)
        other.check(at(Self.hour, Limits.clockTrustAge + Self.hour))
        #expect(other.isTrusted)
    }

    @Test("small corrections of many days are no step")
    func drift() {
        var clock = ClockGuard(at(0, 0), newestReceivedAt: nil)
        for hour in Int64(1)...2_400 {
            clock.check(at(hour * Self.hour + hour * 60_000_000, hour * Self.hour))
            #expect(clock.isTrusted)
        }
    }
}
