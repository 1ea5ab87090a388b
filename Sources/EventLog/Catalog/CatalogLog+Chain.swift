extension CatalogLog {
    /// What the chain says of a commit that is about to be made.
    /// - Parameters:
    ///   - body: its lines after the first.
    ///   - state: what it is made to, or, for version 0, what it makes.
    /// - Returns: `nil` in a table without a chain.
    /// - Throws: what the file of the key throws.
    func link(
        of change: CatalogChange, body: [UInt8], to state: CatalogState, version: Int64, now: Int64
    ) throws -> SealedLink? {
        guard isChained else { return nil }
        var link = ChainLink(
            version: version, time: now, operation: change.operation.rawValue,
            reason: change.reason, receipt: change.receipt,
            previous: state.chain?.digest ?? ChainLink.genesis(of: state.tableID),
            body: Digest256(of: body), added: change.added.map(ChainLink.Added.init))
        link.removed = change.removed.map {
            ChainLink.Removed(path: $0, sha256: change.removedDigests[$0])
        }
        // What a store of before holds: from here on it is known when it goes.
        if state.chain == nil { link.before = state.segments.map(ChainLink.Added.init) }
        return try sealer?.seal(link, after: state.chain) ?? SealedLink(link: link, seal: nil)
    }

    /// Keeps what the chain says of commits that are about to go. Durable on return.
    ///
    /// Of a commit that is damaged like its copy nothing can be kept: there the chain has a gap, which tells.
    func keepLinks(of versions: [Int64]) throws {
        guard isChained else { return }
        var links: [SealedLink] = []
        for version in versions {
            guard let commit = try? read(version), let link = DeltaCommit.link(in: commit.text)
            else { continue }
            links.append(link)
        }
        try ChainHistory(disk: disk).append(links)
    }
}
