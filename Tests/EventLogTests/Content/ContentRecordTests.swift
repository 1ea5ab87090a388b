import Testing

@testable import EventLog

@Suite("Content records in the journal, and documents")
struct ContentRecordTests {
    private static let documents: [ContentDocument?] = [
        nil,
        ContentDocument(topics: []),
        ContentDocument(topics: ["a", "ü"], title: "", duration: -0.0, extra: #"{"x":1}"#),
        ContentDocument(topics: Array(repeating: "t", count: 64), title: "T", duration: 1e300),
    ]

    @Test("what is read is what was written", arguments: documents)
    func roundTrip(document: ContentDocument?) throws {
        let record = ContentRecord(id: "c/é", document: document, updatedAt: .min)
        let read = try ContentRecord(payload: record.payload)
        #expect(read.id == record.id && read.updatedAt == .min)
        #expect(read.payload == record.payload)
        #expect(read.document?.json == document?.json)
    }

    @Test("a payload that is cut, longer or changed is an error or another record, never a crash")
    func damage() {
        for document in Self.documents {
            let payload = ContentRecord(id: "c", document: document, updatedAt: 5).payload
            for count in payload.indices {
                #expect(throws: EventRowError.self) {
                    try ContentRecord(payload: Array(payload.prefix(count)))
                }
            }
            #expect(throws: EventRowError.self) { try ContentRecord(payload: payload + [0]) }
            for position in payload.indices {
                for bit in 0..<8 {
                    var changed = payload
                    changed[position] ^= 1 << bit
                    _ = try? ContentRecord(payload: changed)
                }
            }
        }
    }

    @Test("a document that is shown may be put again, and says the same")
    func json() throws {
        let text = #"{"topics":["a\"b"],"title":"é","duration":2.5,"x":[1.50,{"y":null}]}"#
        let document = try ContentDocument(Array(text.utf8), id: "c")
        #expect(String(decoding: document.json, as: UTF8.self) == text)
        #expect(try ContentDocument(document.json, id: "c").isSame(as: document))
    }

    @Test("every prefix of a document is refused with a place")
    func prefixes() {
        let text = Array(#"{"topics":["a"],"title":"é","x":[1,{"y":null}]}"#.utf8)
        for count in text.indices {
            let refusal = #expect(throws: Refusal.self) {
                try ContentDocument(Array(text.prefix(count)), id: "c")
            }
            #expect(refusal?.code == .invalidRequest && refusal?.byteOffset != nil)
        }
    }
}
