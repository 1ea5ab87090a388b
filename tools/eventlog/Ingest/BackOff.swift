/// How long to wait before the next try, and when to give up: doubling from a tenth of a second to
/// five, begun anew by any progress.
struct BackOff {
    private static let first = Duration.milliseconds(100)
    private static let longest = Duration.seconds(5)

    /// Time without any progress after which trying ends.
    let patience: Duration
    private var next = Self.first
    private var waited = Duration.zero

    init(patience: Duration) { self.patience = patience }

    mutating func progressed() {
        next = Self.first
        waited = .zero
    }

    /// - Returns: `nil` if it is time to give up.
    mutating func nextDelay() -> Duration? {
        guard waited < patience else { return nil }
        let delay = min(next, patience - waited)
        waited += delay
        next = min(next * 2, Self.longest)
        return delay
    }
}
