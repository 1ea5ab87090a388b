import NIOCore

/// Notices clients that begin a request and stand still, or trickle (A13).
///
/// A head must be whole within the age, however its bytes are spread; a body must bring a minimum
/// in each window of that length. What waits for the daemon is not the client's fault and is not
/// counted.
struct RequestPace {
    enum Phase { case none, head, body }

    private let age: TimeAmount
    private let progressMin: Int
    private(set) var phase = Phase.none
    private var start = NIODeadline.now()
    private var size = 0

    init(limits: DaemonLimits) {
        age = limits.stalledLineAge
        progressMin = limits.bodyProgressMin
    }

    var deadline: NIODeadline { start + age }

    mutating func received(_ count: Int) { size += count }

    mutating func enter(_ phase: Phase) {
        guard phase != self.phase else { return }
        self.phase = phase
        start = .now()
        size = 0
    }

    /// To be called at the deadline, or later. Begins the next window if all is well.
    mutating func hasStalled() -> Bool {
        guard phase != .none, deadline <= .now() else { return false }
        if phase == .body, size >= progressMin {
            start = .now()
            size = 0
            return false
        }
        return true
    }
}
