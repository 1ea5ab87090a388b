import Dispatch
import Glibc
import Synchronization

/// Does the same with many things on all cores.
enum Parallel {
    /// Results that wait for their turn, for each core.
    private static let waitingMax = 4

    /// - Parameters:
    ///   - body: called on any thread.
    ///   - take: is given the results in the order of the items, on this thread.
    static func forEach<Item: Sendable, Result: Sendable>(
        _ items: [Item], _ body: @Sendable (Item) -> Result, _ take: (Result) throws -> Void
    ) rethrows {
        let cores = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        var start = 0
        while start < items.count {
            let wave = Array(items[start..<min(items.count, start + cores * waitingMax)])
            let results = Mutex<[Int: Result]>([:])
            DispatchQueue.concurrentPerform(iterations: wave.count) { place in
                let result = body(wave[place])
                results.withLock { $0[place] = result }
            }
            let done = results.withLock { $0 }
            for place in wave.indices {
                if let result = done[place] { try take(result) }
            }
            start += wave.count
        }
    }
}
