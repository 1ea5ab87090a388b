import Columns
import EventLog
import TestSupport
import Testing

/// Random histories of a store beside the simplest thing that can be right: a dictionary of counts and
/// a dictionary of refused events.
@Suite("Ledger and quarantine against a model")
struct BooksModelTests {
    private struct Key: Hashable {
        var hour: Int64
        var producer: String
        var bucket: String
        var code: String
    }

    private struct Model {
        var counts: [Key: Int64] = [:]
        var quarantine: [Int64: String] = [:]
        var ids: [String: Set<String>] = [:]

        mutating func count(
            _ time: Int64, _ producer: String, _ bucket: String, _ code: String = ""
        ) {
            let hour = time / 3_600_000_000 * 3_600_000_000
            counts[
                Key(hour: hour, producer: producer, bucket: bucket, code: code), default: 0] += 1
        }
    }

    @Test("after any history the tables say what the model says", arguments: UInt64(0)..<12)
    func histories(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        func number(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }
        let disk = SimulatedDisk()
        var store = try EventStore.open("s", on: disk, options: BooksWorkload.options)
        var model = Model()
        var time: Int64 = 1_000_000
        for step in 0..<120 {
            time += Int64(number(1_000)) * 3_600_000
            switch number(10) {
            case 0: try store.seal()
            case 1:
                try store.close()
                store = try EventStore.open("s", on: disk, options: BooksWorkload.options)
            case 2:
                let ids = store.quarantinedIDs().filter { _ in number(3) == 0 }
                var builder = BatchBuilder(identityKey: store.identityKey)
                builder.batch.leavingQuarantine = ids
                _ = try store.append([builder.batch], durability: .synced)
                for id in ids { model.quarantine[id] = nil }
            default:
                let batches = (0...number(3)).map { _ in
                    batch(step, store, time, &model, number)
                }
                let before = Set(store.quarantinedIDs())
                _ = try store.append(
                    batches, durability: number(2) == 0 ? .synced : .buffered)
                for id in store.quarantinedIDs() where !before.contains(id) {
                    model.quarantine[id] = try store.quarantined([id]).first.map {
                        String(decoding: $0.bytes, as: UTF8.self)
                    }
                }
                #expect(
                    model.quarantine.count
                        == before.count + batches.reduce(0) { $0 + $1.refused.count })
            }
            try compare(store.tables(), model, "seed \(seed), step \(step)")
        }
    }

    private func batch(
        _ step: Int, _ store: EventStore, _ time: Int64, _ model: inout Model,
        _ number: (Int) -> Int
    ) -> EventBatch {
        let producer = "uid:1/\(number(3))"
        var builder = BatchBuilder(
            producer: producer, identityKey: store.identityKey, receivedAt: time)
        for _ in 0..<number(6) {
            if number(3) == 0 {
                let code: Refusal.Code = number(2) == 0 ? .gone : .validationError
                builder.refuse("step \(step)", code: code)
                model.count(time, producer, "refused", code.rawValue)
            } else {
                let id = "e\(number(40))"
                builder.add("like", id: id, timestamp: 1)
                let isNew = model.ids[producer, default: []].insert(id).inserted
                model.count(time, producer, isNew ? "stored" : "duplicate")
            }
        }
        return builder.batch
    }

    private func compare(
        _ tables: StoreTables, _ model: Model, _ circumstances: Comment
    ) throws {
        var counts: [Key: Int64] = [:]
        let names = ["hour", "producer", "bucket", "code", "events"]
        for row in try tables.ledger.rows(names) {
            guard case .timestamp(let hour) = row[0], case .string(let producer) = row[1],
                case .string(let bucket) = row[2], case .int64(let events) = row[4]
            else { throw ModelError(row: row) }
            var code = ""
            if case .string(let text) = row[3] { code = text }
            let key = Key(hour: hour, producer: producer, bucket: bucket, code: code)
            #expect(counts[key] == nil, circumstances)
            counts[key] = events
        }
        #expect(counts == model.counts, circumstances)
        var quarantine: [Int64: String] = [:]
        for row in try tables.quarantine.rows(["id", "event"]) {
            guard case .int64(let id) = row[0], case .string(let text) = row[1] else { continue }
            quarantine[id] = text
        }
        #expect(quarantine == model.quarantine, circumstances)
    }

    private struct ModelError: Error {
        let row: [Value]
    }
}
