package import Columns

/// The content items of a snapshot.
package struct ContentTable: Table {
    package let name = "content"
    package let summary = "what is known of a content item: PUT /v1/content/{id}"
    package let columns = ContentFile.definitions
    private let items: [ContentItem]

    init(_ items: ContentItems) {
        self.items = items.all
    }

    package func scan(_ request: ScanRequest) throws -> Scan {
        let units = items.parts(of: scanUnitRowCountMax).map(Unit.init)
        request.observer.count { $0.rowsScanned += items.count }
        return Scan(units: units)
    }

    private struct Unit: ScanUnit {
        let items: [ContentItem]
        var rowCount: Int { items.count }

        func read(_ wanted: [Int]) throws -> Block {
            Block(
                rowCount: rowCount, columns: wanted.map { ContentFile.column($0, of: items) })
        }
    }
}
