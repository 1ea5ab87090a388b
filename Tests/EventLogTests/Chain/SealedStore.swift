import Columns
import TestSupport
import Testing

@testable import EventLog

/// A store on a simulated disk whose commits are sealed, with the key file beside it.
struct SealedStore {
    static let keyPath = "key/seal.key"
    static let key = VerificationKey((0..<32).map { UInt8($0) })

    let disk: SimulatedDisk
    let clock: ErasedStore.Atomic64
    private(set) var store: EventStore
    private var count: Int

    /// - Parameter count: of events that were sent before.
    init(_ disk: SimulatedDisk = SimulatedDisk(), after count: Int = 0) throws {
        self.disk = disk
        self.count = count
        clock = ErasedStore.Atomic64()
        // All events have happened.
        clock.value += 100_000_000_000
        if disk.content(of: Self.keyPath) == nil {
            disk.place(SealKeyFile.bytes(ofNew: Self.key.first), at: Self.keyPath)
        }
        store = try Self.open(disk, clock)
    }

    static func open(_ disk: SimulatedDisk, _ clock: ErasedStore.Atomic64) throws -> EventStore {
        var options = StoreOptions()
        options.now = { clock.value }
        options.uptime = { clock.value }
        options.pause = { _ in }
        options.journalGrowth = JournalGrowth(stepMin: 4608, stepMax: 9216)
        options.retention.maxBytes = 6000
        options.makesRollups = false
        options.sealer = LinkSealer(try SealKeyFile(on: disk, path: keyPath))
        return try EventStore.open("s", on: disk, options: options)
    }

    mutating func reopen() throws {
        try store.close()
        store = try Self.open(disk, clock)
    }

    mutating func append(_ number: Int = 3, user: String = "Uone") throws {
        var builder = BatchBuilder(identityKey: store.identityKey, receivedAt: clock.value)
        for _ in 0..<number {
            count += 1
            builder.add(
                "like", id: "e\(count)", contentId: "c",
                timestamp: ErasedStore.start + Int64(count) * 1_000_000,
                fields: [.userId: user, .deviceId: "D\(user)"])
        }
        _ = try store.append([builder.batch], durability: .synced)
    }

    mutating func seal(_ number: Int = 3, user: String = "Uone") throws {
        try append(number, user: user)
        try store.seal()
    }

    /// What the audit of a disk finds.
    static func findings(
        _ disk: any Disk, withKey: Bool = true, state: ChainLink.Key? = nil
    ) throws -> (findings: [ChainFinding], steps: [ChainStep], summary: ChainSummary) {
        final class Collected { var findings: [ChainFinding] = []; var steps: [ChainStep] = [] }
        let collected = Collected()
        let summary = try ChainAudit(
            on: disk, keys: withKey ? [key] : [], keyState: state, pause: {}
        ).run {
            switch $0 {
            case .finding(let finding): collected.findings.append(finding)
            case .step(let step): collected.steps.append(step)
            case .progress(let done, let all): #expect(done <= all)
            }
        }
        #expect(summary.findings == collected.findings.count)
        return (collected.findings, collected.steps, summary)
    }

    static func keyState(_ disk: SimulatedDisk) throws -> ChainLink.Key {
        let bytes = try #require(disk.content(of: keyPath))
        return try #require(SealKeyFile.key(in: bytes)).reference
    }

    static func expectSound(
        _ disk: SimulatedDisk, _ comment: Comment = "",
        at location: SourceLocation = #_sourceLocation
    ) throws {
        let found = try findings(disk, state: keyState(disk))
        #expect(found.findings == [], comment, sourceLocation: location)
        #expect(found.summary.proven == found.summary.commits, comment, sourceLocation: location)
    }
}
