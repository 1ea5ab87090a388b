package import Columns

/// The tables of one snapshot.
package struct StoreTables: TableCatalog {
    package let events: EventsTable
    package let persons: PersonTable
    package let ledger: LedgerTable
    package let quarantine: QuarantineTable
    package let content: ContentTable
    package let contentTopics: ContentTopicsTable
    package let segments: SegmentsTable
    package let devices: IdentityTable
    package let people: PersonsTable

    init(
        events: EventsTable, identity: IdentityIndex, books: Books, rollups: RollupSet = RollupSet()
    ) {
        self.events = events
        persons = PersonTable(events: events, identity: identity, rollups: rollups)
        ledger = LedgerTable(books.ledger)
        quarantine = QuarantineTable(books.quarantine)
        content = ContentTable(books.content)
        contentTopics = ContentTopicsTable(books.content)
        segments = SegmentsTable(events.segments)
        devices = IdentityTable(events: events, identity: identity)
        people = PersonsTable(events: events, identity: identity)
    }

    /// In the order in which they are listed.
    private var all: [any Table] {
        [persons, people, devices, content, contentTopics, segments, ledger, quarantine]
    }
    package var tableNames: [String] { all.map(\.name) }
    package let derivedTables = [ViewsTable.table, SessionsTable.table]

    /// Who is who by all events of the snapshot.
    /// - Parameter observer: is told what could not be read.
    package func identityMap(_ observer: ScanObserver) throws -> IdentityMap {
        try persons.identity.resolvers(of: events, .resolved, observer).map
    }

    /// Who is who, and whose events became others' since an earlier snapshot.
    /// - Parameters:
    ///   - position: `Attribution.position` of the earlier one; 0 if there is none.
    ///   - observer: is told what could not be read.
    package func attribution(
        since position: Int64, _ observer: ScanObserver
    ) throws -> Attribution {
        try persons.identity.attribution(of: events, since: position, observer)
    }

    package func table(named name: String) throws -> (any Table)? {
        let name = name.lowercased()
        return all.first { $0.name == name }
    }
}
