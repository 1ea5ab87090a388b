package import Columns

/// The ledger of a snapshot as a table.
package struct LedgerTable: Table {
    package let name = "ledger"
    package let summary = "an hour, a producer, and what became of the events it offered"
    package let columns = LedgerFile.definitions
    private let ledger: Ledger

    package init(_ ledger: Ledger) {
        self.ledger = ledger
    }

    package func scan(_ request: ScanRequest) throws -> Scan {
        let units = ledger.rows.parts(of: scanUnitRowCountMax).map(Unit.init)
        request.observer.count { $0.rowsScanned += units.reduce(0) { $0 + $1.rowCount } }
        return Scan(units: units)
    }

    private struct Unit: ScanUnit {
        let rows: [Ledger.Row]
        var rowCount: Int { rows.count }

        func read(_ wanted: [Int]) throws -> Block {
            let columns = LedgerFile.columns(of: rows)
            return Block(rowCount: rowCount, columns: wanted.map { columns[$0] })
        }
    }
}
