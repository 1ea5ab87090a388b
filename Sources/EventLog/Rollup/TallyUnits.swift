import Columns
import Synchronization

/// A segment by its tally: a row for each type, and hour.
struct TallyUnit: ScanUnit {
    let tally: SegmentTally
    /// The position that asks for the counts.
    let place: Int

    var rowCount: Int { tally.rowCount }

    func read(_ columns: [Int]) throws -> Block {
        Block(
            rowCount: rowCount,
            columns: columns.map { position in
                switch position {
                case place: tally.counts
                case Int(EventColumn.event.rawValue): tally.events
                case Int(EventColumn.timestamp.rawValue): tally.times
                default: preconditionFailure("a tally tells nothing of this column")
                }
            })
    }
}

/// Rows of a segment that are counted when they are first read.
final class TallyingUnit: ScanUnit {
    private let unit: any ScanUnit
    private let maker: TallyMaker
    private let isCounted = Atomic<Bool>(false)

    init(unit: any ScanUnit, maker: TallyMaker) {
        self.unit = unit
        self.maker = maker
    }

    var rowCount: Int { unit.rowCount }

    func read(_ columns: [Int]) throws -> Block {
        let wanted = maker.key.columns.map { Int($0.rawValue) }
        // A filter may want one of them before the others: all are read, and still there when they are asked for.
        guard !columns.isEmpty, !isCounted.exchange(true, ordering: .relaxed) else {
            return try unit.read(columns)
        }
        let block = try unit.read(wanted)
        maker.add(block)
        return columns == wanted ? block : try unit.read(columns)
    }
}
