extension Ledger {
    /// Rows that say the same about long ago with fewer words, so that years of them stay cheap: days
    /// for hours after `Limits.ledgerHourAge`, and earlier where there are too many rows; users for
    /// producers where even that is too much. Age is measured from the newest row, not by a clock.
    static func coarsened(
        _ rows: [Row], countMax: Int = Limits.ledgerRowCountMax
    ) -> [Row] {
        guard let newest = rows.last?.key else { return rows }
        let (hourly, overflow) = newest.hour.subtractingReportingOverflow(Limits.ledgerHourAge)
        var rows = rows
        if !overflow, let first = rows.first?.key, first.hour < hourly {
            rows = changed(rows, before: hourly) { $0.hour = $0.day }
        }
        if rows.count > countMax { rows = changed(rows, before: newest.day) { $0.hour = $0.day } }
        if rows.count > countMax {
            rows = changed(rows, before: newest.day) { $0.producer = "\($0.owner)/*" }
        }
        return rows
    }

    private static func changed(
        _ rows: [Row], before time: Int64, _ change: (inout LedgerKey) -> Void
    ) -> [Row] {
        let kept = rows.filter { $0.key.hour >= time }
        let old = rows.filter { $0.key.hour < time }.map { row -> Row in
            var key = row.key
            change(&key)
            return (key, row.amount)
        }
        return collected(old + kept)
    }
}
