import Columns

/// `window_funnel(INTERVAL, ts, step1, step2, …[, 'mode', …])`: how many steps a group reaches.
enum WindowFunnelFunction {
    static let function = AggregateFunction(
        name: "window_funnel",
        usage: "window_funnel(INTERVAL, timestamp, condition, …[, 'mode', …])",
        family: Timeline.family, resolve: Timeline.resolve(to: .int64),
        makeState: Timeline.makeState,
        finish: Timeline.finish(.int64) { history, conditionCount, parameters in
            let modes = modes(parameters)
            let funnel = Funnel(
                stepCount: modes.contains(.order) ? conditionCount - 1 : conditionCount,
                window: parameters.integer(at: 0), modes: modes)
            return .int64(Int64(funnel.level(of: history)))
        },
        leading: [.interval], trailing: [.words(Funnel.Mode.allCases.map(\.rawValue))],
        // In strict order every row counts: a further condition that is always true keeps it.
        addedArguments: { modes($0).contains(.order) ? [.literal(.bool(true), .bool)] : [] })

    private static func modes(_ parameters: [Value]) -> Set<Funnel.Mode> {
        Set(
            parameters.text(at: 1).split(separator: " ").compactMap {
                Funnel.Mode(rawValue: String($0))
            })
    }
}

/// `funnel_time(n, INTERVAL, ts, step1, step2, …)`: when a group reached step n, on the first path that
/// gets as far as `window_funnel` says; null if it did not.
enum FunnelTimeFunction {
    static let function = AggregateFunction(
        name: "funnel_time", usage: "funnel_time(step, INTERVAL, timestamp, condition, …)",
        family: Timeline.family, resolve: Timeline.resolve(to: .timestamp),
        makeState: Timeline.makeState,
        finish: Timeline.finish(.timestamp) { history, conditionCount, parameters in
            let funnel = Funnel(
                stepCount: conditionCount, window: parameters.integer(at: 1), modes: [])
            let path = funnel.path(of: history)
            let step = Int(parameters.integer(at: 0))
            return step <= path.count ? .timestamp(path[step - 1]) : .null
        },
        leading: [.number(1...Int64(TimelineState.conditionCountMax)), .interval],
        problem: { parameters, argumentCount in
            let step = parameters.integer(at: 0)
            return step < Int64(argumentCount)
                ? nil : "there is no step \(step), only \(argumentCount - 1)"
        })
}

/// `retention(first, then, …)`: for each condition 1 if it and the first one hold for some row, else 0.
///
/// A JSON list, written as ClickHouse prints it.
enum RetentionFunction {
    static let function = AggregateFunction(
        name: "retention", usage: "retention(condition, condition, …)", family: "retention",
        resolve: { arguments in
            guard !arguments.isEmpty, arguments.count <= TimelineState.conditionCountMax,
                arguments.allSatisfy({ Coercion.isSame($0, .bool) })
            else { return .mismatch }
            return .signature(arguments.map { _ in .bool }, .string)
        },
        makeState: { RetentionState(conditionCount: $0.count) },
        finish: { (state, groupCount, _) throws(QueryError) in
            guard let state = state as? RetentionState else { return Column(integers: []) }
            var texts = TextColumnBuilder()
            for group in 0..<groupCount {
                let flags = state.flags(of: group).map { $0 ? "1" : "0" }
                try texts.append(Array("[\(flags.joined(separator: ","))]".utf8))
            }
            return texts.column()
        }, ignoresDuplicates: true, portability: .clickhouse)
}

/// Which conditions have held for some row of each group.
final class RetentionState: AggregateState {
    private let conditionCount: Int
    private var bits: [UInt32] = []

    init(conditionCount: Int) { self.conditionCount = conditionCount }

    var memorySize: Int { bits.capacity * 4 }

    func update(_ rows: GroupedRows, _ arguments: [Column]) throws(QueryError) {
        bits.grow(to: rows.groupCount, with: 0)
        for (number, condition) in arguments.enumerated() {
            let mask = Logic.mask(of: .column(condition), rows.rowCount)
            for row in mask.indices {
                bits[rows.groups.map { Int($0[row]) } ?? 0] |= UInt32(mask[row]) << UInt32(number)
            }
        }
    }

    func merge(
        _ other: any AggregateState, groups: [Int32], groupCount: Int
    ) throws(QueryError) {
        guard let other = other as? RetentionState else { return }
        bits.grow(to: groupCount, with: 0)
        for (group, more) in other.bits.enumerated() { bits[Int(groups[group])] |= more }
    }

    /// Nobody returns who was not there at first.
    func flags(of group: Int) -> [Bool] {
        let bits = group < bits.count ? bits[group] : 0
        return (0..<conditionCount).map { bits & 1 == 1 && bits >> UInt32($0) & 1 == 1 }
    }
}
