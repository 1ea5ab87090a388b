import Synchronization

/// What the writer of a store knows of its identity table.
struct PublishedIdentity {
    /// `nil`: there is none, or none that can be used.
    var newest: IdentityLakeVersion?
    /// Whether that is what the disk says.
    var isKnown: Bool
    /// When this run published last, and how long that took, in µs.
    var publishedAt: Int64 = 0
    var took: Int64 = 0

    /// Whether a seal may take the time to publish again; whatever the clock does, one day it may.
    func mayPublish(at now: Int64) -> Bool {
        let rest = now - publishedAt
        return rest < 0 || rest / Limits.identityPublicationRest >= took
    }
}

extension EventStore {
    /// Makes the identity table say what all sealed events say. Nothing is written if it does
    /// already.
    ///
    /// After an error the version before is there, or the new one.
    /// - Parameter onlyIfUsed: leaves stores alone whose events name no person, or of which too much
    ///   would have to be read to know.
    /// - Returns: what is there now; `nil` if it was left alone.
    package func publishIdentity(
        onlyIfUsed: Bool = false
    ) throws(StoreError) -> IdentityTableStatus? {
        let (events, position) = sealedEvents()
        return try publishing {
            guard
                let sealed = try identity.sealedMap(
                    events, position: position,
                    rowCountMax: onlyIfUsed ? 2 * options.identityCheckpointRowCount : .max),
                sealed.map.isUsed || !onlyIfUsed
            else { return nil }
            return try publish(sealed.map, position: sealed.position) { published, rules, _ in
                published.position < sealed.position || published.rules != rules
            }
        }
    }

    /// The same for a seal, if enough events came since the last time. If that fails nothing is
    /// lost: the next seal tries again, and `status` tells.
    func publishIdentityIfDue() {
        let position = view.withLock { $0.catalogState.journalPosition }
        _ = try? publishing {
            guard let sealed = try identity.sealedMap(nil, position: position), sealed.map.isUsed
            else { return nil }
            return try publish(sealed.map, position: sealed.position) {
                published, rules, mayPublish in
                let new = sealed.position - published.position
                let isMuch =
                    new > 0 && new >= published.rowCount / Limits.identityRowsPerNewEvent
                return isMuch && mayPublish || new >= options.identityCheckpointRowCount
                    || published.rules != rules
            }
        }
    }

    /// Makes a version of the table without what is being erased, and removes the one before.
    func republishIdentity() throws {
        guard try !disk.list(IdentityLake.logDirectory).isEmpty else { return }
        let (events, position) = sealedEvents()
        _ = try publishing {
            guard let sealed = try identity.sealedMap(events, position: position) else {
                return nil
            }
            let status = try publish(sealed.map, position: sealed.position) { _, _, _ in true }
            try identityTable.withLock { table in
                table.isKnown = false
                table.newest = try IdentityLake(disk: disk).sweep()
                table.isKnown = true
            }
            return status
        }
    }

    private func publish(
        _ map: IdentityMap, position: Int64,
        isDue: (IdentityLakeVersion, [String: String], _ mayPublish: Bool) -> Bool
    ) throws -> IdentityTableStatus {
        try identityTable.withLock { table in
            let lake = IdentityLake(disk: disk)
            if !table.isKnown {
                table.newest = try lake.sweep()
                table.isKnown = true
            }
            let now = options.now()
            let rules = IdentityLakeVersion.rules(of: map.options)
            let mayPublish = table.mayPublish(at: now)
            if table.newest.map({ isDue($0, rules, mayPublish) }) ?? true {
                // Whether a commit that fails happened all the same, only the disk can tell.
                table.isKnown = false
                var bits = RandomBits(next: options.random)
                table.newest = try lake.publish(
                    map, position: position, after: table.newest,
                    tableID: StoreID(using: &bits), now: now / 1000)
                table.isKnown = true
                table.publishedAt = options.now()
                table.took = table.publishedAt - now
            }
            return IdentityTableStatus(table.newest)
        }
    }

    /// Lets `status` tell what came of it.
    private func publishing(
        _ body: () throws -> IdentityTableStatus?
    ) throws(StoreError) -> IdentityTableStatus? {
        do {
            let status = try body()
            if let status { identityTableStatus.withLock { $0 = status } }
            return status
        } catch {
            let error = StoreError(error)
            identityTableStatus.withLock { $0.error = "\(error)" }
            throw error
        }
    }
}
