extension Ledger {
    /// The same events by the rows that count them now: rows of long ago are those of days, and of users
    /// with many producers those of the user (`coarsened`, `Limits.ledgerProducersPerHourMax`).
    func located(_ moves: LedgerMoves) -> [LedgerKey: Int64] {
        var taken: [LedgerKey: Int64] = [:]
        for (key, count) in moves.counts.sorted(by: { $0.key < $1.key }) {
            var left = count
            for row in key.rows where left > 0 {
                let there = events(of: row) - taken[row, default: 0]
                let part = min(left, max(0, there))
                if part > 0 { taken[row, default: 0] += part }
                left -= part
            }
            // Only where a ledger was lost does it know of fewer than there are. The sum is kept.
            if left > 0 { taken[key, default: 0] += left }
        }
        return taken
    }
}

extension LedgerKey {
    /// The rows that may count what has this key, the most exact one first.
    fileprivate var rows: [LedgerKey] {
        var user = self
        user.producer = "\(owner)/*"
        let hourly = [self, user]
        let daily = hourly.map { key -> LedgerKey in
            var key = key
            key.hour = key.day
            return key
        }
        return hour == day ? hourly : hourly + daily
    }
}
