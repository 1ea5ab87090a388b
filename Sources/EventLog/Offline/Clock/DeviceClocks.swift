/// Devices whose clocks are wrong: the worst of however many there are.
package struct DeviceClocks: Sendable {
    package struct Device: Sendable, Hashable {
        package var id: String
        package var producer: String
        /// Events beyond the limit, and by how many that may be too high.
        package var beyond: Int
        package var error: Int
        /// All its events since the first one beyond the limit.
        package var events: Int
        /// Between its time and arrival, in µs.
        package var delayMin: Int64
        package var delayMax: Int64
        /// When events beyond the limit came, in µs since 1970 UTC.
        package var first: Int64
        package var last: Int64

        /// By how much its clock is ahead (negative: behind), in µs; `nil` if it may only be slow to send.
        package func skew(_ options: ClockOptions) -> Int64? {
            if delayMin < -options.skewMin { return -delayMin }
            return delayMin > options.skewMin && events >= options.eventCountMin ? -delayMin : nil
        }
    }

    private struct Known: Sendable {
        var producer: String
        var events = 0
        var delayMin = Int64.max
        var delayMax = Int64.min
        var first: Int64
        var last: Int64
    }

    private var known: FrequentItems<String, Known>

    init(countMax: Int) { known = FrequentItems(countMax: countMax) }

    func isKnown(_ id: String) -> Bool { known[id] != nil }

    /// - Parameter delay: between a time that is one and arrival, in µs.
    mutating func take(
        _ id: String, producer: @autoclosure () -> String, delay: Int64, at receivedAt: Int64,
        _ options: ClockOptions
    ) {
        func note(_ device: inout Known) {
            device.events += 1
            device.delayMin = min(device.delayMin, delay)
            device.delayMax = max(device.delayMax, delay)
        }
        guard delay.magnitude > options.skewMin.magnitude else {
            known.update(id, note)
            return
        }
        let name = producer()
        known.add(id, new: { Known(producer: name, first: receivedAt, last: receivedAt) }) {
            note(&$0)
            $0.first = min($0.first, receivedAt)
            $0.last = max($0.last, receivedAt)
        }
    }

    /// Those whose clock is wrong, the most events first.
    package func worst(_ count: Int, _ options: ClockOptions) -> [Device] {
        let devices = known.items.map { id, item in
            Device(
                id: id, producer: item.value.producer, beyond: item.count, error: item.error,
                events: item.value.events, delayMin: item.value.delayMin,
                delayMax: item.value.delayMax, first: item.value.first, last: item.value.last)
        }
        return Array(
            devices.filter { $0.skew(options) != nil }
                .sorted { ($1.beyond, $0.id) < ($0.beyond, $1.id) }.prefix(count))
    }
}
