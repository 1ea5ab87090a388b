import Columns

/// Counts events that a rollup does not tell apart: those of one stretch of time with the same event, content,
/// user and device. Where the device becomes somebody else's within the stretch, a new row begins: so whoever
/// did a row did all of it.
struct RollupRows {
    /// Of the events; all have one count of rows.
    struct Events {
        var event: Column
        var contentId: Column
        var userId: Column
        var deviceId: Column
        var timestamp: Column
        /// Which of the device's intervals each event lies in, as far as that matters.
        var intervals: [Int32]
    }

    /// In the order of `RollupColumn`.
    let columns: [Column]
    var count: Int { columns[0].count }

    /// When the first and the last of the events happened, in µs since 1970 UTC; 0 without rows.
    var firstTime: Int64 { integers(.timestamp).min() ?? 0 }
    var lastTime: Int64 {
        zip(integers(.timestamp), integers(.timeSpan)).lazy.map { $0 &+ $1 }.max() ?? 0
    }

    private func integers(_ column: RollupColumn) -> [Int64] {
        if case .int64(let values) = columns[column.rawValue].values { values } else { [] }
    }

    private struct Actor: Hashable {
        let user: Int32
        let device: Int32
        let interval: Int32
    }

    /// - Parameter isTaken: which events count, by their times; `nil`: all.
    init(_ events: Events, _ grain: RollupGrain, isTaken: ((Int64) -> Bool)? = nil) {
        guard case .int64(let times) = events.timestamp.values else {
            columns = RollupColumn.allCases.map { Column(nulls: 0, type: $0.definition.type) }
            return
        }
        let names = events.event.codesOrNulls.codes
        let contents = events.contentId.codesOrNulls.codes
        let users = events.userId.codesOrNulls.codes
        let devices = events.deviceId.codesOrNulls.codes
        var first: [UInt32] = []
        var spans: [Int64] = []
        var counts: [Int64] = []
        // Alike events are neighbours in this order; were they not, there would only be more rows.
        var rows: [Actor: Int] = [:]
        var run: (event: Int32, content: Int32, times: Range<Int64>) = (-2, -2, 0..<0)
        for position in ClusterOrder.positions(
            event: events.event, contentId: events.contentId, timestamp: events.timestamp)
        {
            let row = Int(position)
            let time = times[row]
            if let isTaken, !isTaken(time) { continue }
            if names[row] != run.event || contents[row] != run.content
                || !run.times.contains(time)
            {
                rows.removeAll(keepingCapacity: true)
                run = (names[row], contents[row], Self.stretch(of: time, grain))
            }
            let actor = Actor(
                user: users[row], device: devices[row], interval: events.intervals[row])
            if let known = rows[actor] {
                // Times ascend within a run.
                spans[known] = time &- times[Int(first[known])]
                counts[known] += 1
            } else {
                rows[actor] = first.count
                first.append(position)
                spans.append(0)
                counts.append(1)
            }
        }
        columns = [
            events.event.gather(first), events.contentId.gather(first),
            events.userId.gather(first), events.deviceId.gather(first),
            events.timestamp.gather(first), Column(integers: spans), Column(integers: counts),
        ]
    }

    /// Rows of rollups again, some of them left out.
    init(columns: [Column], keeping rows: [UInt32]) {
        self.columns = columns.map { $0.gather(rows) }
    }

    /// The stretch that a time lies in; at the ends of what 64 bits hold, a shorter one.
    private static func stretch(of time: Int64, _ grain: RollupGrain) -> Range<Int64> {
        let into = (time % grain.length + grain.length) % grain.length
        let start = time.subtractingReportingOverflow(into)
        let low = start.overflow ? Int64.min : start.partialValue
        let end = time.addingReportingOverflow(grain.length - into)
        return low..<(end.overflow ? Int64.max : end.partialValue)
    }
}
