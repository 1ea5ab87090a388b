import Columns
import EventLog
import Foundation
import Synchronization
import TestSupport
import Testing

@Suite("EventStore under concurrent use")
struct EventStoreConcurrencyTests {
    private let directory = TemporaryDirectory()

    /// A writer appends, a sealer seals and readers look, all at once. Each look must show every event
    /// acknowledged before it began, once, and none twice.
    @Test("a snapshot shows each acknowledged event once, whatever seals are under way")
    func snapshots() throws {
        var options = StoreOptions()
        options.sealRowCount = 3000
        let store = try EventStore.open(directory.path, options: options)
        let acknowledged = Atomic<Int>(0)
        let isDone = Atomic<Bool>(false)
        let failures = Mutex<[String]>([])
        let batchCount = 120
        let batchSize = 100

        DispatchQueue.concurrentPerform(iterations: 4) { role in
            do {
                switch role {
                case 0:
                    for number in 0..<batchCount {
                        var builder = BatchBuilder(identityKey: store.identityKey)
                        for row in 0..<batchSize {
                            let id = number * batchSize + row
                            builder.add(
                                id % 2 == 0 ? "like" : "share", id: "e\(id)",
                                contentId: "c\(id % 7)", timestamp: Int64(id))
                        }
                        _ = try store.append([builder.batch], durability: .buffered)
                        acknowledged.store(
                            (number + 1) * batchSize, ordering: .sequentiallyConsistent)
                    }
                    isDone.store(true, ordering: .sequentiallyConsistent)
                case 1:
                    while !isDone.load(ordering: .sequentiallyConsistent) { try store.seal() }
                default:
                    var rounds = 0
                    while !isDone.load(ordering: .sequentiallyConsistent) || rounds == 0 {
                        rounds += 1
                        let before = acknowledged.load(ordering: .sequentiallyConsistent)
                        let seen = try store.tables().events.rows(["seq"]).map { $0[0] }
                        if seen.count < before || Set(seen).count != seen.count {
                            failures.withLock {
                                $0.append(
                                    "\(before) acknowledged, \(seen.count) seen, "
                                        + "\(Set(seen).count) different")
                            }
                        }
                    }
                }
            } catch {
                failures.withLock { $0.append("role \(role): \(error)") }
                isDone.store(true, ordering: .sequentiallyConsistent)
            }
        }
        #expect(failures.withLock { $0 } == [])
        #expect(try store.tables().events.rows(["seq"]).count == batchCount * batchSize)
        try store.close()
    }
}
