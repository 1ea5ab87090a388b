import Columns

/// Holds a store against the chain of its commits (docs/TamperEvidence.md). Changes nothing; may run beside a
/// daemon. In memory are the links of the commits that are still in the log, and one entry for each live segment.
package struct ChainAudit {
    package enum Observation: Sendable {
        case finding(ChainFinding)
        case step(ChainStep)
        /// Bytes of segments that were read, of so many.
        case progress(Int, of: Int)
    }

    private let disk: any Disk
    private let keys: [VerificationKey]
    /// What the daemon's key file says.
    private let keyState: ChainLink.Key?
    /// Between two looks at a file that nobody has committed: a seal may be under way.
    private let pause: () -> Void

    /// - Parameters:
    ///   - keys: that seals are held against; none: they are only counted.
    ///   - keyState: what the daemon's key file says: the number that is next.
    ///   - pause: waits a second.
    package init(
        on disk: any Disk, keys: [VerificationKey] = [], keyState: ChainLink.Key? = nil,
        pause: @escaping () -> Void = { SystemClock.pause(1000) }
    ) {
        self.disk = disk
        self.keys = keys
        self.keyState = keyState
        self.pause = pause
    }

    private var log: CatalogLog { CatalogLog(on: disk, directory: "events") }

    /// - Throws: `StoreError`.
    package func run(
        _ observe: @escaping (Observation) -> Void
    ) throws(StoreError) -> ChainSummary {
        do {
            return try audit(observe)
        } catch {
            throw StoreError(error)
        }
    }

    private func audit(_ observe: @escaping (Observation) -> Void) throws -> ChainSummary {
        var findingCount = 0
        let counted: (Observation) -> Void = {
            if case .finding = $0 { findingCount += 1 }
            observe($0)
        }
        // Before the history: what goes from the log meanwhile is in there.
        let commits = CommitLinks(log, observe: counted)
        let state = try loaded(counted)
        var walk = ChainWalk(storeID: state?.tableID, keys: keys, observe: counted)
        try takeHistory(&walk, commits)
        let last = walk.head?.version ?? -1
        for (version, link) in commits.links.sorted(by: { $0.key < $1.key }) where version > last {
            walk.take(link, file: log.path(of: version))
        }
        if let state { takeNewer(&walk, upTo: state.version, commits) }
        for finding in walk.seals.finish(keyState) { counted(.finding(finding)) }
        if walk.head == nil {
            if let state, state.segments.contains(where: { $0.sha256 != nil }) {
                walk.tell(
                    .gap,
                    "the catalog has digests of segments, and no commit a link: they were taken away"
                )
            }
        } else {
            if let state { compare(walk, with: state) }
            try readSegments(&walk, counted)
            try lookForOthers(walk, state, commits)
            if let state { try lookForNewer(walk, state) }
        }
        var summary = walk.summary
        summary.proven = walk.seals.proven
        summary.findings = findingCount
        return summary
    }

    /// The catalog as anybody reads it.
    /// - Returns: `nil` if it cannot be read, which has been told.
    private func loaded(_ observe: (Observation) -> Void) throws -> CatalogState? {
        do {
            guard let state = try log.load() else {
                throw StoreError.notAStore("there is no catalog (events/_delta_log)")
            }
            for damage in state.damage {
                observe(
                    .finding(
                        ChainFinding(
                            kind: .damaged, file: damage.file, message: damage.message)))
            }
            return state
        } catch let error as CatalogError {
            var finding = ChainFinding(
                kind: .damaged, message: "the catalog cannot be read: \(error)")
            if case .missing(let file) = error { (finding.kind, finding.file) = (.gap, file) }
            observe(.finding(finding))
            return nil
        }
    }

    private func takeHistory(_ walk: inout ChainWalk, _ commits: CommitLinks) throws {
        let history = ChainHistory(disk: disk)
        for first in try history.files() {
            let file = ChainHistory.path(first)
            let (links, damage) = try history.read(first)
            for found in damage {
                walk.tell(.damaged, file: found.file, "\(found.message)")
            }
            for link in links {
                if let own = commits.links[link.link.version], own != link {
                    walk.tell(
                        .replaced, file: log.path(of: link.link.version),
                        version: link.link.version, "the history has another link of it")
                }
                walk.take(link, file: file)
            }
        }
    }

    /// Commits that came since the log was read.
    private func takeNewer(
        _ walk: inout ChainWalk, upTo newest: Int64, _ commits: CommitLinks
    ) {
        guard let last = commits.newest else { return }
        for version in stride(from: last + 1, through: newest, by: 1) {
            let path = log.path(of: version)
            guard let text = try? disk.readAll(path), let link = DeltaCommit.link(in: text) else {
                continue
            }
            walk.take(link, file: path)
        }
    }

    // MARK: What the catalog says

    private func compare(_ walk: ChainWalk, with state: CatalogState) {
        guard let head = walk.head else { return }
        if state.version < head.version {
            walk.tell(
                .older, version: state.version,
                "the catalog ends with version \(state.version), and the history with version "
                    + "\(head.version): an older catalog was put back")
        } else if state.version == head.version, state.chain?.digest != head.digest {
            walk.tell(
                .replaced, version: state.version,
                "the catalog's chain ends with another link than the commits'")
        }
        // One copy may be that of a commit that was interrupted; more are, if nobody has committed meanwhile.
        if let copy = try? log.copies().last, copy > state.version + 1,
            (try? log.listing())?.newest == state.version
        {
            walk.tell(
                .older, file: joinPath(CatalogLog.copyDirectory, DeltaCommit.fileName(copy)),
                version: copy,
                "there is a copy of version \(copy), and the catalog ends with version "
                    + "\(state.version): an older catalog was put back")
        }
        var listed: Set<String> = []
        for entry in state.segments {
            listed.insert(entry.path)
            let file = walk.events(entry.path)
            guard let live = walk.live[entry.path] else {
                walk.tell(
                    .inserted, file: file,
                    "the catalog lists it, and no link of the chain made it live")
                continue
            }
            let isSame =
                live.size == entry.size && live.rows == entry.rowCount
                && (live.sha256 == nil || live.sha256 == entry.sha256)
            if !isSame {
                walk.tell(
                    .rewritten, file: file, version: live.version,
                    "the catalog says another size, number of events or SHA-256 than the chain")
            }
        }
        for (path, live) in walk.live.sorted(by: { $0.key < $1.key })
        where !listed.contains(path) {
            walk.tell(
                .dropped, file: walk.events(path), version: live.version,
                "it is live by the chain since version \(live.version), with \(live.rows) events, and "
                    + "not in the catalog")
        }
    }

    // MARK: Files

    private func readSegments(
        _ walk: inout ChainWalk, _ observe: (Observation) -> Void
    ) throws {
        let all = walk.live.values.reduce(0) { $0 + $1.size }
        var done = 0
        var owners: [Digest256: String] = [:]
        for (path, live) in walk.live { if let digest = live.sha256 { owners[digest] = path } }
        for (path, live) in walk.live.sorted(by: { $0.key < $1.key }) {
            let file = walk.events(path)
            guard let expected = live.sha256 else {
                walk.countUncovered()
                if try !disk.exists(file), isStillLive(path) {
                    walk.tell(.dropped, file: file, version: live.version, Self.missing(live))
                }
                continue
            }
            let found: Digest256
            do throws(DiskError) {
                found = try Digest256(ofFile: file, on: disk) {
                    done += $0
                    observe(.progress(done, of: max(done, all)))
                }
            } catch {
                if error.isNotFound {
                    if isStillLive(path) {
                        walk.tell(.dropped, file: file, version: live.version, Self.missing(live))
                    }
                } else {
                    walk.tell(.damaged, file: file, version: live.version, "\(error)")
                }
                continue
            }
            walk.count(file: live.size)
            guard found != expected else { continue }
            let owner = owners[found].map { ": it has that of \(walk.events($0))" } ?? ""
            walk.tell(
                .rewritten, file: file, version: live.version,
                "its content is not the one that version \(live.version) made live" + owner)
        }
    }

    private static func missing(_ live: ChainWalk.Live) -> String {
        "there is no such file, and by the chain it is live since version \(live.version), with "
            + "\(live.rows) events"
    }

    /// A compaction may have replaced it since the look at the catalog.
    private func isStillLive(_ path: String) -> Bool {
        guard let state = try? log.load() else { return true }
        return state.segments.contains { $0.path == path }
    }

    /// Files that nobody reads by the catalog, and others may.
    /// - Parameter state: `nil` if the catalog cannot be read: then the links tell.
    private func lookForOthers(
        _ walk: ChainWalk, _ state: CatalogState?, _ commits: CommitLinks
    ) throws {
        var known = Set(walk.live.keys.map(walk.events))
        known.formUnion((state?.segments ?? []).map { walk.events($0.path) })
        known.formUnion((state?.removed ?? []).map { walk.events($0.path) })
        for sealed in commits.links.values {
            known.formUnion(sealed.link.removed.map { walk.events($0.path) })
        }
        var unknown = try files().filter { !known.contains($0) }
        // What is being written is committed in a moment.
        for _ in 0..<3 where !unknown.isEmpty {
            pause()
            guard state != nil, let now = try log.load() else { break }
            let newer = Set((now.segments.map(\.path) + now.removed.map(\.path)).map(walk.events))
            unknown.removeAll { newer.contains($0) }
        }
        for file in unknown.sorted() where try disk.exists(file) {
            walk.observe(
                .finding(
                    ChainFinding(
                        kind: .inserted, file: file,
                        message:
                            "no link of the chain names it: it was put there, or an interrupted seal "
                            + "or compaction left it, which the next start removes",
                        isStray: true)))
        }
    }

    /// What is written beside the segments and goes further than the catalog.
    private func lookForNewer(_ walk: ChainWalk, _ state: CatalogState) throws {
        let ledgers = try disk.list(LedgerFile.directory).compactMap {
            paddedNumber(in: $0, suffix: ".parquet")
        }
        let table = try IdentityLake(disk: disk).load()?.position ?? 0
        // A seal writes its ledger before its commit, and removes the one before it after that.
        let ledger = ledgers.contains(state.journalPosition) ? 0 : ledgers.max() ?? 0
        guard state.journalPosition > 0, max(ledger, table) > state.journalPosition,
            (try? log.load())?.version == state.version
        else { return }
        walk.tell(
            .older, file: ledger >= table ? LedgerFile.path(ledger) : IdentityLake.directory,
            "it goes up to event \(max(ledger, table)), and the catalog to "
                + "\(state.journalPosition): an older catalog was put back")
    }

    private func files() throws -> [String] {
        func files(in directory: String, _ depth: Int) throws -> [String] {
            var found: [String] = []
            for name in try disk.list(directory) where !isTemporaryName(name) {
                let inner = joinPath(directory, name)
                if depth < 3, name.utf8.allSatisfy({ 0x30...0x39 ~= $0 }) {
                    found += try files(in: inner, depth + 1)
                } else if inner != CatalogLog.logDirectory {
                    found.append(inner)
                }
            }
            return found
        }
        return try files(in: "events", 0)
    }
}
