import EventLog
import Query

/// What `clock` says; the names are those of the JSON. Durations are in seconds, times RFC 3339 by the daemon's clock.
struct ClockReport: Codable {
    struct Gap: Codable {
        var from: String
        var to: String
        var seconds: Double
        /// The last event before and the first one after.
        var firstSeq: Int64
        var lastSeq: Int64
    }

    struct Run: Codable {
        var time: String
        var events: Int
        var firstSeq: Int64
        var lastSeq: Int64
        /// Whether more than one producer sent at that moment.
        var severalProducers: Bool
    }

    struct Step: Codable {
        /// Negative: set back.
        var seconds: Double
        /// Whether it may have been more.
        var atLeast: Bool
        /// The clock at the commit before and at the one that shows it.
        var from: String
        var to: String
        var version: Int64
        /// Numbers of the events that arrived in between, and where among them it most likely was.
        var firstSeq: Int64?
        var lastSeq: Int64?
        var gap: Gap?
        var run: Run?
    }

    struct Producer: Codable {
        /// Empty: all beyond the limit of producers, together.
        var producer: String
        var events: Int
        /// Events with a time of the client's that is one.
        var timed: Int
        var adjusted: Int
        var late: Int
        var defaulted: Int
        var wild: Int
        /// Ahead by more than --skew.
        var ahead: Int
        /// From the client's time to arrival; not there for few events.
        var delayP5: Double?
        var delayMedian: Double?
        var delayP95: Double?
        /// By how much its clock is ahead (negative: behind), and how much it gains, in µs for each second.
        var skew: Double?
        var drift: Double?
        var skewed: Bool
        var skewedFrom: String?
        var skewedTo: String?
        /// Older than one that came before, and the most of that.
        var outOfOrder: Int
        var outOfOrderMax: Double
    }

    struct Device: Codable {
        var device: String
        var producer: String
        /// Events off by more than --skew, at most `error` too many.
        var beyond: Int
        var error: Int
        var skew: Double
        var first: String
        var last: String
    }

    struct Wild: Codable {
        var seq: Int64
        var producer: String
        var clientTime: String
        var receivedAt: String
    }

    struct Period: Codable {
        var from: String
        var events: Int
        var ahead: Int
        var late: Int
    }

    var events: Int
    var receivedFrom: String?
    var receivedTo: String?
    var steps: [Step]
    var gapCount: Int
    var gaps: [Gap]
    var runCount: Int
    var runs: [Run]
    /// Events with an earlier time of arrival than the one before, which no store of ours has.
    var decreases: Int
    var producers: [Producer]
    var devices: [Device]
    var wildCount: Int
    var wild: [Wild]
    var periods: [Period]
    /// Of a period.
    var periodSeconds: Double

    init(_ audit: ClockAudit, deviceCount: Int) {
        let options = audit.options
        events = audit.events
        receivedFrom = audit.receivedFrom.map { Self.time($0) }
        receivedTo = audit.receivedTo.map { Self.time($0) }
        let times = audit.receiveTimes
        steps = times.steps.map(Step.init)
        gapCount = times.gapCount
        gaps = times.gaps.map(Gap.init)
        runCount = times.runCount
        runs = times.runs.map(Run.init)
        decreases = times.decreases
        producers = audit.producers.map { Producer($0.key, $0.value, options) }
            .sorted { ($1.worst, $0.producer) < ($0.worst, $1.producer) }
        devices = audit.devices.worst(deviceCount, options).map { Device($0, options) }
        wildCount = audit.wildCount
        wild = audit.wild.map {
            Wild(
                seq: $0.seq, producer: $0.producer, clientTime: Self.time($0.clientTime),
                receivedAt: Self.time($0.receivedAt))
        }
        let start = audit.periods.start ?? 0
        let width = audit.periods.width
        periods = audit.periods.periods.enumerated().filter { $0.element.events > 0 }.map {
            Period(
                from: Self.time(start + Int64($0.offset) * width), events: $0.element.events,
                ahead: $0.element.ahead, late: $0.element.late)
        }
        periodSeconds = Self.seconds(width)
    }

    static func time(_ time: Int64) -> String { TimestampText.text(of: time) }
    static func seconds(_ duration: Int64) -> Double { Double(duration) / 1_000_000 }
}

extension ClockReport.Gap {
    fileprivate init(_ gap: ReceiveTimes.Gap) {
        from = ClockReport.time(gap.from)
        to = ClockReport.time(gap.to)
        seconds = ClockReport.seconds(gap.length)
        firstSeq = gap.firstSeq
        lastSeq = gap.lastSeq
    }
}

extension ClockReport.Run {
    fileprivate init(_ run: ReceiveTimes.Run) {
        time = ClockReport.time(run.time)
        events = run.events
        firstSeq = run.firstSeq
        lastSeq = run.lastSeq
        severalProducers = run.hasSeveralProducers
    }
}

extension ClockReport.Step {
    fileprivate init(_ placed: ReceiveTimes.Placed) {
        let step = placed.step
        seconds = ClockReport.seconds(step.by)
        atLeast = step.isAtLeast
        from = ClockReport.time(step.from)
        to = ClockReport.time(step.to)
        version = step.version
        firstSeq = step.numbers?.lowerBound
        lastSeq = step.numbers?.upperBound
        // Ahead it is a gap, back a standstill.
        gap = step.by > 0 ? placed.gap.map(ClockReport.Gap.init) : nil
        run = step.by < 0 ? placed.run.map(ClockReport.Run.init) : nil
    }
}

extension ClockReport.Producer {
    fileprivate init(_ name: String, _ clock: ProducerClock, _ options: ClockOptions) {
        producer = name
        events = clock.events
        timed = clock.timed
        adjusted = clock.adjusted
        late = clock.late
        defaulted = clock.defaulted
        wild = clock.wild
        ahead = clock.ahead
        delayP5 = clock.percentile(0.05, options).map { ClockReport.seconds($0) }
        delayMedian = clock.percentile(0.5, options).map { ClockReport.seconds($0) }
        delayP95 = clock.percentile(0.95, options).map { ClockReport.seconds($0) }
        skew = clock.skew(options).map { ClockReport.seconds($0) }
        drift = clock.drift(options)
        skewed = clock.isSkewed(options)
        let times = skewed ? clock.skewedTimes(options) : nil
        skewedFrom = times.map { ClockReport.time($0.lowerBound) }
        skewedTo = times.map { ClockReport.time($0.upperBound) }
        outOfOrder = clock.outOfOrder
        outOfOrderMax = ClockReport.seconds(clock.outOfOrderMax)
    }

    /// The worst clock first.
    fileprivate var worst: Double { (skewed ? 1e15 : 0) + abs(skew ?? 0) + Double(wild + ahead) }
}

extension ClockReport.Device {
    fileprivate init(_ device: DeviceClocks.Device, _ options: ClockOptions) {
        self.device = device.id
        producer = device.producer
        beyond = device.beyond
        error = device.error
        skew = ClockReport.seconds(device.skew(options) ?? 0)
        first = ClockReport.time(device.first)
        last = ClockReport.time(device.last)
    }
}
