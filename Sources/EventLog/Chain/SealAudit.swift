/// Holds seals against the keys that were kept elsewhere.
struct SealAudit {
    private var keys: [SealKeyID: SealKey] = [:]
    private let isWanted: Bool
    /// Keys that nobody gave, of which that was told.
    private var unknown: Set<SealKeyID> = []
    /// The first version since the newest seal that has none.
    private var unsealedSince: Int64?
    private(set) var proven = 0
    /// The newest number of each key that was met.
    private(set) var numbers: [SealKeyID: Int64] = [:]

    init(keys: [VerificationKey]) {
        isWanted = !keys.isEmpty
        for key in keys { self.keys[key.id] = key.first }
    }

    mutating func take(_ sealed: SealedLink, file: String) -> [ChainFinding] {
        let link = sealed.link
        func finding(_ kind: ChainFinding.Kind, _ message: String) -> ChainFinding {
            ChainFinding(kind: kind, file: file, version: link.version, message: message)
        }
        guard let reference = link.key, let seal = sealed.seal else {
            unsealedSince = unsealedSince ?? link.version
            return []
        }
        numbers[reference.id] = max(numbers[reference.id] ?? -1, reference.number)
        guard isWanted else { return [] }
        guard var key = keys[reference.id] else {
            guard unknown.insert(reference.id).inserted else { return [] }
            return [
                finding(
                    .seal,
                    "from here on commits are sealed with key \(reference.id.text), which was not given"
                )
            ]
        }
        var findings: [ChainFinding] = []
        guard reference.number >= key.number else {
            return [
                finding(
                    .seal,
                    "it is sealed with number \(reference.number), and number \(key.number) is next: "
                        + "it was put in later, or commits were reordered")
            ]
        }
        if reference.number > key.number {
            findings.append(
                finding(
                    .gap,
                    "commits sealed with numbers \(key.number) to \(reference.number - 1) are missing"
                ))
            guard reference.number - key.number <= Limits.sealKeyStepCountMax else {
                return findings
            }
            while key.number < reference.number { key.advance() }
        }
        if key.seal(link.canonical) == seal {
            proven += 1
            // What was not sealed before is in the chain that this one proves.
            unsealedSince = nil
        } else {
            findings.append(
                finding(
                    .seal,
                    "the seal is not that of key number \(reference.number): who made this commit did "
                        + "not have the key\(Self.segments(of: link))"))
        }
        key.advance()
        keys[reference.id] = key
        return findings
    }

    /// The segments that a commit made live, or some of them.
    private static func segments(of link: ChainLink) -> String {
        guard !link.added.isEmpty else { return "" }
        let names = link.added.prefix(3).map { joinPath("events", $0.path) }
        let more = link.added.count > 3 ? ", …" : ""
        return ". It made live " + names.joined(separator: ", ") + more
    }

    /// - Parameter state: of the daemon's key file: the number that is next.
    func finish(_ state: ChainLink.Key?) -> [ChainFinding] {
        var findings: [ChainFinding] = []
        func add(_ kind: ChainFinding.Kind, _ version: Int64?, _ message: String) {
            findings.append(ChainFinding(kind: kind, version: version, message: message))
        }
        if isWanted, proven == 0 {
            add(.seal, nil, "no commit is sealed with the key that was given")
        } else if isWanted, let unsealedSince {
            add(
                .seal, unsealedSince,
                "the commits from version \(unsealedSince) on are not sealed: they were made without "
                    + "the key")
        }
        if let state {
            let sealedCount = (numbers[state.id] ?? -1) + 1
            if state.number > sealedCount {
                add(
                    .older, nil,
                    "the key has sealed \(state.number) commits, and the catalog has \(sealedCount) of "
                        + "them: the newest are gone, an older catalog was put back")
            } else if state.number < sealedCount - 1 {
                add(
                    .seal, nil,
                    "the key file is at number \(state.number), and number \(sealedCount - 1) has been "
                        + "used: it is an old copy, whose holder can seal anew from there")
            }
        }
        return findings
    }
}
