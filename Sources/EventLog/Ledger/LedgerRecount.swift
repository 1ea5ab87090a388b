import Columns
import Parquet

/// Counts what segments hold, for a store from before there was a ledger, or one whose ledger is
/// damaged: who stored how much and when stands in the events themselves.
enum LedgerRecount {
    /// Rows that cannot be read are left out; queries report their damage.
    static func count(_ segments: [SegmentFile]) -> Ledger {
        var ledger = Ledger()
        for segment in segments {
            guard let opened = try? segment.open() else { continue }
            for rowGroup in opened.file.rowGroups.indices {
                try? count(segment, opened, rowGroup, in: &ledger)
            }
        }
        ledger.beginSeal()
        ledger.endSeal(ledger.sealedRows)
        return ledger
    }

    private static func count(
        _ segment: SegmentFile, _ opened: SegmentFile.Opened, _ rowGroup: Int,
        in ledger: inout Ledger
    ) throws {
        func read(_ column: EventColumn) throws -> ColumnRead? {
            guard let leaf = segment.leaf(column.definition, in: opened) else { return nil }
            return try opened.file.readColumn(rowGroup: rowGroup, leaf: leaf)
        }
        guard let times = try read(.receivedAt)?.column, let names = try read(.producer)?.column
        else { return }
        var counts: [LedgerKey: LedgerAmount] = [:]
        // Neighbours often have the same producer and hour: one lookup for a run.
        var run: (key: LedgerKey, count: Int64)?
        for row in 0..<times.count {
            guard case .timestamp(let time) = times[row], case .string(let name) = names[row]
            else { continue }
            let key = LedgerKey(receivedAt: time, producer: name, bucket: .stored)
            if run?.key == key {
                run?.count += 1
            } else {
                if let run { counts[run.key, default: .init(events: 0)].events += run.count }
                run = (key, 1)
            }
        }
        if let run { counts[run.key, default: .init(events: 0)].events += run.count }
        for (key, amount) in counts.sorted(by: { $0.key < $1.key }) { ledger.add(key, amount) }
    }
}
