/// The links of the commits that are in the log, each held against its commit.
struct CommitLinks {
    /// By version.
    private(set) var links: [Int64: SealedLink] = [:]
    /// The newest version that there was.
    private(set) var newest: Int64?

    private let log: CatalogLog
    private let observe: (ChainAudit.Observation) -> Void

    init(_ log: CatalogLog, observe: @escaping (ChainAudit.Observation) -> Void) {
        self.log = log
        self.observe = observe
        guard let listing = try? log.listing() else { return }
        newest = listing.newest
        for version in listing.commits { take(version) }
    }

    private func tell(
        _ kind: ChainFinding.Kind, _ version: Int64, file: String? = nil, _ message: String
    ) {
        observe(
            .finding(
                ChainFinding(
                    kind: kind, file: file ?? log.path(of: version), version: version,
                    message: message)))
    }

    private mutating func take(_ version: Int64) {
        guard var text = try? log.disk.readAll(log.path(of: version)) else { return }
        if let copy = log.copyPath(of: version), let copied = try? log.disk.readAll(copy),
            copied != text
        {
            tell(.replaced, version, "it differs from its copy \(copy)")
        }
        if !DeltaCommit.isIntact(text) {
            tell(.replaced, version, "its lines are not those that its first line speaks of")
            // As everybody else who reads the log.
            if let sound = (try? log.read(version))?.text { text = sound }
        }
        guard let (sealed, isLikeLine) = DeltaCommit.claimedLink(in: text) else {
            // Those before the first link are from before the chain.
            if !links.isEmpty { tell(.gap, version, "it has no link") }
            return
        }
        guard sealed.link.version == version else {
            tell(.replaced, version, "it is version \(sealed.link.version), moved here")
            return
        }
        if !isLikeLine {
            tell(.replaced, version, "its first line says another time or operation than its link")
        }
        compare(sealed.link, with: text)
        links[version] = sealed
    }

    /// Whether a link names the segments that its commit adds and removes, and no others.
    private func compare(_ link: ChainLink, with text: [UInt8]) {
        var added: [String: ChainLink.Added] = [:]
        var removed: Set<String> = []
        for line in text.split(separator: UInt8(ascii: "\n")) {
            guard let action = try? CatalogJSONReader.read(line), let field = action.fields?.first,
                let step = try? DeltaStep(field.name, field.value, file: "", line: 1)
            else { continue }
            switch step {
            case .add(let entry): added[entry.path] = ChainLink.Added(entry)
            case .remove(let path, _, _): removed.insert(path)
            default: break
            }
        }
        for own in link.added where added.removeValue(forKey: own.path) != own {
            tell(
                .replaced, link.version, file: joinPath("events", own.path),
                "its link says that version \(link.version) made it live, and the commit does not, or "
                    + "says another size, number of events or SHA-256")
        }
        for path in added.keys.sorted() {
            tell(
                .inserted, link.version, file: joinPath("events", path),
                "version \(link.version) makes it live, and its link does not")
        }
        for path in removed.symmetricDifference(link.removed.map(\.path)).sorted() {
            tell(
                .dropped, link.version, file: joinPath("events", path),
                "only one of version \(link.version) and its link takes it away")
        }
    }
}
