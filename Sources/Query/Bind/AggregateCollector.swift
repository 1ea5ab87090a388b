/// The aggregate calls met while expressions are bound, each different one once.
struct AggregateCollector {
    /// What is grouped, and by what: some expressions depend on it (`rate`).
    let input: Plan
    let keys: [BoundExpression]
    /// With GROUPING SETS and its like.
    let setNumber: SetNumber?
    private(set) var calls: [AggregateCall] = []

    init(_ input: Plan, by keys: [BoundExpression], _ setNumber: SetNumber? = nil) {
        self.input = input
        self.keys = keys
        self.setNumber = setNumber
    }

    mutating func add(_ call: AggregateCall) -> BoundExpression {
        if let known = calls.firstIndex(of: call) { return .aggregate(known, call.type) }
        calls.append(call)
        return .aggregate(calls.count - 1, call.type)
    }
}
