import TestSupport
import Testing

@testable import EventLog

/// The daemon's key on a disk that dies or fails at every call.
@Suite("The key file")
struct SealKeyFileTests {
    private static let path = "key/seal.key"

    private static func disk() throws -> (SimulatedDisk, VerificationKey) {
        let disk = SimulatedDisk()
        let key = VerificationKey((0..<32).map { UInt8($0) })
        disk.place(SealKeyFile.bytes(ofNew: key.first), at: path)
        return (disk, key)
    }

    private static func secret(_ key: VerificationKey, _ number: Int64) -> [UInt8] {
        var key = key.first
        while key.number < number { key.advance() }
        return key.secret
    }

    private static func holds(_ disk: SimulatedDisk, _ secret: [UInt8]) -> Bool {
        disk.content(of: path)?.firstRange(of: secret) != nil
    }

    @Test("each key makes the next one, and is gone when that is there")
    func advancing() throws {
        let (disk, key) = try Self.disk()
        var file = try SealKeyFile(on: disk, path: Self.path)
        for number in 0..<5 as Range<Int64> {
            #expect(file.key.number == number)
            #expect(Self.holds(disk, Self.secret(key, number)))
            try file.advance()
            #expect(!Self.holds(disk, Self.secret(key, number)))
            #expect(try SealKeyFile(on: disk, path: Self.path).key.number == number + 1)
        }
        #expect(disk.content(of: Self.path)?.count == SealKeyFile.size)
        #expect(disk.openFileCount == 0)
    }

    @Test("a crash at every call leaves the key or the next one, and a start only one of them")
    func crashes() throws {
        let (whole, _) = try Self.disk()
        whole.arm(.none)
        var file = try SealKeyFile(on: whole, path: Self.path)
        for _ in 0..<3 { try file.advance() }
        let callCount = whole.callCount
        #expect(callCount >= 12)
        for call in 0..<callCount {
            for seed in 0..<8 as Range<UInt64> {
                let (disk, key) = try Self.disk()
                disk.arm(.crash(call: call))
                var done: Int64 = 0
                if var file = try? SealKeyFile(on: disk, path: Self.path) {
                    while done < 3, (try? file.advance()) != nil { done = file.key.number }
                    done = file.key.number
                }
                #expect(disk.isDown)
                let survivor = disk.survivor(seed: seed)
                let found = try SealKeyFile(on: survivor, path: Self.path)
                #expect((done...done + 1).contains(found.key.number), "call \(call), seed \(seed)")
                #expect(found.key.secret == Self.secret(key, found.key.number))
                for number in 0..<found.key.number {
                    #expect(!Self.holds(survivor.survivor(seed: seed), Self.secret(key, number)))
                }
            }
        }
    }

    @Test("a call that fails once is made good by the next attempt")
    func failures() throws {
        for call in 0..<12 {
            let (disk, key) = try Self.disk()
            var file = try SealKeyFile(on: disk, path: Self.path)
            disk.arm(.failOnce(call: call, code: 5))
            for _ in 0..<3 { try? file.advance() }
            disk.arm(.none)
            while file.key.number < 4 { try file.advance() }
            let found = try SealKeyFile(on: disk.survivor(seed: 1), path: Self.path)
            #expect(found.key.number == 4, "call \(call)")
            #expect(found.key.secret == Self.secret(key, 4))
            for number in 0..<4 as Range<Int64> {
                #expect(
                    !Self.holds(disk.survivor(seed: 1), Self.secret(key, number)), "call \(call)")
            }
            #expect(disk.openFileCount == 0)
        }
    }

    @Test("numbers that no store reaches cost no time")
    func steps() throws {
        let (disk, key) = try Self.disk()
        let sealer = LinkSealer(try SealKeyFile(on: disk, path: Self.path))
        let digest = Digest256(of: [])
        let far = ChainLink.Key(id: key.id, number: Limits.sealKeyStepCountMax)
        #expect(throws: SealKeyError.notAKey) {
            try sealer.align(with: ChainHead(version: 1, digest: digest, key: far))
        }
        #expect(sealer.key.number == 0)
        var audit = SealAudit(keys: [key])
        let link = ChainLink(
            version: 1, time: 1, operation: "WRITE", previous: digest, body: digest,
            key: ChainLink.Key(id: key.id, number: .max))
        let findings = audit.take(SealedLink(link: link, seal: digest), file: "f")
        #expect(findings.map(\.kind) == [.gap])
        #expect(Limits.sealKeyStepCountMax == 100_000_000)
    }

    @Test("flipped bytes, other sizes and two rows of keys are no key")
    func damage() throws {
        let (disk, _) = try Self.disk()
        let bytes = try #require(disk.content(of: Self.path))
        for place in 0..<68 {
            var damaged = bytes
            damaged[place] ^= 1 << UInt8(place % 8)
            #expect(SealKeyFile.key(in: damaged) == nil, "byte \(place)")
        }
        for wrong in [[], Array(bytes.dropLast()), bytes + [0]] {
            disk.place(wrong, at: Self.path)
            #expect(throws: SealKeyError.notAKey) { try SealKeyFile(on: disk, path: Self.path) }
        }
        let other = SealKeyFile.bytes(ofNew: VerificationKey.random().first)
        #expect(SealKeyFile.key(in: Array(bytes.prefix(4096) + other.prefix(4096))) == nil)
        #expect("\(SealKeyError.notAKey)".contains("make-seal-key"))
    }
}
