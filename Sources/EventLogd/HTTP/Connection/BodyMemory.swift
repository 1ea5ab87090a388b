import Synchronization

/// The memory that collected request bodies may take together, and of each user.
final class BodyMemory: Sendable {
    private struct State {
        var total = 0
        var ofUser: [UInt32: Int] = [:]
    }
    private let state = Mutex(State())
    private let sizeMax: Int

    init(sizeMax: Int) {
        self.sizeMax = sizeMax
    }

    /// - Returns: whether there was room.
    func take(_ count: Int, uid: UInt32) -> Bool {
        state.withLock {
            guard $0.total + count <= sizeMax, $0.ofUser[uid, default: 0] + count <= sizeMax / 2
            else { return false }
            $0.total += count
            $0.ofUser[uid, default: 0] += count
            return true
        }
    }

    func giveBack(_ count: Int, uid: UInt32) {
        guard count > 0 else { return }
        state.withLock {
            $0.total -= count
            let left = $0.ofUser[uid, default: count] - count
            $0.ofUser[uid] = left == 0 ? nil : left
        }
    }
}
