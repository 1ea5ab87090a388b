import Columns
import Synchronization

@testable import Query

/// A table that remembers what was asked of it, and can have damaged rows and failing reads.
final class SpyTable: Table {
    struct Failure: Error {}

    private struct State {
        var bounds: [ColumnBound] = []
        var reads: [[String]] = []
    }

    let name = "t"
    let columns: [ColumnDefinition]
    private let blocks: [Block]
    /// For each block the rows that cannot be read, by column name.
    private let damaged: [[String: Range<Int>]]
    private let failsToRead: Bool
    private let state = Mutex(State())

    init(_ table: MemoryTable, damaged: [[String: Range<Int>]] = [], failsToRead: Bool = false)
        throws
    {
        columns = table.columns
        self.damaged = damaged
        self.failsToRead = failsToRead
        let request = ScanRequest(
            columns: Array(columns.indices), bounds: [], observer: ScanObserver())
        blocks = try table.scan(request).units.map { try $0.read(Array(table.columns.indices)) }
    }

    var bounds: [ColumnBound] { state.withLock { $0.bounds } }
    /// The columns of each read, in order.
    var reads: [[String]] { state.withLock { $0.reads } }

    func scan(_ request: ScanRequest) throws -> Scan {
        state.withLock { $0.bounds = request.bounds }
        request.observer.count {
            $0.segments += 1
            $0.segmentsPruned += 2
            $0.rowsScanned += blocks.reduce(0) { $0 + $1.rowCount }
        }
        return Scan(
            units: blocks.indices.map { Unit(table: self, number: $0, observer: request.observer) })
    }

    private struct Unit: ScanUnit {
        let table: SpyTable
        let number: Int
        let observer: ScanObserver
        var rowCount: Int { table.blocks[number].rowCount }

        func read(_ columns: [Int]) throws -> Block {
            if table.failsToRead { throw Failure() }
            let names = columns.map { table.columns[$0].name }
            table.state.withLock { $0.reads.append(names) }
            let block = table.blocks[number]
            let damaged = number < table.damaged.count ? table.damaged[number] : [:]
            let unreadable = names.compactMap { damaged[$0] }
            for range in unreadable {
                observer.report(Damage(file: "f", rowCount: range.count, message: "page damaged"))
            }
            return Block(
                rowCount: block.rowCount, columns: columns.map { block.columns[$0] },
                unreadable: unreadable)
        }
    }
}

struct SpyCatalog: TableCatalog {
    let spy: SpyTable
    var tableNames: [String] { [spy.name] }
    func table(named name: String) -> (any Table)? { name == spy.name ? spy : nil }
}
