package import Columns

/// The topics of a snapshot's content items, a row for each, so that a join needs no arrays.
package struct ContentTopicsTable: Table {
    package let name = "content_topics"
    package let summary = "a topic of a content item"
    package let columns = [
        ColumnDefinition("contentId", .string, summary: "the item, as events name it"),
        ColumnDefinition("topic", .string, summary: "one of its topics"),
    ]
    private let items: [ContentItem]

    init(_ items: ContentItems) {
        self.items = items.all
    }

    package func scan(_ request: ScanRequest) throws -> Scan {
        // An item has far fewer topics than a unit has room for, so whole items make a unit.
        let units = items.parts(of: scanUnitRowCountMax / Limits.contentTopicCountMax)
            .map(Unit.init).filter { $0.rowCount > 0 }
        request.observer.count { $0.rowsScanned += units.reduce(0) { $0 + $1.rowCount } }
        return Scan(units: units)
    }

    private struct Unit: ScanUnit {
        let items: [ContentItem]
        var rowCount: Int { items.reduce(0) { $0 + $1.document.topics.count } }

        func read(_ wanted: [Int]) throws -> Block {
            let rows = items.flatMap { item in item.document.topics.map { (item.id, $0) } }
            return Block(
                rowCount: rows.count,
                columns: wanted.map { place in
                    Column(type: .string, rows.map { .string(place == 0 ? $0.0 : $0.1) })
                })
        }
    }
}
