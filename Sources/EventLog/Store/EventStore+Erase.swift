import Columns
import Synchronization

/// What the writer of a store knows of erasures.
struct ErasureState {
    /// `nil`: there has not been any.
    var key: ErasureKey?
    /// Those that are not done yet, in the order in which they were asked for.
    var scopes: [ErasureScope] = []
}

/// What `status` shows of erasures: a copy, because the state's lock is held while events are read.
struct ErasureGauges {
    /// What went wrong at the last attempt, by id.
    var errors: [String: String] = [:]
    /// Events that erasures took since the start.
    var erasedEvents = 0
}

/// Asking for an erasure (specification, section 4.7).
extension EventStore {
    /// Hides a person: when it returns, the request is durable, no query shows the person's events, and
    /// late events that were stamped before are refused. `erase` does the rest.
    ///
    /// The answer is the same whether anybody knows the user or not.
    /// - Parameter user: one of the person's ids; all of them are meant.
    /// - Returns: the receipt as far as it goes.
    /// - Throws: `StoreError.notAUser` for what stands for nobody, or cannot be an id.
    package func requestErasure(of user: String) throws(StoreError) -> ErasureReceipt {
        guard !UserPlaceholder.matches(user), (try? IdentityRecord.check(user, .user)) != nil else {
            throw .notAUser(user)
        }
        do {
            let (scope, accepted) = try erasing.withLock { erasing in
                let key = try keepKey(&erasing)
                let events = tables().events
                let map = try identity.version(of: events, ScanObserver()).map
                let found = map.whereabouts(ofPersonOf: user)
                // No seal may take in what is about to be forgotten.
                return try sealing.withLock { _ in
                    let scope = try writer.withLock { writer in
                        try hide(found.users, found.devices, key, &writer, &erasing)
                    }
                    // Ingest need not wait for it, and nobody has been promised anything yet.
                    identity.hide(scope)
                    return (scope, scope.receipt(key))
                }
            }
            // What was refused is shown as it came.
            var receipt = accepted
            receipt.quarantined = try leaveQuarantine(scope)
            try erasing.withLock { [receipt] erasing in
                let directory = ErasureDirectory(disk: disk)
                // Who erases has an account of its own, once it has begun.
                guard erasing.scopes.contains(where: { $0.id == scope.id }),
                    receipt.quarantined > 0, try directory.receipt(scope.id) == nil
                else { return }
                try directory.write(receipt)
            }
            return receipt
        } catch {
            throw StoreError(error)
        }
    }

    /// The receipt of an erasure, done or not; `nil` if there is none with this id.
    package func erasureReceipt(_ id: String) throws(StoreError) -> ErasureReceipt? {
        do {
            let written = try ErasureDirectory(disk: disk).receipt(id)
            return erasing.withLock { erasing in
                let known = erasing.scopes.first { $0.id == id }
                var receipt = written
                if receipt == nil, let known, let key = erasing.key {
                    receipt = known.receipt(key)
                }
                if known != nil { receipt?.error = erasureGauges.withLock { $0.errors[id] } }
                return receipt
            }
        } catch {
            throw StoreError(error)
        }
    }

    /// Erasures that are not done yet, in the order in which they were asked for.
    package func pendingErasures() -> [String] { view.withLock { $0.hidden.map(\.id) } }

    /// What `status` shows. Waits for nobody.
    func erasureStatus() -> ErasureStatus {
        let now = options.now()
        let pending = view.withLock { $0.hidden.map { ($0.id, $0.requestedAt) } }
        return erasureGauges.withLock { gauges in
            var status = ErasureStatus()
            status.pending = pending.count
            status.overdue = pending.count { $0.1 + Limits.erasureDeadline < now }
            status.error = pending.first.flatMap { gauges.errors[$0.0] }
            status.events = gauges.erasedEvents
            return status
        }
    }

    func keepKey(_ erasing: inout ErasureState) throws -> ErasureKey {
        if let key = erasing.key { return key }
        let key = ErasureKey(identityKey: identityKey, random: options.random)
        // One that could not be read is of no use to anybody.
        try ErasureDirectory(disk: disk).write(key)
        erasing.key = key
        return key
    }

    private func hide(
        _ users: [IdentityName], _ devices: [(IdentityName, [DeviceInterval])], _ key: ErasureKey,
        _ writer: inout Writer, _ erasing: inout ErasureState
    ) throws -> ErasureScope {
        let scope = ErasureScope(
            id: "ers_" + Hex.text(options.random()),
            users: users.map(\.text),
            devices: devices.map { device, intervals in
                ErasureScope.Device(
                    name: device.text,
                    spans: intervals.map { ErasureScope.Span(start: $0.start, end: $0.end) })
            },
            seqMax: writer.nextSeq - 1, requestedAt: options.now())
        try ErasureDirectory(disk: disk).write(scope)
        // What was known of who is who goes with it, in whatever file.
        disk.shred(true)
        erasing.scopes.append(scope)
        writer.tombstones.add(scope, key)
        writer.erasureKey = key
        view.withLock { $0.hidden.append(scope) }
        return scope
    }
}

extension ErasureScope {
    /// What can be said before anything was removed.
    func receipt(_ key: ErasureKey) -> ErasureReceipt {
        ErasureReceipt(
            id: id, users: users.map { key.digest(of: $0.utf8, .user).text },
            requestedAt: requestedAt, deadline: requestedAt + Limits.erasureDeadline,
            lastSeq: seqMax)
    }
}
