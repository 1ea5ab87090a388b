import Columns
import TestSupport
import Testing

@testable import EventLog

/// A batch that is larger than a journal record goes into several.
@Suite("Pieces of a batch")
struct BatchPiecesTests {
    private func batch(_ count: Int) -> EventBatch {
        var builder = BatchBuilder(identityKey: 1)
        for number in 0..<count {
            builder.add("like", id: "\(1_000 + number)", contentId: "c", timestamp: 1)
        }
        return builder.batch
    }

    @Test("pieces hold every row of the runs once and in order, each within the size")
    func all() {
        let batch = batch(50)
        let rowSize = Int(batch.rowOffsets[1])
        for runs in [[0..<50], [3..<4, 7..<30, 31..<32, 49..<50], [0..<1]] {
            for sizeMax in [1, rowSize, 2 * rowSize - 1, 2 * rowSize, 7 * rowSize, 100 * rowSize] {
                let pieces = batch.pieces(of: runs, sizeMax: sizeMax)
                #expect(pieces.flatMap { $0.flatMap(Array.init) } == runs.flatMap(Array.init))
                for piece in pieces {
                    let rows = piece.reduce(0) { $0 + $1.count }
                    #expect(rows * rowSize <= max(sizeMax, rowSize) && rows > 0)
                }
            }
        }
        #expect(batch.pieces(of: [], sizeMax: 1).isEmpty)
        #expect(batch.pieces(of: [], sizeMax: .max).isEmpty)
    }

    @Test("a batch of many records is stored once and whole, with its answer, over a crash")
    func store() throws {
        let disk = SimulatedDisk()
        let store = try EventStore.open("s", on: disk, options: StoreOptions())
        var builder = BatchBuilder(identityKey: store.identityKey)
        let text = String(repeating: "x", count: 100_000)
        for number in 0..<40 {
            builder.add(
                "like", id: nil, contentId: "c\(number)", timestamp: 1,
                fields: [.errorMessage: text])
        }
        var batch = builder.batch
        let key = RequestKey(producer: "p", request: "POST /", key: "k")
        batch.keeping = AnswerKeeping(key) { result in
            KeptAnswer(
                fingerprint: [], status: 200, contentType: "",
                body: Array("\(result.stored)".utf8))
        }
        #expect(try store.append([batch], durability: .synced)[0].stored == 40)
        let again = try EventStore.open("s", on: disk.survivor(seed: 1), options: StoreOptions())
        #expect(try again.tables().events.rows(["seq"]).count == 40)
        #expect(again.keptAnswer(to: key)?.body == Array("40".utf8))
    }

    @Test("the placement names new rows and their ids as queries show them")
    func placement() throws {
        let store = try EventStore.open("s", on: SimulatedDisk(), options: StoreOptions())
        func append(_ ids: [String?]) throws -> [String] {
            var builder = BatchBuilder(identityKey: store.identityKey)
            for id in ids { builder.add("like", id: id, contentId: "c", timestamp: 1) }
            var batch = builder.batch
            #expect(try store.append([batch], durability: .synced)[0].placement == nil)
            batch.wantsPlacement = true
            let placement = try #require(
                try store.append([batch], durability: .synced)[0].placement)
            var found: [String] = []
            batch.forEachEventID(placement) { id, isNew in
                found.append(String(decoding: id, as: UTF8.self) + (isNew ? "" : " again"))
            }
            return found
        }
        let found = try append(["a", nil, "b", nil])
        #expect(found[0] == "a again" && found[2] == "b again")
        let stored = try store.tables().events.rows(["eventId"]).map(\.[0])
        #expect(stored.count == 6)
        #expect(stored[4] == .string(found[1]) && stored[5] == .string(found[3]))
    }
}
