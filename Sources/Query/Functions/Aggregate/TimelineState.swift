import Columns

/// The conditions that held at one moment of a group's history.
struct TimelineEvent: Equatable {
    let time: Int64
    /// Bit i: condition number i, counted from 0.
    let bits: UInt32
}

/// When which conditions held: what funnels and sequences are made from.
///
/// Rows without a time, and rows for which no condition holds, are not kept. A history is ordered by
/// time; rows of one time by the highest condition that holds, so that steps which happen at once
/// count in their order. In what order rows and merges come cannot show.
final class TimelineState: AggregateState {
    /// Conditions of one call: what fits the bits.
    static let conditionCountMax = 32

    let conditionCount: Int
    private var groups: [Int32] = []
    private var events: [TimelineEvent] = []
    /// The events of group g are `events[starts[g]..<starts[g + 1]]`, once they are in order.
    private var starts: [Int] = []

    init(conditionCount: Int) { self.conditionCount = conditionCount }

    var memorySize: Int {
        // In the end they are put in order by group, which takes their room once more.
        groups.capacity * 4 + events.capacity * 2 * MemoryLayout<TimelineEvent>.stride
    }

    /// - Parameter arguments: the time, then the conditions.
    func update(_ rows: GroupedRows, _ arguments: [Column]) throws(QueryError) {
        guard case .int64(let times) = arguments[0].values else { return }
        var bits = [UInt32](repeating: 0, count: rows.rowCount)
        for (number, condition) in arguments.dropFirst().enumerated() {
            let mask = Logic.mask(of: .column(condition), rows.rowCount)
            for row in bits.indices { bits[row] |= UInt32(mask[row]) << UInt32(number) }
        }
        let presence = arguments[0].validity
        for row in bits.indices where bits[row] != 0 && (presence.map { $0[row] == 1 } ?? true) {
            groups.append(rows.groups.map { $0[row] } ?? 0)
            events.append(TimelineEvent(time: times[row], bits: bits[row]))
        }
    }

    func merge(
        _ other: any AggregateState, groups mapping: [Int32], groupCount: Int
    ) throws(QueryError) {
        guard let other = other as? TimelineState else { return }
        groups += other.groups.map { mapping[Int($0)] }
        events += other.events
    }

    /// The history of a group, in order.
    func history(of group: Int, _ groupCount: Int) -> ArraySlice<TimelineEvent> {
        if starts.isEmpty { order(groupCount) }
        return events[starts[group]..<starts[group + 1]]
    }

    /// Counting sort by group, then each group by time.
    private func order(_ groupCount: Int) {
        starts = [Int](repeating: 0, count: groupCount + 1)
        for group in groups { starts[Int(group) + 1] += 1 }
        for group in 0..<groupCount { starts[group + 1] += starts[group] }
        var next = starts
        var ordered = [TimelineEvent](
            repeating: TimelineEvent(time: 0, bits: 0), count: events.count)
        for (row, group) in groups.enumerated() {
            ordered[next[Int(group)]] = events[row]
            next[Int(group)] += 1
        }
        for group in 0..<groupCount {
            ordered[starts[group]..<starts[group + 1]].sort {
                ($0.time, $0.bits) < ($1.time, $1.bits)
            }
        }
        events = ordered
        groups = []
    }
}

/// What the functions over histories have in common.
enum Timeline {
    static let family = "timeline"

    /// A timestamp and at least one condition.
    static func resolve(
        to result: ColumnType
    ) -> @Sendable ([ScalarFunction.Argument]) -> ScalarFunction.Resolution {
        { arguments in
            guard arguments.count >= 2, Coercion.isPossible(arguments[0], .timestamp),
                arguments.dropFirst().allSatisfy({ Coercion.isSame($0, .bool) })
            else { return .mismatch }
            guard arguments.count - 1 <= TimelineState.conditionCountMax else {
                return .invalid(
                    "at most \(TimelineState.conditionCountMax) conditions are possible")
            }
            return .signature(
                [.timestamp] + arguments.dropFirst().map { _ in .bool }, result)
        }
    }

    static func makeState(_ types: [ColumnType]) -> any AggregateState {
        TimelineState(conditionCount: types.count - 1)
    }

    /// One result for the history of each group.
    static func finish(
        _ type: ColumnType,
        _ result:
            @escaping @Sendable (
                _ history: ArraySlice<TimelineEvent>, _ conditionCount: Int, _ parameters: [Value]
            ) -> Value
    ) -> AggregateFunction.Finish {
        { (state, groupCount, parameters) throws(QueryError) in
            guard let state = state as? TimelineState else { return Column(nulls: 0, type: type) }
            return Column(
                type: type,
                (0..<groupCount).map {
                    result(state.history(of: $0, groupCount), state.conditionCount, parameters)
                })
        }
    }
}
