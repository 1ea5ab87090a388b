import TestSupport
import Testing

@testable import EventLog

@Suite("Ledger records in the journal")
struct LedgerRecordTests {
    private func record() -> LedgerRecord {
        var record = LedgerRecord()
        record.count(
            LedgerKey(receivedAt: 5, producer: "uid:1", bucket: .duplicate),
            LedgerAmount(events: 3))
        record.count(
            LedgerKey(receivedAt: 5, producer: "uid:ü", bucket: .refused, code: "GONE"),
            LedgerAmount(events: 2, quarantined: 1))
        for id in [Int64(0), 17, 0] {
            record.keep(
                QuarantinedEvent(
                    id: id, receivedAt: -5, producer: "uid:1/é", peerUid: .max, peerPid: -1,
                    line: .max, byteOffset: id == 17 ? 3 : nil, code: "INVALID_REQUEST",
                    message: "Byte 3: no.", fields: "a, b", bytes: [0xFF, 0, 0x0A],
                    isTruncated: id == 17))
        }
        record.leave(4)
        record.leave(.max)
        return record
    }

    @Test("what is read is what was written")
    func roundTrip() throws {
        let read = try LedgerRecord(payload: record().payload)
        #expect(read.counts == record().counts)
        #expect(read.left == [4, .max])
        #expect(read.payload == record().payload)
        #expect(read.kept.map(\.byteOffset) == [nil, 3, nil])
        #expect(read.kept.map(\.bytes) == Array(repeating: [0xFF, 0, 0x0A], count: 3))
        #expect(read.size == record().size)
    }

    @Test("events without a number get the record's, by their places")
    func numbering() {
        #expect(record().seqCount == 3)
        #expect(record().numbered(from: 100).kept.map(\.id) == [100, 17, 102])
        #expect(LedgerRecord().seqCount == 1)
    }

    @Test("a payload that is cut, longer or changed is an error or another record, never a crash")
    func damage() {
        let payload = record().payload
        for count in payload.indices {
            #expect(throws: EventRowError.self) {
                try LedgerRecord(payload: Array(payload.prefix(count)))
            }
        }
        #expect(throws: EventRowError.self) { try LedgerRecord(payload: payload + [0]) }
        for position in payload.indices {
            for bit in 0..<8 {
                var changed = payload
                changed[position] ^= 1 << bit
                _ = try? LedgerRecord(payload: changed)
            }
        }
    }
}
