import EventLog
import EventLogd
import FoundationEssentials
import Keys
import Synchronization
import TestSupport
import Testing

@Suite("At the door")
struct GatekeeperTests {
    private final class Clock: Sendable {
        private let time = Mutex(Date(timeIntervalSince1970: 1_800_000_000))
        func now() -> Date { time.withLock { $0 } }
        func advance(_ seconds: TimeInterval) {
            time.withLock { $0 = $0.addingTimeInterval(seconds) }
        }
    }

    private let clock = Clock()
    private let disk = SimulatedDisk()
    private let tcp = Caller(.tcp, .unknown)

    private func makeGatekeeper() -> Gatekeeper {
        let clock = clock
        return Gatekeeper(
            policy: AccessPolicy(ownUID: 900),
            keys: KeyKeeper(
                file: KeyFile(on: disk), logger: Daemon.silentLogger, clock: { clock.now() }))
    }

    private func refusal(_ gatekeeper: Gatekeeper, _ key: String?) -> AccessRefusal? {
        do {
            _ = try gatekeeper.check(tcp, key: key)
            return nil
        } catch {
            return error
        }
    }

    @Test("a key has its roles, its name and its end")
    func access() async throws {
        let gatekeeper = makeGatekeeper()
        let (record, key) = try await gatekeeper.keys.create(
            name: "app", kind: .publishable, expiresAfter: 60)
        let access = try gatekeeper.check(tcp, key: key.text)
        #expect(access.roles == [.ingest])
        #expect(access.producer == "key:\(record.id)")
        #expect(access.keyID == record.id)
        #expect(access.expires == clock.now().addingTimeInterval(60))
        clock.advance(59)
        _ = try gatekeeper.check(tcp, key: key.text)
        clock.advance(1)
        #expect(refusal(gatekeeper, key.text)?.code == .keyExpired)
        await gatekeeper.keys.stop()
    }

    @Test("a secret key on the socket for sending may send and no more")
    func ceiling() async throws {
        let gatekeeper = makeGatekeeper()
        gatekeeper.require(keys: true)
        let (_, key) = try await gatekeeper.keys.create(
            name: "", kind: .secret, expiresAfter: nil)
        let caller = Caller(.ingest, PeerCredentials(uid: 0, gid: 0, pid: 1))
        #expect(try gatekeeper.check(caller, key: key.text).roles == [.ingest])
        await gatekeeper.keys.stop()
    }

    @Test("no key is not a guess, wrong keys are")
    func guesses() async {
        let gatekeeper = makeGatekeeper()
        for _ in 0..<10 { #expect(refusal(gatekeeper, nil)?.delay == .zero) }
        let delays = (0..<6).map { _ in refusal(gatekeeper, "wrong")?.delay }
        #expect(delays == [.zero, .zero, .zero, .zero, .zero, .seconds(1)])
        await gatekeeper.keys.stop()
    }

    @Test("keys are in the file when they are answered, and the next daemon knows them")
    func durability() async throws {
        let first = makeGatekeeper()
        let (record, key) = try await first.keys.create(
            name: "", kind: .secret, expiresAfter: nil)
        let other = try await first.keys.create(name: "", kind: .secret, expiresAfter: nil)
        _ = try await first.keys.revoke(id: other.record.id)
        await first.keys.stop()
        let second = makeGatekeeper()
        #expect(try second.check(tcp, key: key.text).keyID == record.id)
        #expect(refusal(second, other.key.text)?.code == .keyRevoked)
        await second.keys.stop()
    }

    @Test("a file that became unreadable keeps known keys in force and is not overwritten")
    func unreadable() async throws {
        let gatekeeper = makeGatekeeper()
        let (record, key) = try await gatekeeper.keys.create(
            name: "", kind: .secret, expiresAfter: nil)
        let whole = try disk.readAll(KeyFile.path)
        disk.place([0x7B], at: KeyFile.path)
        await gatekeeper.keys.reload()
        _ = try gatekeeper.check(tcp, key: key.text)
        await #expect(throws: KeyError.self) { try await gatekeeper.keys.revoke(id: record.id) }
        #expect(try disk.readAll(KeyFile.path) == [0x7B])
        disk.place(whole, at: KeyFile.path)
        await gatekeeper.keys.reload()
        _ = try await gatekeeper.keys.revoke(id: record.id)
        #expect(refusal(gatekeeper, key.text)?.code == .keyRevoked)
        await gatekeeper.keys.stop()
    }

    @Test("a key whose file could not be written was never made")
    func failure() async throws {
        let gatekeeper = makeGatekeeper()
        let (_, key) = try await gatekeeper.keys.create(name: "", kind: .secret, expiresAfter: nil)
        disk.arm(.failFrom(call: 0, code: 28))
        await #expect(throws: KeyError.self) {
            try await gatekeeper.keys.create(name: "", kind: .secret, expiresAfter: nil)
        }
        #expect(gatekeeper.keys.records.count == 1)
        _ = try gatekeeper.check(tcp, key: key.text)
        await gatekeeper.keys.stop()
    }

    @Test("keys survive a crash at any call of the disk, old ones or old and new")
    func crash() async throws {
        for call in 0..<12 {
            let disk = SimulatedDisk()
            let file = KeyFile(on: disk)
            var ring = KeyRing()
            var random = SplitMix64(seed: 1)
            func add() throws {
                _ = try ring.create(
                    name: "", kind: .secret, environment: .live, now: clock.now(), expires: nil,
                    using: &random)
            }
            try add()
            try file.save(ring)
            let before = ring
            try add()
            disk.arm(.crash(call: call))
            let saved = Result { try file.save(ring) }
            for seed in UInt64(0)..<8 {
                let found = try KeyFile(on: disk.survivor(seed: seed)).load()
                #expect(found == before || found == ring, "crash at call \(call), seed \(seed)")
                if case .success = saved { #expect(found == ring) }
            }
        }
    }
}
