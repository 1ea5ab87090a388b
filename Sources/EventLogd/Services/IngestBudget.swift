import Synchronization

/// How much memory events on their way to the journal may take, over all connections.
///
/// It never says no to what was read already; it says when to stop reading. Full at its limit, open
/// again at half of it, so that readers are not stopped and started for every batch.
final class IngestBudget: Sendable {
    private struct State {
        var size = 0
        var isFull = false
        var waiters: [@Sendable () -> Void] = []
    }
    private let state = Mutex(State())
    private let sizeMax: Int

    init(sizeMax: Int) {
        self.sizeMax = sizeMax
    }

    var size: Int { state.withLock { $0.size } }

    func take(_ count: Int) {
        state.withLock {
            $0.size += count
            if $0.size >= sizeMax { $0.isFull = true }
        }
    }

    func giveBack(_ count: Int) {
        let waiters = state.withLock { state in
            state.size -= count
            precondition(state.size >= 0, "no more is given back than was taken")
            guard state.isFull, state.size <= sizeMax / 2 else {
                return [@Sendable () -> Void]()
            }
            state.isFull = false
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter() }
    }

    /// Whether the caller must wait. If so, `resume` is called once, on some thread, when there is room.
    func mustWait(_ resume: @escaping @Sendable () -> Void) -> Bool {
        state.withLock {
            if $0.isFull { $0.waiters.append(resume) }
            return $0.isFull
        }
    }
}
