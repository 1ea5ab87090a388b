import EventLog
import FoundationEssentials
import Keys
import TestSupport
import Testing

@Suite("Keys")
struct KeyRingTests {
    private let now = Date(timeIntervalSince1970: 1_800_000_000)

    private func ring(
        _ kind: KeyRecord.Kind = .publishable, expires: Date? = nil
    ) throws -> (ring: KeyRing, record: KeyRecord, text: String) {
        var ring = KeyRing()
        var random = SystemRandomNumberGenerator()
        let (record, key) = try ring.create(
            name: "app", kind: kind, environment: .live, now: now, expires: expires,
            using: &random)
        return (ring, record, key.text)
    }

    @Test("a key is found by its text and by nothing else")
    func find() throws {
        let (ring, record, text) = try ring()
        #expect(try ring.find(text, in: .live, now: now) == record)
        for place in text.indices {
            var other = text
            other.replaceSubrange(place...place, with: other[place] == "a" ? "b" : "a")
            #expect(throws: KeyError.self) { try ring.find(other, in: .live, now: now) }
        }
        for wrong in ["", " ", text + "a", String(text.dropLast()), "pk_live_", text.uppercased()] {
            #expect(throws: KeyError.unknown) { try ring.find(wrong, in: .live, now: now) }
        }
    }

    @Test("keys are 256 random bits after a prefix that says what they are for")
    func form() throws {
        let (_, _, publishable) = try ring(.publishable)
        let (_, _, secret) = try ring(.secret)
        #expect(publishable.hasPrefix("pk_live_") && secret.hasPrefix("sk_live_"))
        #expect(publishable.utf8.count == 8 + 52)
        #expect(KeyText(publishable)?.kind == .publishable)
        #expect(KeyText(secret)?.kind == .secret)
    }

    @Test("base 32 is that of RFC 4648")
    func base32() {
        struct Counting: RandomNumberGenerator {
            var value: UInt64 = 0
            mutating func next() -> UInt64 { value }
        }
        var zeros = Counting()
        let key = KeyText(new: .secret, .test, using: &zeros)
        #expect(key.text == "sk_test_" + String(repeating: "a", count: 52))
    }

    @Test("a key works until the moment it expires")
    func expiry() throws {
        let end = now.addingTimeInterval(60)
        let (ring, record, text) = try ring(expires: end)
        _ = try ring.find(text, in: .live, now: end.addingTimeInterval(-1))
        #expect(throws: KeyError.expired(record.id)) { try ring.find(text, in: .live, now: end) }
    }

    @Test("a revoked key is refused and stays in the list")
    func revocation() throws {
        var (ring, record, text) = try ring()
        let revoked = try ring.revoke(id: record.id, now: now)
        #expect(revoked.state(at: now) == .revoked)
        let again = try ring.revoke(id: record.id, now: now.addingTimeInterval(9))
        #expect(again == revoked)
        #expect(throws: KeyError.revoked(record.id)) { try ring.find(text, in: .live, now: now) }
        #expect(throws: KeyError.notFound) {
            var ring = ring
            _ = try ring.revoke(id: "nobody", now: now)
        }
    }

    @Test("a key of the other environment is told so")
    func environment() throws {
        let (ring, _, text) = try ring()
        #expect(throws: KeyError.wrongEnvironment(.live)) {
            try ring.find(text, in: .test, now: now)
        }
    }

    @Test("a ring holds 1,000 valid keys and not one more")
    func limit() throws {
        var ring = KeyRing()
        var random = SplitMix64(seed: 7)
        func add() throws {
            _ = try ring.create(
                name: "", kind: .secret, environment: .live, now: now, expires: nil,
                using: &random)
        }
        for _ in 0..<KeyRing.countMax { try add() }
        #expect(throws: KeyError.tooMany) { try add() }
        #expect(Set(ring.records.map(\.id)).count == KeyRing.countMax)
        // One that is not valid any more makes room.
        let revoked = try ring.revoke(id: ring.records[500].id, now: now)
        try add()
        #expect(ring.records.count == KeyRing.countMax)
        #expect(!ring.records.contains { $0.id == revoked.id })
        #expect(throws: KeyError.tooMany) { try add() }
    }

    @Test("a name has at most 128 bytes and nothing that drives a terminal")
    func names() throws {
        var ring = KeyRing()
        var random = SplitMix64(seed: 7)
        func add(_ name: String) throws {
            _ = try ring.create(
                name: name, kind: .secret, environment: .live, now: now, expires: nil,
                using: &random)
        }
        try add(String(repeating: "n", count: KeyRing.nameSizeMax))
        #expect(throws: KeyError.badName) {
            try add(String(repeating: "n", count: KeyRing.nameSizeMax + 1))
        }
        #expect(throws: KeyError.badName) { try add("\u{1B}[2J") }
    }

    @Test("the first use of a day is worth writing down")
    func lastUse() throws {
        var (ring, record, _) = try ring()
        let uses = ["2026-11-21", "2026-11-21", "2026-11-22"].map {
            ring.noteUse(of: record.id, day: $0)
        }
        #expect(uses == [true, false, true])
    }
}

