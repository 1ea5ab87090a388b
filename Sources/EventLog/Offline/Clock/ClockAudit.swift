package import Columns

/// All that the events of a store tell about clocks: ours and those of the clients (RELIABILITY, D9).
///
/// Goes through the events in the order of arrival, some million numbers at a time.
package struct ClockAudit: Sendable {
    /// An event whose time is none.
    package struct WildEvent: Sendable, Hashable {
        package var seq: Int64
        package var producer: String
        package var clientTime: Int64
        package var receivedAt: Int64
    }

    /// Some time by our clock, for a picture.
    package struct Period: Sendable, Hashable {
        package var events = 0
        /// Of those with a client's time.
        package var ahead = 0
        package var late = 0
    }

    static let wildExampleCountMax = 20

    package let options: ClockOptions
    package private(set) var events = 0
    package private(set) var receiveTimes: ReceiveTimes
    /// By name; those beyond the limit together under the empty name.
    package private(set) var producers: [String: ProducerClock] = [:]
    package private(set) var devices: DeviceClocks
    package private(set) var wild: [WildEvent] = []
    package private(set) var wildCount = 0
    package private(set) var periods: ClockPeriods
    /// Of the events, in µs since 1970 UTC.
    package private(set) var receivedFrom: Int64?
    package private(set) var receivedTo: Int64?
    private var names: [String: Int32] = [:]
    private var clocks: [ProducerClock] = []

    /// - Parameters:
    ///   - steps: of the wall clock, as far as commits know them.
    ///   - observer: is told what could not be read, and is left out.
    ///   - windowSize: in tests other than `Limits.clockWindowSeqCount`.
    package init(
        of table: EventsTable, steps: [WallClockStep], options: ClockOptions,
        observer: ScanObserver, windowSize: Int64 = Limits.clockWindowSeqCount
    ) throws {
        self.options = options
        receiveTimes = ReceiveTimes(steps, options)
        devices = DeviceClocks(countMax: options.deviceCountMax)
        periods = ClockPeriods()
        for range in table.sequenceRanges {
            var next = range.lowerBound
            while true {
                let (end, overflows) = next.addingReportingOverflow(windowSize - 1)
                let last = overflows ? range.upperBound : min(end, range.upperBound)
                try look(at: next...last, table, observer)
                if last >= range.upperBound { break }
                next = last + 1
            }
        }
        receiveTimes.finish()
        receiveTimes.trim()
        for (name, number) in names {
            producers[name] = clocks[Int(number)]
        }
        names = [:]
        clocks = []
    }

    /// The events of a window by number.
    private struct Arrival {
        var seq: Int64
        var receivedAt: Int64
        /// `Int64.min`: none was sent.
        var clientTime: Int64
        var producer: Int32
        var flags: EventFlags
    }

    private mutating func look(
        at range: ClosedRange<Int64>, _ table: EventsTable, _ observer: ScanObserver
    ) throws {
        let columns = [
            EventColumn.seq, .receivedAt, .timestamp, .clientTimestamp, .producer, .flags,
            .deviceId,
        ].map { Int($0.rawValue) }
        let bound = ColumnBound(
            column: columns[0],
            .range(lower: .int64(range.lowerBound), upper: .int64(range.upperBound)))
        let scan = try table.scan(
            ScanRequest(columns: columns, bounds: [bound], observer: observer))
        var arrivals: [Arrival] = []
        for unit in scan.units {
            collect(try unit.read(columns), range, &arrivals)
        }
        arrivals.sort { $0.seq < $1.seq }
        for arrival in arrivals { take(arrival) }
    }

    private mutating func collect(
        _ block: Block, _ range: ClosedRange<Int64>, _ arrivals: inout [Arrival]
    ) {
        guard case .int64(let seqs) = block.columns[0].values,
            case .int64(let received) = block.columns[1].values,
            case .int64(let timestamps) = block.columns[2].values,
            case .string(let producerCodes, let producerNames) = block.columns[4].values,
            case .int64(let flags) = block.columns[5].values
        else { return }
        var own: [Int64] = []
        let hasOwn = block.columns[3].validity
        if case .int64(let values) = block.columns[3].values { own = values }
        var deviceCodes: [Int32] = []
        var deviceNames: StringDictionary?
        if case .string(let codes, let names) = block.columns[6].values {
            deviceCodes = codes
            deviceNames = names
        }
        var numbers: [Int32: Int32] = [:]
        /// By code, the device and whether it is remembered.
        var known: [Int32: String] = [:]
        var isPlain: Set<Int32> = []
        var gaps = block.unreadable[...]
        for row in seqs.indices where range.contains(seqs[row]) {
            while let first = gaps.first, first.upperBound <= row { gaps.removeFirst() }
            if let first = gaps.first, first.contains(row) { continue }
            let code = producerCodes[row]
            guard code >= 0 else { continue }
            let number = numbers[code] ?? self.number(of: producerNames[Int(code)])
            numbers[code] = number
            let flagged = EventFlags(rawValue: UInt16(truncatingIfNeeded: flags[row]))
            var clientTime = timestamps[row]
            if !own.isEmpty, hasOwn.map({ $0[row] != 0 }) ?? true { clientTime = own[row] }
            if flagged.contains(.defaulted) { clientTime = .min }
            arrivals.append(
                Arrival(
                    seq: seqs[row], receivedAt: received[row], clientTime: clientTime,
                    producer: number, flags: flagged))
            guard clientTime != .min, !deviceCodes.isEmpty, let deviceNames else { continue }
            let device = deviceCodes[row]
            guard device >= 0, !options.isWild(clientTime, receivedAt: received[row]) else {
                continue
            }
            let delay = received[row] - clientTime
            let isBeyond = delay.magnitude > options.skewMin.magnitude
            if !isBeyond, isPlain.contains(device) { continue }
            let id = known[device] ?? deviceNames[Int(device)]
            known[device] = id
            if !isBeyond, !devices.isKnown(id) {
                isPlain.insert(device)
                continue
            }
            isPlain.remove(device)
            devices.take(
                id, producer: producerNames[Int(code)], delay: delay, at: received[row], options)
        }
    }

    private mutating func number(of name: String) -> Int32 {
        if let number = names[name] { return number }
        // The last place is for all others.
        let isOther = clocks.count >= options.producerCountMax
        let key = isOther ? "" : name
        if let number = names[key] { return number }
        clocks.append(ProducerClock())
        names[key] = Int32(clocks.count - 1)
        return Int32(clocks.count - 1)
    }

    private mutating func take(_ arrival: Arrival) {
        events += 1
        receivedFrom = min(receivedFrom ?? arrival.receivedAt, arrival.receivedAt)
        receivedTo = max(receivedTo ?? arrival.receivedAt, arrival.receivedAt)
        receiveTimes.take(
            seq: arrival.seq, receivedAt: arrival.receivedAt, producer: arrival.producer)
        let clientTime = arrival.clientTime == .min ? nil : arrival.clientTime
        clocks[Int(arrival.producer)].take(
            receivedAt: arrival.receivedAt, clientTime: clientTime, flags: arrival.flags, options)
        var period = Period(events: 1)
        if let clientTime {
            if options.isWild(clientTime, receivedAt: arrival.receivedAt) {
                wildCount += 1
                if wild.count < Self.wildExampleCountMax {
                    wild.append(
                        WildEvent(
                            seq: arrival.seq, producer: name(of: arrival.producer),
                            clientTime: clientTime, receivedAt: arrival.receivedAt))
                }
            } else if arrival.receivedAt - clientTime < -options.skewMin {
                period.ahead = 1
            }
        }
        if arrival.flags.contains(.late) { period.late = 1 }
        periods.add(period, at: arrival.receivedAt)
    }

    private func name(of number: Int32) -> String {
        names.first { $0.value == number }?.key ?? ""
    }
}
