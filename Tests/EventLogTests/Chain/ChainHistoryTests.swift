import Columns
import TestSupport
import Testing

@testable import EventLog

/// Links of commits that go, on a disk that dies or fails at every call.
@Suite("The history of the chain")
struct ChainHistoryTests {
    private static let commitCount = 9

    private static func log(_ disk: SimulatedDisk) -> CatalogLog {
        CatalogLog(testing: disk, every: 2, replacedAge: 0)
    }

    private static func run(on disk: SimulatedDisk, _ body: (Int64) -> Void = { _ in }) throws {
        let log = log(disk)
        var history = CatalogHistory(seed: 12)
        var state = try CatalogHistory.create(log)
        body(state.version)
        for _ in 0..<commitCount {
            state = try log.commit(history.change(of: state), to: state, now: history.now)
            body(state.version)
        }
    }

    /// The versions whose links are there, in the history and in the log; each goes on from the one before.
    private static func versions(_ disk: SimulatedDisk) throws -> [Int64] {
        var links: [Int64: SealedLink] = [:]
        let history = ChainHistory(disk: disk)
        for first in try history.files() {
            let (own, damage) = try history.read(first)
            #expect(damage.isEmpty)
            #expect(own.first?.link.version == first)
            for link in own {
                #expect(links[link.link.version] == nil, "twice")
                links[link.link.version] = link
            }
        }
        let log = log(disk)
        for version in try log.listing().commits {
            let link = try #require(DeltaCommit.link(in: try log.read(version).text))
            #expect(links[version] == nil || links[version] == link)
            links[version] = link
        }
        let all = links.values.sorted { $0.link.version < $1.link.version }
        for (one, next) in zip(all, all.dropFirst()) {
            #expect(next.link.previous == one.link.digest)
        }
        #expect(
            all.first?.link.previous == ChainLink.genesis(of: JournalFixture.storeID.description)
                || all.isEmpty)
        return all.map(\.link.version)
    }

    @Test("what goes from the log is in the history")
    func growth() throws {
        let disk = SimulatedDisk()
        try Self.run(on: disk)
        #expect(try Self.log(disk).listing().commits.first != 0)
        #expect(try Self.versions(disk) == Array(0...Int64(Self.commitCount)))
    }

    @Test("a crash at every call loses no link of a commit that is there")
    func crashes() throws {
        let whole = SimulatedDisk()
        try Self.run(on: whole)
        for call in 0..<whole.callCount {
            let disk = SimulatedDisk(fault: .crash(call: call))
            var last: Int64 = -1
            try? Self.run(on: disk) { last = $0 }
            #expect(disk.isDown)
            let survivor = disk.survivor(seed: UInt64(call))
            let found = try Self.versions(survivor)
            #expect(found == Array(0..<Int64(found.count)), "call \(call)")
            #expect(found.count == Int(last + 1) || found.count == Int(last + 2), "call \(call)")
            // The next run goes on with it, and leaves nothing behind.
            let log = Self.log(survivor)
            try log.prepare()
            guard var state = try log.load() else { continue }
            for _ in 0..<4 { state = try log.commit(CatalogChange(.append), to: state, now: 1) }
            #expect(try Self.versions(survivor) == Array(0...state.version), "call \(call)")
            #expect(try !survivor.list(ChainHistory.directory).contains(where: isTemporaryName))
        }
    }

    @Test("a call that fails costs no link")
    func failures() throws {
        let whole = SimulatedDisk()
        try Self.run(on: whole)
        for call in stride(from: 0, to: whole.callCount, by: 2) {
            let disk = SimulatedDisk(fault: .failOnce(call: call, code: 5))
            try? Self.run(on: disk)
            disk.arm(.none)
            let found = try Self.versions(disk)
            #expect(found == Array(0..<Int64(found.count)), "call \(call)")
        }
    }

    @Test("a file of the history ends when it is large enough, and at once")
    func fileSizes() throws {
        let disk = SimulatedDisk()
        let links = (0..<20 as Range<Int64>).map { version in
            SealedLink(
                link: ChainLink(
                    version: version, time: 1, operation: "WRITE",
                    previous: Digest256(of: []), body: Digest256(of: [])), seal: nil)
        }
        let size = ChainHistory.line(links[0]).count
        var history = ChainHistory(disk: disk)
        history.fileSizeMax = 3 * size
        // Where a crash came before the commits went, they are offered again.
        try history.append(Array(links[0..<2]))
        try history.append(Array(links[0..<4]))
        #expect(try history.files() == [0, 3])
        try history.append(links)
        #expect(try history.files().prefix(3) == [0, 3, 6])
        let all = try history.files().flatMap { try history.read($0).links }
        #expect(all == links)
        #expect(Limits.historyFileSizeMax == 1 << 20)
    }

    @Test("a damaged line is told, costs itself, and does not spoil what comes")
    func damagedLines() throws {
        let disk = SimulatedDisk()
        try Self.run(on: disk)
        let history = ChainHistory(disk: disk)
        let first = try #require(try history.files().first)
        var bytes = try #require(disk.content(of: ChainHistory.path(first)))
        let links = try history.read(first).links
        bytes[10] ^= 1
        bytes.removeLast()
        disk.place(bytes, at: ChainHistory.path(first))
        let (left, damage) = try history.read(first)
        #expect(left == Array(links.dropFirst()))
        #expect(damage.map(\.message).allSatisfy { $0.hasPrefix("line 1:") } && damage.count == 1)
        var next = try #require(links.last)
        next.link.version += 1
        try history.append([next])
        #expect(try history.read(first).links == Array(links.dropFirst()) + [next])
    }
}
