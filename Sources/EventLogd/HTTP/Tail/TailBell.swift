import Synchronization

/// Wakes those who wait for events, once each, when some were committed. Costs the writer the look at a
/// number while nobody waits.
final class TailBell: Sendable {
    private let waiting = Mutex<[ObjectIdentifier: @Sendable () -> Void]>([:])
    private let count = Atomic<Int>(0)

    /// Has `wake` called at the next ring, on the thread of whoever rings: it must not block. Whoever
    /// waits looks once more afterwards: what was committed before may have rung already.
    func wait(_ waiter: ObjectIdentifier, _ wake: @escaping @Sendable () -> Void) {
        waiting.withLock {
            $0[waiter] = wake
            count.store($0.count, ordering: .sequentiallyConsistent)
        }
    }

    func leave(_ waiter: ObjectIdentifier) {
        waiting.withLock {
            $0[waiter] = nil
            count.store($0.count, ordering: .sequentiallyConsistent)
        }
    }

    func ring() {
        guard count.load(ordering: .sequentiallyConsistent) > 0 else { return }
        let woken = waiting.withLock { waiting in
            defer { waiting = [:] }
            count.store(0, ordering: .sequentiallyConsistent)
            return waiting.values
        }
        for wake in woken { wake() }
    }
}
