package import Columns

/// The tables of one snapshot.
package struct StoreTables: TableCatalog {
    package let events: EventsTable
    package let ledger: LedgerTable
    package let quarantine: QuarantineTable

    /// In the order in which they are listed.
    private var all: [any Table] { [events, ledger, quarantine] }
    package var tableNames: [String] { all.map(\.name) }

    package func table(named name: String) throws -> (any Table)? {
        let name = name.lowercased()
        return all.first { $0.name == name }
    }
}
