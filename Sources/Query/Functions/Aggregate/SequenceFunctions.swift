import Columns

/// `sequence_match('pattern', ts, c1, …)`: whether a group's history has the pattern, and
/// `sequence_count`: how often, without overlap.
enum SequenceFunctions {
    static let match = make("sequence_match", .bool) { .bool($0.hasMatch) }
    static let count = make("sequence_count", .int64) { .int64(Int64($0.matchCount)) }

    private static func make(
        _ name: String, _ type: ColumnType, _ result: @escaping @Sendable (SequenceMatcher) -> Value
    ) -> AggregateFunction {
        AggregateFunction(
            name: name, usage: "\(name)('pattern', timestamp, condition, …)",
            family: Timeline.family, resolve: Timeline.resolve(to: type),
            makeState: Timeline.makeState,
            finish: { (state, groupCount, parameters) throws(QueryError) in
                guard let state = state as? TimelineState,
                    let pattern = try? SequencePattern(parameters.text(at: 0))
                else { return Column(nulls: groupCount, type: type) }
                var cells: [Value] = []
                for group in 0..<groupCount {
                    let history = state.history(of: group, groupCount)
                    let size = SequenceMatcher.memorySize(
                        partCount: pattern.parts.count, eventCount: history.count)
                    guard size <= SequenceMatcher.memorySizeMax else { throw tooLong }
                    cells.append(result(SequenceMatcher(pattern, history)))
                }
                return Column(type: type, cells)
            },
            leading: [.text(problem)],
            problem: { parameters, argumentCount in
                let named = (try? SequencePattern(parameters.text(at: 0)))?.conditionMax ?? 0
                return named < argumentCount
                    ? nil
                    : "the pattern names condition \(named), and there are \(argumentCount - 1)"
            })
    }

    private static let tooLong = QueryError(
        .limit, "a history has too many rows for this pattern",
        hint: "use a shorter pattern or a shorter time, or fewer rows for which a condition holds")

    private static func problem(_ text: String) -> String? {
        do throws(SequencePattern.Problem) {
            _ = try SequencePattern(text)
            return nil
        } catch {
            return error.message
        }
    }
}
