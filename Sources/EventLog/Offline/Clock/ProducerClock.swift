/// What a producer's events say about its clock, told in the order of arrival.
package struct ProducerClock: Sendable {
    package private(set) var events = 0
    /// Events with a time of the client's that is one.
    package private(set) var timed = 0
    /// By their flags: given the time of arrival, more than a day old, sent without a time.
    package private(set) var adjusted = 0
    package private(set) var late = 0
    package private(set) var defaulted = 0
    package private(set) var wild = 0
    /// Ahead of us by more than the limit.
    package private(set) var ahead = 0
    /// Events older than one that came before.
    package private(set) var outOfOrder = 0
    /// The most of that, in µs.
    package private(set) var outOfOrderMax: Int64 = 0
    private var delays = DelayHistogram()
    private var envelope = DelayEnvelope()
    private var newest = Int64.min
    private var aheadTimes: ClosedRange<Int64>?

    /// - Parameter clientTime: as sent; `nil`: none was.
    mutating func take(
        receivedAt: Int64, clientTime: Int64?, flags: EventFlags, _ options: ClockOptions
    ) {
        events += 1
        if flags.contains(.adjusted) { adjusted += 1 }
        if flags.contains(.late) { late += 1 }
        guard let clientTime, !flags.contains(.defaulted) else {
            defaulted += 1
            return
        }
        guard !options.isWild(clientTime, receivedAt: receivedAt) else {
            wild += 1
            return
        }
        timed += 1
        let delay = receivedAt - clientTime
        delays.add(delay)
        envelope.add(delay, at: receivedAt)
        if delay < -options.skewMin {
            ahead += 1
            let first = aheadTimes?.lowerBound ?? receivedAt
            aheadTimes = min(first, receivedAt)...max(aheadTimes?.upperBound ?? first, receivedAt)
        }
        if clientTime < newest {
            outOfOrder += 1
            outOfOrderMax = max(outOfOrderMax, newest - clientTime)
        } else {
            newest = clientTime
        }
    }

    /// Of the delays between a client's time and arrival, in µs; `nil` below `eventCountMin` events.
    package func percentile(_ share: Double, _ options: ClockOptions) -> Int64? {
        timed >= options.eventCountMin ? delays.percentile(share) : nil
    }

    /// By how much its clock is ahead of ours (negative: behind), in µs. The least delay of delivery counts as
    /// being behind.
    package func skew(_ options: ClockOptions) -> Int64? {
        percentile(0.05, options).map { -$0 }
    }

    /// How much its clock gains on ours, in µs for each second.
    package func drift(_ options: ClockOptions) -> Double? {
        guard timed >= options.eventCountMin else { return nil }
        return envelope.slope(countMin: 1).map { -$0 }
    }

    package func isSkewed(_ options: ClockOptions) -> Bool {
        ahead > 0 || (skew(options).map { $0.magnitude > options.skewMin.magnitude } ?? false)
    }

    /// From when until when it was seen to be wrong, by our clock: ahead by any event, behind where all events of a
    /// stretch of time were.
    package func skewedTimes(_ options: ClockOptions) -> ClosedRange<Int64>? {
        let behind =
            (skew(options) ?? 0) < -options.skewMin
            ? envelope.times(allAbove: options.skewMin, countMin: 1) : nil
        guard let ahead = aheadTimes, let behind else { return aheadTimes ?? behind }
        return min(ahead.lowerBound, behind.lowerBound)...max(ahead.upperBound, behind.upperBound)
    }
}

extension ClockOptions {
    /// Whether a client's time is none.
    func isWild(_ clientTime: Int64, receivedAt: Int64) -> Bool {
        if clientTime < wildBefore { return true }
        let (ahead, overflows) = clientTime.subtractingReportingOverflow(receivedAt)
        // What is left can be subtracted without overflow.
        return overflows || ahead > wildAhead
            || receivedAt.subtractingReportingOverflow(clientTime).overflow
    }
}
