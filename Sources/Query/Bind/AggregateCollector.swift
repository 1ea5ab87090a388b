/// The aggregate calls met while expressions are bound, each different one once.
struct AggregateCollector {
    private(set) var calls: [AggregateCall] = []

    mutating func add(_ call: AggregateCall) -> BoundExpression {
        if let known = calls.firstIndex(of: call) { return .aggregate(known, call.type) }
        calls.append(call)
        return .aggregate(calls.count - 1, call.type)
    }
}