@Suite("The file of keys")
struct KeyFileTests {
    @Test("what was saved is loaded, and the file holds no key")
    func roundTrip() throws {
        let disk = SimulatedDisk()
        let file = KeyFile(on: disk)
        #expect(try file.load() == KeyRing())
        var ring = KeyRing()
        var random = SystemRandomNumberGenerator()
        let now = Date(timeIntervalSince1970: 1_800_000_000)
        let (record, key) = try ring.create(
            name: "app \"x\"", kind: .secret, environment: .test, now: now,
            expires: now.addingTimeInterval(90 * 86_400), using: &random)
        _ = ring.noteUse(of: record.id, day: "2026-11-21")
        try file.save(ring)
        #expect(try file.load() == ring)
        let bytes = String(decoding: try disk.readAll(KeyFile.path), as: UTF8.self)
        #expect(!bytes.contains(key.text.dropFirst(8)))
    }

    @Test("a changed byte makes no other key; a file from before has no checksum")
    func changes() throws {
        let disk = SimulatedDisk()
        let file = KeyFile(on: disk)
        var ring = KeyRing()
        var random = SplitMix64(seed: 3)
        let now = Date(timeIntervalSince1970: 1_800_000_000)
        _ = try ring.create(
            name: "app", kind: .publishable, environment: .live, now: now,
            expires: now.addingTimeInterval(90 * 86_400), using: &random)
        try file.save(ring)
        let bytes = try disk.readAll(KeyFile.path)
        for place in bytes.indices {
            for mask in [0x01, 0x02, 0x80, 0xFF] as [UInt8] {
                var other = bytes
                other[place] ^= mask
                disk.place(other, at: KeyFile.path)
                if let loaded = try? file.load() { #expect(loaded == ring) }
            }
        }
        let text = String(decoding: bytes, as: UTF8.self)
        let old = text.replacing(/,"crc32c":[0-9]+/, with: "")
        #expect(old != text)
        disk.place(Array(old.utf8), at: KeyFile.path)
        #expect(try file.load() == ring)
    }

    @Test("as many keys as there may be, with the longest names, fit into the file")
    func full() throws {
        let file = KeyFile(on: SimulatedDisk())
        var ring = KeyRing()
        var random = SplitMix64(seed: 3)
        let now = Date(timeIntervalSince1970: 1_800_000_000)
        for _ in 0..<KeyRing.countMax {
            let (record, _) = try ring.create(
                name: String(repeating: "\"", count: KeyRing.nameSizeMax), kind: .publishable,
                environment: .live, now: now, expires: now.addingTimeInterval(1), using: &random)
            _ = try ring.revoke(id: record.id, now: now)
            _ = ring.noteUse(of: record.id, day: "2026-11-21")
        }
        try file.save(ring)
        #expect(try file.load() == ring)
    }

    @Test(
        "a file that is not whole is an error and stays as it is",
        arguments: ["", "{", #"{"version":2,"keys":[]}"#, #"{"version":1,"keys":[{}]}"#])
    func damage(_ content: String) throws {
        let disk = SimulatedDisk()
        try disk.writeFile(KeyFile.path, Array(content.utf8), .replacing)
        #expect(throws: KeyError.self) { try KeyFile(on: disk).load() }
        #expect(try disk.readAll(KeyFile.path) == Array(content.utf8))
    }
}
