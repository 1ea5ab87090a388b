/// Goes along the links, oldest first, and knows which segments are live by them.
struct ChainWalk {
    struct Live {
        var size: Int
        var rows: Int
        var sha256: Digest256?
        /// That made it live, or that found it.
        var version: Int64
    }

    /// `nil`: not known.
    private let storeID: String?
    private(set) var head: ChainHead?
    private(set) var live: [String: Live] = [:]
    private(set) var summary = ChainSummary()
    /// Whether links are missing: what they did is not known.
    private(set) var isComplete = true
    var seals: SealAudit
    let observe: (ChainAudit.Observation) -> Void

    init(
        storeID: String?, keys: [VerificationKey],
        observe: @escaping (ChainAudit.Observation) -> Void
    ) {
        self.storeID = storeID
        self.observe = observe
        seals = SealAudit(keys: keys)
    }

    func tell(
        _ kind: ChainFinding.Kind, file: String? = nil, version: Int64? = nil, _ message: String
    ) {
        observe(
            .finding(ChainFinding(kind: kind, file: file, version: version, message: message)))
    }

    /// Takes the next link.
    /// - Parameter file: where it is.
    mutating func take(_ sealed: SealedLink, file: String) {
        let link = sealed.link
        connect(link, file: file)
        head = ChainHead(link, after: head)
        summary.commits += 1
        summary.lastVersion = link.version
        summary.lastTime = link.time
        summary.digest = link.digest
        if let key = link.key {
            summary.sealed += 1
            summary.key = key
        }
        for finding in seals.take(sealed, file: file) { observe(.finding(finding)) }
        apply(link, file: file)
    }

    private mutating func connect(_ link: ChainLink, file: String) {
        let isFirst = storeID.map { link.previous == ChainLink.genesis(of: $0) } ?? (head == nil)
        guard let head else {
            summary.firstVersion = link.version
            summary.firstTime = link.time
            if !isFirst {
                isComplete = false
                tell(
                    .gap, file: file, version: link.version,
                    "the chain's first links are gone, or are another store's")
            }
            return
        }
        let next = head.version + 1
        if link.version > next {
            isComplete = false
            let last = link.version - 1
            tell(
                .gap, version: next,
                last == next
                    ? "version \(next) is missing" : "versions \(next) to \(last) are missing")
        } else if link.version < next {
            tell(
                .replaced, file: file, version: link.version,
                "version \(link.version) stands after version \(head.version): commits were "
                    + "reordered or repeated")
        } else if isFirst {
            isComplete = false
            tell(
                .replaced, file: file, version: link.version,
                "a new chain begins: what came before was cut off, or written by a program that "
                    + "knows no chain")
        } else if link.previous != head.digest {
            tell(
                .replaced, file: file, version: link.version,
                "it does not go on from version \(head.version): one of the two was replaced, or "
                    + "they were reordered")
        }
    }

    private mutating func apply(_ link: ChainLink, file: String) {
        for entry in link.before {
            live[entry.path] = Live(
                size: entry.size, rows: entry.rows, sha256: entry.sha256, version: link.version)
        }
        var step = ChainStep(
            version: link.version, time: link.time, operation: link.operation,
            reason: link.reason, receipt: link.receipt, filesBefore: link.removed.count,
            filesAfter: link.added.count, eventsBefore: 0)
        for removed in link.removed {
            guard let known = live.removeValue(forKey: removed.path) else {
                step.eventsBefore = nil
                if isComplete {
                    tell(
                        .replaced, file: events(removed.path), version: link.version,
                        "\(link.operation) took a segment away that was not live")
                }
                continue
            }
            step.eventsBefore = step.eventsBefore.map { $0 + known.rows }
            if let found = removed.sha256, let expected = known.sha256, found != expected {
                tell(
                    .rewritten, file: events(removed.path), version: link.version,
                    "it had another content than was written when \(link.operation) replaced it")
            }
        }
        for added in link.added {
            step.eventsAfter += added.rows
            if live[added.path] != nil {
                tell(
                    .replaced, file: events(added.path), version: link.version,
                    "it was made live twice")
            }
            live[added.path] = Live(
                size: added.size, rows: added.rows, sha256: added.sha256, version: link.version)
        }
        if link.operation == CatalogChange.Operation.compact.rawValue,
            let before = step.eventsBefore, before != step.eventsAfter
        {
            tell(
                .replaced, file: file, version: link.version,
                "\(link.operation) made \(step.eventsAfter) events of \(before), and must keep each"
            )
        }
        if !link.removed.isEmpty { observe(.step(step)) }
    }

    func events(_ path: String) -> String { joinPath("events", path) }

    mutating func count(file bytes: Int) {
        summary.segments += 1
        summary.bytes += bytes
    }

    mutating func countUncovered() { summary.uncovered += 1 }
}
