/// A table that is already in memory: small lookup tables, tests.
package struct MemoryTable: Table {
    package let name: String
    package let columns: [ColumnDefinition]
    private let blocks: [Block]

    /// - Precondition: each block has one column per definition, in order, and at most
    ///   `scanUnitRowCountMax` rows.
    package init(name: String, columns: [ColumnDefinition], blocks: [Block]) {
        precondition(blocks.allSatisfy { $0.columns.count == columns.count })
        self.name = name
        self.columns = columns
        self.blocks = blocks
    }

    package func scan(_ request: ScanRequest) throws -> Scan {
        Scan(units: blocks.map { Unit(block: $0, observer: request.observer) })
    }

    private struct Unit: ScanUnit {
        let block: Block
        let observer: ScanObserver
        var rowCount: Int { block.rowCount }

        func read(_ columns: [Int]) throws -> Block {
            Block(
                rowCount: block.rowCount, columns: columns.map { block.columns[$0] },
                unreadable: block.unreadable)
        }
    }
}
