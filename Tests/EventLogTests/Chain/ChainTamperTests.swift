import Columns
import Glibc
import TestSupport
import Testing

@testable import EventLog

/// Random histories, sound until somebody who may write everything but has not the verification key changes them in one
/// way at random: each way is found, and what was changed is named (reliability, T12).
@Suite("Tampering with any history")
struct ChainTamperTests {
    /// Histories per run; more with CHAIN_STORES.
    static let seedCount = getenv("CHAIN_STORES").flatMap { Int(String(cString: $0)) } ?? 12

    private static func history(_ random: inout SplitMix64) throws -> SealedStore {
        var sealed = try SealedStore()
        let users = ["Uone", "Utwo"]
        for _ in 0..<2 { try sealed.seal() }
        for _ in 0..<Int.random(in: 2...8, using: &random) {
            sealed.clock.value += 1_000_000
            switch Int.random(in: 0..<9, using: &random) {
            case 0: _ = try sealed.store.compact(isForced: true)
            case 1: _ = try sealed.store.squash()
            case 2:
                let request = try sealed.store.requestErasure(of: users[1])
                _ = try sealed.store.erase(request.id)
            case 3: _ = try sealed.store.expire(trustsClock: true)
            case 4: try sealed.reopen()
            default:
                try sealed.seal(
                    Int.random(in: 1...20, using: &random), user: users[random.isHeads() ? 0 : 1])
            }
        }
        // Something to tamper with, whatever came before.
        for _ in 0..<3 { try sealed.seal() }
        return sealed
    }

    private static func log(_ disk: SimulatedDisk) -> CatalogLog {
        CatalogLog(on: disk, directory: "events")
    }

    private static func live(_ disk: SimulatedDisk) throws -> [String] {
        try #require(try log(disk).load()).segments.map { "events/" + $0.path }
    }

