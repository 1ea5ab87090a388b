import Columns

/// The conditions of a WHERE, joined by AND, for one thread.
final class BlockFilter {
    private let conditions: [(evaluator: Evaluator, columns: Set<Int>)]

    init(_ conditions: [BoundExpression], _ context: ExecutionContext) {
        self.conditions = conditions.map { (Evaluator($0, context), $0.columns) }
    }

    /// The rows of `block` that satisfy all conditions, ascending; `nil` if all rows do.
    ///
    /// Each condition sees only the rows that those before it have left.
    /// - Parameter selected: the rows to begin with; `nil` for all.
    func rows(of block: Block, selected: [Int32]?) throws(QueryError) -> [Int32]? {
        var selected = selected
        for (evaluator, columns) in conditions {
            let current: Block
            if let selected {
                if selected.isEmpty { return selected }
                current = Block(
                    rowCount: selected.count,
                    columns: block.columns.enumerated().map { position, column in
                        columns.contains(position)
                            ? column.gathered(selected)
                            : Column(nulls: selected.count, type: column.type)
                    })
            } else {
                current = block
            }
            let kept: [Int32]
            switch try evaluator.truth(of: current) {
            case .all: continue
            case .none: return []
            case .mask(let mask): kept = Gather.positions(mask)
            }
            if kept.count == current.rowCount { continue }
            selected = selected.map { Gather.values($0, kept) } ?? kept
        }
        return selected
    }
}
