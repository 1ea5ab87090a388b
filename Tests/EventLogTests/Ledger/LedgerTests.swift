import TestSupport
import Testing

@testable import EventLog

@Suite("Ledger")
struct LedgerTests {
    private static let hour: Int64 = 3_600_000_000

    private func key(
        _ hour: Int64, _ producer: String = "uid:1/a", _ bucket: LedgerBucket = .stored,
        _ code: String = ""
    ) -> LedgerKey {
        LedgerKey(receivedAt: hour * Self.hour, producer: producer, bucket: bucket, code: code)
    }

    private func text(_ rows: [Ledger.Row]) -> [String] {
        rows.map { row in
            "\(row.key.hour / Self.hour) \(row.key.producer) \(row.key.bucket.name)"
                + "\(row.key.code.isEmpty ? "" : " " + row.key.code) \(row.amount.events)"
        }
    }

    @Test(
        "an hour begins on the hour, before 1970 too",
        arguments: [
            (0, 0), (hour - 1, 0), (hour, hour), (-1, -hour), (-hour, -hour),
            (Int64.max, Int64.max - Int64.max % hour), (Int64.min, Int64.min),
        ] as [(Int64, Int64)])
    func hours(time: Int64, start: Int64) {
        #expect(LedgerKey(receivedAt: time, producer: "p", bucket: .stored).hour == start)
    }

    @Test("seals change no row, whenever they come")
    func seals() {
        var plain = Ledger()
        var sealed = Ledger()
        var random = SplitMix64(seed: 5)
        for round in 0..<400 {
            let next = key(
                Int64(round / 50), "uid:\(random.next() % 3)",
                LedgerBucket.allCases[Int(random.next() % 3)])
            let amount = LedgerAmount(events: Int64(random.next() % 9))
            plain.add(next, amount)
            sealed.add(next, amount)
            if round % 7 == 3 { sealed.beginSeal() }
            #expect(text(sealed.rows) == text(plain.rows))
            if round % 7 == 5 { sealed.endSeal(sealed.sealedRows) }
        }
        #expect(sealed.totals == plain.totals)
        #expect(Ledger(plain.rows).totals == plain.totals)
    }

    @Test("so many producers are told apart in an hour; further ones count for their user")
    func producersPerHour() {
        var ledger = Ledger()
        let countMax = Limits.ledgerProducersPerHourMax
        for number in 0..<countMax { ledger.add(key(1, "uid:7/\(number)"), .init(events: 1)) }
        #expect(ledger.rows.count == countMax)
        #expect(!ledger.rows.contains { $0.key.producer == "uid:7/*" })
        for number in 0..<100 {
            ledger.add(key(1, "uid:7/x\(number)"), .init(events: 1))
            ledger.add(key(1, "uid:8/x\(number)"), .init(events: 1))
            ledger.add(key(1, "uid:7/\(number)"), .init(events: 1))
        }
        #expect(ledger.rows.count == countMax + 2)
        let folded = ledger.rows.filter { $0.key.producer.hasSuffix("/*") }
        #expect(text(folded) == ["1 uid:7/* stored 100", "1 uid:8/* stored 100"])
        #expect(ledger.totals.stored == Int64(countMax + 300))
        // The next hour begins anew; a restart in the middle of an hour does not.
        var again = Ledger(ledger.rows)
        again.add(key(1, "uid:7/new"), .init(events: 1))
        again.add(key(2, "uid:7/new"), .init(events: 1))
        #expect(text(again.rows).suffix(1) == ["2 uid:7/new stored 1"])
        #expect(text(again.rows).contains("1 uid:7/* stored 101"))
    }

    @Test("hours become days after their age, not before, and no event is lost")
    func coarsening() {
        let age = Limits.ledgerHourAge / Self.hour
        let rows: [Ledger.Row] = [0, 1, 23, 24, age + 23, age + 24].map {
            (key($0), LedgerAmount(events: $0 + 1))
        }
        let coarse = Ledger.coarsened(rows)
        #expect(
            text(coarse) == [
                "0 uid:1/a stored \(1 + 2 + 24)", "24 uid:1/a stored 25",
                "\(age + 23) uid:1/a stored \(age + 24)",
                "\(age + 24) uid:1/a stored \(age + 25)",
            ])
        #expect(text(Ledger.coarsened(Array(rows.dropLast()))).contains("23 uid:1/a stored 24"))
        #expect(text(Ledger.coarsened(coarse)) == text(coarse))
        #expect(Ledger.coarsened([]).isEmpty)
    }

    @Test("too many rows become days, then users, but those of the newest day")
    func rowLimit() {
        let rows: [Ledger.Row] = (0..<30).flatMap { hour in
            (0..<2).map { (key(hour, "uid:1/\($0)"), LedgerAmount(events: 1)) }
        }
        #expect(Ledger.coarsened(rows, countMax: 60).count == 60)
        #expect(Ledger.coarsened(rows, countMax: 59).count == 14)
        let users = Ledger.coarsened(rows, countMax: 13)
        #expect(users.count == 13)
        #expect(text(users).first == "0 uid:1/* stored 48")
        #expect(users.reduce(0) { $0 + $1.amount.events } == 60)
    }

    @Test("the file of a ledger says what went in, and damage anywhere is noticed")
    func file() throws {
        var ledger = Ledger()
        for number in 0..<300 {
            ledger.add(key(Int64(number), "uid:\(number % 5)"), .init(events: Int64(number)))
            ledger.add(
                key(Int64(number), "uid:é", .refused, "GONE"), .init(events: 2, quarantined: 1))
        }
        let file = LedgerFile(
            rows: ledger.rows, quarantineFiles: ["a.parquet", "b.parquet"], evictedCount: 9,
            contentFile: "c.parquet")
        let bytes = try file.bytes(storeID: StoreID(high: 1, low: 2), position: 77)
        let read = try LedgerFile(reading: bytes)
        #expect(text(read.rows) == text(ledger.rows))
        #expect(Ledger(read.rows).totals == ledger.totals)
        #expect(read.quarantineFiles == ["a.parquet", "b.parquet"])
        #expect(read.evictedCount == 9)
        for position in stride(from: 0, to: bytes.count, by: 13) {
            var damaged = bytes
            damaged[position] ^= 0x10
            // Some bytes (the indexes) are not needed to read the rows.
            if let read = try? LedgerFile(reading: damaged) {
                #expect(text(read.rows) == text(ledger.rows), "byte \(position)")
                #expect(read.quarantineFiles == file.quarantineFiles)
                #expect(read.contentFile == "c.parquet")
            }
        }
        let empty = LedgerFile(rows: [], quarantineFiles: [], evictedCount: 0, contentFile: nil)
        let emptyBytes = try empty.bytes(storeID: StoreID(high: 1, low: 2), position: 1)
        #expect(try LedgerFile(reading: emptyBytes).rows.isEmpty)
    }
}