    private static func place(_ text: [UInt8], _ version: Int64, on disk: SimulatedDisk) throws {
        disk.place(text, at: log(disk).path(of: version))
        disk.place(text, at: try #require(log(disk).copyPath(of: version)))
    }

    /// Takes the catalog of another disk, and leaves all else.
    private static func putBack(_ older: SimulatedDisk, on disk: SimulatedDisk) throws {
        for directory in [CatalogLog.logDirectory, CatalogLog.copyDirectory] {
            for name in try disk.list(directory) where name != "history" && name != "damaged" {
                try disk.unlink(joinPath(directory, name))
            }
            for name in try older.list(directory) {
                let path = joinPath(directory, name)
                if let bytes = older.content(of: path) { disk.place(bytes, at: path) }
            }
        }
    }

    /// Writes all commits anew from a version on, as somebody without the key does who knows the format.
    private static func forge(
        _ disk: SimulatedDisk, from version: Int64, seal: (ChainLink) -> Digest256?,
        _ change: (inout ChainLink) -> Void
    ) throws {
        let log = log(disk)
        var previous: Digest256?
        for number in try log.listing().commits where number >= version {
            let text = try log.read(number).text
            var link = try #require(DeltaCommit.link(in: text)).link
            if number == version { change(&link) }
            if let previous { link.previous = previous }
            if seal(link) == nil { link.key = nil }
            previous = link.digest
            let end = try #require(text.firstIndex(of: 0x0A))
            let operation = try #require(CatalogChange.Operation(rawValue: link.operation))
            try place(
                DeltaCommit.text(
                    body: Array(text[(end + 1)...]), operation, now: link.time,
                    link: SealedLink(link: link, seal: seal(link))), number, on: disk)
        }
    }

    private enum Way: CaseIterable {
        case flippedByte, otherFile, swappedFiles, lostFile, dropped, inserted, strayFile
        case changedCommit, cutCommit, swappedCommits, olderCatalog, forgedUnsealed, forgedSealed
        case strippedLinks, changedTag
    }

    /// - Returns: findings of which each must come, by kind, and file or version.
    private static func tamper(
        _ way: Way, _ disk: SimulatedDisk, older: SimulatedDisk, _ random: inout SplitMix64
    ) throws -> [(kinds: Set<ChainFinding.Kind>, file: String?)] {
        let log = log(disk)
        let live = try live(disk).shuffled(using: &random)
        let newest = try #require(try log.load()).version
        switch way {
        case .flippedByte:
            var bytes = try #require(disk.content(of: live[0]))
            bytes[Int.random(in: bytes.indices, using: &random)] ^= 1
            disk.place(bytes, at: live[0])
            return [([.rewritten], live[0])]
        case .otherFile:
            disk.place(try #require(disk.content(of: live[1])), at: live[0])
            return [([.rewritten], live[0])]
        case .swappedFiles:
            let (one, two) = (disk.content(of: live[0]), disk.content(of: live[1]))
            disk.place(try #require(two), at: live[0])
            disk.place(try #require(one), at: live[1])
            return [([.rewritten], live[0]), ([.rewritten], live[1])]
        case .lostFile:
            try disk.unlink(live[0])
            return [([.dropped], live[0])]
        case .dropped:
            let path = String(live[0].dropFirst("events/".count))
            let remove = DeltaAction.remove(path, size: nil, changesRows: true, now: 1)
            try place(DeltaCommit.text(of: [remove], .expire, now: 1), newest + 1, on: disk)
            return [([.dropped], live[0]), ([.gap], log.path(of: newest + 1))]
        case .inserted:
            let path = "2026/01/01/9-9-0-0.parquet"
            let bytes = try #require(disk.content(of: live[0]))
            disk.place(bytes, at: "events/" + path)
            let state = try #require(try log.load())
            var entry = state.segments[0]
            entry.path = path
            let add = DeltaAction.add(
                path, size: bytes.count, modificationTime: 1, changesRows: true,
                statistics: DeltaStatistics.text(of: entry), sha256: Digest256(of: bytes))
            try place(DeltaCommit.text(of: [add], .append, now: 1), newest + 1, on: disk)
            return [([.inserted], "events/" + path), ([.gap], log.path(of: newest + 1))]
        case .strayFile:
            let path = "events/2026/01/01/9-9-0-0.parquet"
            for directory in ["events/2026", "events/2026/01", "events/2026/01/01"] {
                try disk.createDirectory(directory)
            }
            disk.place(try #require(disk.content(of: live[0])), at: path)
            return [([.inserted], path)]
        case .changedCommit:
            // All that the commit says of itself fits; what comes after it does not.
            let version = Int64.random(in: 1..<newest, using: &random)
            try forge(disk, from: version, seal: { _ in nil }) { $0.time += 1 }
            let rest = (version + 1...newest).map { ($0, older.content(of: log.path(of: $0))) }
            for (number, text) in rest { if let text { try place(text, number, on: disk) } }
            return [([.replaced, .seal, .gap, .damaged], nil)]
        case .cutCommit:
            let version = Int64.random(in: 1..<newest, using: &random)
            try disk.unlink(log.path(of: version))
            try disk.unlink(try #require(log.copyPath(of: version)))
            return [([.gap], log.path(of: version))]
        case .swappedCommits:
            let one = try log.read(newest).text
            let two = try log.read(newest - 1).text
            try place(two, newest, on: disk)
            try place(one, newest - 1, on: disk)
            return [
                ([.replaced], log.path(of: newest)), ([.replaced], log.path(of: newest - 1)),
            ]
        case .olderCatalog:
            try putBack(older, on: disk)
            return [([.older], nil)]
        case .forgedUnsealed:
            let version = Int64.random(in: 0...newest, using: &random)
            try forge(disk, from: version, seal: { _ in nil }) { $0.time += 1 }
            return [([.seal], nil)]
        case .forgedSealed:
            let version = Int64.random(in: 0...newest, using: &random)
            let made = VerificationKey.random().first
            try forge(disk, from: version, seal: { made.seal($0.canonical) }) { $0.time += 1 }
            return [([.seal], log.path(of: version))]
        case .strippedLinks:
            for number in try log.listing().commits {
                let text = try log.read(number).text
                let end = try #require(text.firstIndex(of: 0x0A))
                try place(
                    DeltaCommit.text(
                        body: Array(text[(end + 1)...]), .append, now: 1, link: nil), number,
                    on: disk)
            }
            return [([.gap], nil), ([.seal], nil)]
        case .changedTag:
            let version = newest
            let text = String(decoding: try log.read(version).text, as: UTF8.self)
            let tag = try #require(text.firstRange(of: "\"tags\":{\"eventlog.sha256\":\""))
            var changed = text
            changed.replaceSubrange(
                tag.upperBound..<text.index(tag.upperBound, offsetBy: 8), with: "00000000")
            let end = try #require(changed.firstIndex(of: "\n"))
            let body = Array(changed[changed.index(after: end)...].utf8)
            let link = try #require(DeltaCommit.link(in: Array(text.utf8)))
            try place(
                DeltaCommit.text(body: body, .append, now: link.link.time, link: link), version,
                on: disk)
            return [([.damaged, .replaced, .gap], nil)]
        }
    }

    @Test("each way is found and names what was changed", arguments: 0..<seedCount)
    func tampering(number: Int) throws {
        var random = SplitMix64(seed: 0x7A3E_2026 &+ UInt64(number))
        var sealed = try Self.history(&random)
        let before = sealed.disk.survivor(seed: 0)
        try sealed.seal()
        try sealed.seal(2, user: "Uthree")
        try sealed.store.close()
        let state = try SealedStore.keyState(sealed.disk)
        try SealedStore.expectSound(sealed.disk, "history \(number)")
        for way in Way.allCases {
            let disk = sealed.disk.survivor(seed: 1)
            try SealedStore.expectSound(disk, "history \(number), a copy")
            // What stays as it was where only a part is changed.
            let older = way == .olderCatalog ? before : sealed.disk
            var own = random
            let expected = try Self.tamper(way, disk, older: older, &own)
            let found = try SealedStore.findings(disk, state: state).findings
            for (kinds, file) in expected {
                #expect(
                    found.contains {
                        kinds.contains($0.kind) && (file == nil || $0.file == file)
                    }, "history \(number), \(way), \(file ?? "")")
            }
        }
    }

    @Test("an older catalog shows without any key by what is newer than it")
    func olderWithoutKey() throws {
        var sealed = try SealedStore()
        try sealed.seal()
        let older = sealed.disk.survivor(seed: 0)
        for _ in 0..<3 { try sealed.seal() }
        let newer = try Self.live(sealed.disk)
        let log = CatalogLog.logDirectory
        for name in try sealed.disk.list(log) where !(try older.list(log)).contains(name) {
            try sealed.disk.unlink(joinPath(log, name))
        }
        let found = try SealedStore.findings(sealed.disk, withKey: false).findings
        #expect(found.contains { $0.kind == .older && $0.file?.hasPrefix("catalog/") == true })
        #expect(found.contains { $0.kind == .older && $0.file?.hasPrefix("ledger/") == true })
        for path in newer where !(try Self.live(older)).contains(path) {
            #expect(found.contains { $0.kind == .inserted && $0.file == path })
        }
    }
}
