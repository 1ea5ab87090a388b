import FoundationEssentials

@testable import EventLog
@testable import Keys
@testable import TestSupport

/// `keys.json` as a start finds it, and the text of a key.
enum KeysEntry {
    static func run(_ bytes: [UInt8]) {
        let disk = SimulatedDisk()
        disk.place(bytes, at: KeyFile.path)
        let file = KeyFile(on: disk)
        if let ring = try? file.load() {
            guard (try? file.save(ring)) != nil, let again = try? file.load() else {
                preconditionFailure("a ring that cannot be kept")
            }
            precondition(again.records.count == ring.records.count, "another ring comes back")
        }
        let text = String(decoding: bytes.prefix(256), as: UTF8.self)
        _ = KeyText(text)
    }

    static let words = [
        "\"version\":1", "\"keys\":[", "\"sha256\":", "\"created\":", "\"expires\":",
        "\"kind\":\"secret\"", "pk_live_", "sk_test_",
    ]

    static func seeds() throws -> [[UInt8]] {
        let hash = String(repeating: "0a", count: 32)
        let record =
            #"{"created":"2026-01-02T03:04:05Z","environment":"live","id":"mjapx3m7","kind":"publishable","name":"app","sha256":""#
            + hash
            + #"","expires":"2027-01-02T03:04:05Z","lastUsedDay":"2026-11-21"}"#
        return [
            #"{"keys":["# + record + #"],"version":1}"#, #"{"keys":[],"version":1}"#, "pk_live_abc",
        ].map { Array($0.utf8) }
    }
}
