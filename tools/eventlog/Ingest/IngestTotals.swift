/// What became of all lines, over every connection that was needed.
struct IngestTotals: Equatable {
    var stored: UInt64 = 0
    var duplicates: UInt64 = 0
    var refused: UInt64 = 0
    var adjusted: UInt64 = 0

    var decided: UInt64 { stored + duplicates + refused }

    mutating func add(_ ledger: StreamLedger) {
        let ack = ledger.acknowledged
        stored += ack.stored
        duplicates += ack.duplicates
        adjusted += ack.adjusted
        // Those that will be sent again are not refused; `failed` counts them.
        let retried = UInt64(ledger.retries.count)
        refused += ack.failed > retried ? ack.failed - retried : 0
    }

    func adding(_ ledger: StreamLedger) -> IngestTotals {
        var sum = self
        sum.add(ledger)
        return sum
    }

    /// `stored 277,958 · duplicates 9,015 · refused 0 in 2.1 s (136 k/s)`
    func summary(seconds: Double) -> String {
        let adjustedText = adjusted > 0 ? " · adjusted \(Quantities.grouped(adjusted))" : ""
        let rate = seconds > 0 ? " (\(Quantities.rate(Double(decided) / seconds))/s)" : ""
        return "stored \(Quantities.grouped(stored)) · duplicates \(Quantities.grouped(duplicates))"
            + " · refused \(Quantities.grouped(refused))\(adjustedText)"
            + " in \(Quantities.duration(seconds))\(rate)"
    }
}
