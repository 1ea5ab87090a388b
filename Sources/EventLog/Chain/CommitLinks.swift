/// The links of the commits that are in the log, each held against its commit.
struct CommitLinks {
    /// By version.
    private(set) var links: [Int64: SealedLink] = [:]
    /// The newest version that there was.
    private(set) var newest: Int64?

    init(_ log: CatalogLog, observe: (ChainAudit.Observation) -> Void) {
        guard let listing = try? log.listing() else { return }
        newest = listing.newest
        for version in listing.commits {
            func tell(_ kind: ChainFinding.Kind, _ message: String) {
                observe(
                    .finding(
                        ChainFinding(
                            kind: kind, file: log.path(of: version), version: version,
                            message: message)))
            }
            guard let text = try? log.disk.readAll(log.path(of: version)) else { continue }
            // What is not what its own checksums say is damage, and its copy counts.
            let sound = DeltaCommit.isIntact(text) ? text : (try? log.read(version))?.text
            guard let sound else { continue }
            if text != sound {
                tell(.replaced, "its lines are not those that its first line speaks of")
            }
            if let copy = log.copyPath(of: version), let copied = try? log.disk.readAll(copy),
                copied != text
            {
                tell(.replaced, "it differs from its copy \(copy)")
            }
            guard let link = DeltaCommit.link(in: sound) else {
                // Those before the first link are from before the chain.
                if !links.isEmpty { tell(.gap, "it has no link") }
                continue
            }
            guard link.link.version == version else {
                tell(.replaced, "it is version \(link.link.version), moved here")
                continue
            }
            if !Self.agrees(link.link, sound, file: log.path(of: version)) {
                tell(.replaced, "its link names other segments than the commit")
            }
            links[version] = link
        }
    }

    /// Whether a link names the segments that its commit adds and removes, and no others.
    private static func agrees(_ link: ChainLink, _ text: [UInt8], file: String) -> Bool {
        guard let steps = try? DeltaStep.steps(in: text, file: file) else { return false }
        var added: [ChainLink.Added] = []
        var removed: [String] = []
        for step in steps {
            switch step {
            case .add(let entry): added.append(ChainLink.Added(entry))
            case .remove(let path, _, _): removed.append(path)
            default: break
            }
        }
        return added == link.added && removed == link.removed.map(\.path)
    }
}
