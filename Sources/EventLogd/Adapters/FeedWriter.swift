import Columns
import EventLog
import Query

/// Writes rows of units as lines of a feed.
struct FeedWriter {
    private let form: TailForm
    private let storeTag: UInt64
    private let definitions: [ColumnDefinition]
    private let all: [Int]
    private var json = EventJSON()

    init(form: TailForm, storeTag: UInt64, events: EventsTable) {
        self.form = form
        self.storeTag = storeTag
        definitions = events.columns
        all = Array(definitions.indices)
    }

    /// Rows that are damaged are left out; the observer has been told.
    mutating func write(
        _ unit: any ScanUnit, _ rows: [FeedScan.Row], to lines: inout SortedLines,
        _ observer: ScanObserver
    ) throws(QueryFailure) {
        let block: Block
        do {
            block = try unit.read(all)
        } catch {
            throw QueryFailure(kind: .io, message: "The events cannot be read: \(error)")
        }
        guard case .int64(let received) = block.columns[Int(EventColumn.receivedAt.rawValue)].values
        else { return }
        for row in rows where lines.wants(row.seq) {
            if block.unreadable.contains(where: { $0.contains(row.row) }) { continue }
            do {
                try lines.add(row.seq) { text in
                    let cursor = TailCursor(storeTag: storeTag, seq: row.seq)
                    form.openEvent(cursor, receivedAt: received[row.row], to: &text)
                    try json.append(row: row.row, of: block, definitions, to: &text)
                    form.closeEvent(to: &text)
                }
            } catch {
                observer.report(
                    Damage(
                        file: "events", rowCount: 1,
                        message: "event \(row.seq): extra cannot be read"))
            }
        }
    }
}
