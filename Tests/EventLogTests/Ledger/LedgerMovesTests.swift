import TestSupport
import Testing

@testable import EventLog

@Suite("Events that leave the table, in the ledger")
struct LedgerMovesTests {
    private static let hour: Int64 = 3_600_000_000

    private func key(
        _ hour: Int64, _ producer: String, _ bucket: LedgerBucket = .stored
    ) -> LedgerKey {
        LedgerKey(receivedAt: hour * Self.hour, producer: producer, bucket: bucket)
    }

    private func row(_ key: LedgerKey, _ events: Int64) -> Ledger.Row {
        (key, LedgerAmount(events: events))
    }

    private func moves(_ counts: [(Int64, String, Int64)]) -> LedgerMoves {
        var moves = LedgerMoves(to: .expired)
        for (hour, producer, count) in counts {
            moves.count(count, receivedAt: hour * Self.hour + 1, producer: producer)
        }
        return moves
    }

    private func text(_ ledger: Ledger) -> [String] {
        ledger.rows.map {
            "\($0.key.hour / Self.hour) \($0.key.producer) \($0.key.bucket.name) "
                + "\($0.amount.events)"
        }
    }

    @Test("what leaves a row goes to the row of the same hour and producer")
    func move() {
        var ledger = Ledger([row(key(30, "uid:1/a"), 5), row(key(31, "uid:1/a"), 2)])
        ledger.move(ledger.located(moves([(30, "uid:1/a", 3), (31, "uid:1/a", 2)])), to: .expired)
        #expect(
            text(ledger) == [
                "30 uid:1/a stored 2", "30 uid:1/a expired 3", "31 uid:1/a expired 2",
            ])
        #expect(ledger.totals.stored == 2 && ledger.totals.expired == 5)
        let before = text(ledger)
        ledger.beginSeal()
        #expect(text(ledger) == before)
        ledger.endSeal(ledger.sealedRows)
        #expect(text(ledger) == before)
        #expect(Ledger(ledger.rows).totals == ledger.totals)
    }

    @Test("rows of days and of users give what their hours and producers had")
    func coarseRows() {
        var ledger = Ledger([
            row(key(24, "uid:1/*"), 4), row(key(24, "uid:1/a"), 2), row(key(26, "uid:1/*"), 1),
            row(key(26, "uid:1/a"), 1),
        ])
        let located = ledger.located(moves([(26, "uid:1/a", 4), (27, "uid:1/b", 2)]))
        #expect(
            located == [
                key(26, "uid:1/a"): 1, key(26, "uid:1/*"): 1, key(24, "uid:1/a"): 2,
                key(24, "uid:1/*"): 2,
            ])
        ledger.move(located, to: .expired)
        #expect(ledger.totals.stored == 2 && ledger.totals.expired == 6)
        #expect(text(ledger).filter { $0.contains("stored") } == ["24 uid:1/* stored 2"])
    }

    @Test("a ledger that knows of too few events keeps the sum")
    func tooFew() {
        var ledger = Ledger([row(key(1, "uid:1"), 1)])
        ledger.move(ledger.located(moves([(1, "uid:1", 3)])), to: .expired)
        #expect(ledger.totals.stored == -2 && ledger.totals.expired == 3)
        var recounted = Ledger([row(key(1, "uid:1"), 1)])
        recounted.move([key(1, "uid:1"): 3], to: .erased, isCounted: false)
        #expect(recounted.totals.stored == 1 && recounted.totals.erased == 3)
    }

    private var record: LedgerMoveRecord {
        LedgerMoveRecord(
            bucket: .erased, previous: 7, counts: [key(-3, "uid:ü"): 5, key(4, "uid:2"): .max])
    }

    @Test("a record says what went in; damage in it is an error or another record, never a crash")
    func payload() throws {
        let payload = record.payload
        #expect(try LedgerMoveRecord(payload: payload) == record)
        #expect(record.size >= payload.count)
        for count in payload.indices {
            #expect(throws: EventRowError.self) {
                try LedgerMoveRecord(payload: Array(payload.prefix(count)))
            }
        }
        #expect(throws: EventRowError.self) { try LedgerMoveRecord(payload: payload + [0]) }
        for position in payload.indices {
            for bit in 0..<8 {
                var changed = payload
                changed[position] ^= 1 << bit
                _ = try? LedgerMoveRecord(payload: changed)
            }
        }
        // Nothing moves to a bucket of events that never were in the table.
        var wrong = payload
        wrong[1] = LedgerBucket.refused.rawValue
        #expect(throws: EventRowError.self) { try LedgerMoveRecord(payload: wrong) }
    }

    @Test("many counts become records that the journal takes, each with the one before it")
    func pieces() {
        let counts = Dictionary(
            uniqueKeysWithValues: (0..<100).map { (key(Int64($0), "uid:1234"), Int64(1)) })
        let size = 18 + 8
        let records = LedgerMoveRecord.records(
            of: counts, to: .expired, previous: 3, firstSeq: 11, sizeMax: 10 * size)
        #expect(records.map(\.counts.count) == Array(repeating: 10, count: 10))
        #expect(records.map(\.previous) == [3] + (11..<20).map { Int64($0) })
        #expect(
            LedgerMoveRecord.records(
                of: counts, to: .expired, previous: 3, firstSeq: 11, sizeMax: 10 * size - 1
            ).count == 12)
        #expect(
            LedgerMoveRecord.records(of: [:], to: .expired, previous: 3, firstSeq: 11).count == 1)
    }

    @Test("of the records only those count that the catalog leads to")
    func chain() {
        func record(_ previous: Int64) -> LedgerMoveRecord {
            LedgerMoveRecord(bucket: .expired, previous: previous, counts: [:])
        }
        var chain = LedgerMoveChain()
        #expect(chain.committed(last: 0, after: 0) == [])
        // 12 and 13 belong to a commit that failed.
        for (seq, previous) in [(11, 5), (12, 11), (13, 12), (15, 11), (16, 15)] as [(Int64, Int64)]
        {
            chain.add(record(previous), seq: seq)
        }
        #expect(chain.committed(last: 16, after: 10) == [5, 11, 15].map { record($0) })
        #expect(chain.committed(last: 11, after: 10) == [record(5)])
        #expect(chain.committed(last: 5, after: 10) == [])
        // One before the position is covered; one that is not there is missed.
        #expect(chain.committed(last: 16, after: 11) == [11, 15].map { record($0) })
        #expect(chain.committed(last: 16, after: 4) == nil)
        #expect(chain.committed(last: 14, after: 10) == nil)
        chain.add(record(16), seq: 16)
        #expect(chain.committed(last: 16, after: 10) == nil)
    }
}
