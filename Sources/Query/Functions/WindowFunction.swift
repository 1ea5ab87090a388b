import Columns

/// A function of the rows around each row: an entry of `WindowFunctions.all`.
struct WindowFunction: Sendable {
    typealias Compute =
        @Sendable (_ arguments: [Column], _ layout: WindowLayout, _ frame: WindowFrame)
        throws(QueryError) -> Column

    let name: String
    let usage: String
    /// Whether ROWS means something for it.
    var takesFrame = false
    var portability = Portability.everywhere
    let resolve: @Sendable ([ScalarFunction.Argument]) -> ScalarFunction.Resolution
    /// Rows come and go in the window's order.
    let compute: Compute
}

/// The partitions of rows that stand in a window's order.
struct WindowLayout: Sendable {
    let rowCount: Int
    /// One partition after another.
    let partitions: [Range<Int>]
    /// For each row the first row that ties with it, and the one after the last.
    let peerStart: [Int32]
    let peerEnd: [Int32]

    /// Calls `body` for each row with the rows of its frame; they may be none.
    @inline(__always)
    func forEachFrame(
        _ frame: WindowFrame,
        _ body: (_ row: Int, _ rows: Range<Int>) throws(QueryError) -> Void
    ) throws(QueryError) {
        for partition in partitions {
            for row in partition {
                switch frame {
                case .wholePartition: try body(row, partition)
                case .toLastPeer: try body(row, partition.lowerBound..<Int(peerEnd[row]))
                case .rows(let frame):
                    let start = Self.place(frame.start, row, partition.lowerBound)
                    let end = Self.place(frame.end, row, partition.upperBound - 1) + 1
                    let low = min(max(start, partition.lowerBound), partition.upperBound)
                    let high = min(max(end, low), partition.upperBound)
                    try body(row, low..<high)
                }
            }
        }
    }

    private static func place(_ bound: RowFrame.Bound, _ row: Int, _ unbounded: Int) -> Int {
        switch bound {
        case .unbounded: unbounded
        case .offset(let offset): row + offset
        }
    }
}

/// The table of window functions. To add one: a file in `Window/`, a line here, a query script, a row
/// in the documentation of the language.
enum WindowFunctions {
    static let all: [String: WindowFunction] = {
        let functions = [
            RankFunctions.rowNumber, RankFunctions.rank, RankFunctions.denseRank,
            RankFunctions.percentRank, RankFunctions.cumulativeDistribution,
            TileFunction.function,
            NeighbourFunctions.lag, NeighbourFunctions.lead,
            FrameEndFunctions.first, FrameEndFunctions.last,
            SessionizeFunction.function,
        ]
        return Dictionary(uniqueKeysWithValues: functions.map { ($0.name, $0) })
    }()
}
