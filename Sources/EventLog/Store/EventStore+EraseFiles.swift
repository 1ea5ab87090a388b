import Columns
import Synchronization

/// Removing what an erasure is about from every file.
///
/// Each step may be done again: after a crash, or an error, all of it is. Nothing of the person is in any
/// file when the receipt says so, and the request, which has the person's ids, is the last that goes.
extension EventStore {
    /// - Parameters:
    ///   - removeExports: exports hold persons, too; returns the ids of those that are gone.
    ///   - progress: is told how many of how many segments have been looked at.
    ///   - isCancelled: asked between files.
    /// - Returns: `nil` if it was cancelled, or there is no such request.
    package func erase(
        _ id: String, removeExports: (ErasureScope) throws -> [String] = { _ in [] },
        progress: (Int, Int) -> Void = { _, _ in }, isCancelled: () -> Bool = { false }
    ) throws(StoreError) -> ErasureReceipt? {
        do {
            let known = erasing.withLock { erasing in
                erasing.scopes.first { $0.id == id }.map { ($0, erasing.key) }
            }
            guard case (var scope, let kept)? = known else { return nil }
            let key = try kept ?? erasing.withLock { try keepKey(&$0) }
            var receipt =
                try ErasureDirectory(disk: disk).receipt(id) ?? scope.receipt(key)
            try requireReadable()
            try sealAll()
            // No seal may take in what comes of a device between the look at it and its end.
            scope = try sealing.withLock { [scope] _ in try findWholeDevices(scope) }
            try keep(scope)
            receipt.devices = scope.devices.count
            receipt.quarantined += try leaveQuarantine(scope)
            try sealAll()
            try leaveJournal()
            receipt.damagedFiles += try eraseDamaged(scope)
            let isDone = try rewriting.withLock { _ in
                try eraseSegments(&scope, &receipt, progress, isCancelled)
            }
            guard isDone else { return nil }
            receipt.exports += try removeExports(scope)
            try eraseIdentity()
            cache.removeAll()
            try waitForReaders(receipt)
            try eraseLeftOver(scope)
            try finish(scope, &receipt)
            return receipt
        } catch {
            let error = StoreError(error)
            erasureGauges.withLock { $0.errors[id] = "\(error)" }
            throw error
        }
    }

    // MARK: Quarantine

    /// Refused events that name the person are given up.
    func leaveQuarantine(_ scope: ErasureScope) throws -> Int {
        let names = NamedTexts(users: scope.users, devices: scope.wholeDevices)
        let ids = quarantinedIDs()
        guard !ids.isEmpty else { return 0 }
        let own = try quarantined(Set(ids)).filter { names.areNamed(in: $0.bytes) }
        guard !own.isEmpty else { return 0 }
        var batch = EventBatch(producer: "", peer: .unknown, receivedAt: options.now())
        batch.leavingQuarantine = own.map(\.id)
        _ = try append([batch], durability: .synced)
        return own.count
    }

    // MARK: Journal

    /// The newest file stays as long as there is no newer one, also if all of it is sealed.
    private func leaveJournal() throws {
        // A seal retires files too: one that both found would be gone under one of them.
        try sealing.withLock { _ in
            try writer.withLock { try beginJournalIfNeeded(&$0) }
            try JournalDirectory(storeID: storeID, on: disk).retire(
                through: view.withLock { $0.catalogState.journalPosition })
        }
    }

    // MARK: Damaged files

    /// Files that were set aside because of damage go if they have something of the person, or if that cannot
    /// be told.
    private func eraseDamaged(_ scope: ErasureScope) throws -> [String] {
        var gone: [String] = []
        for directory in [
            JournalDirectory.damagedPath, BooksDirectory.damagedDirectory,
            QuarantineSeal.damagedDirectory, ContentFile.damagedDirectory,
        ] {
            for name in try disk.list(directory) {
                let path = joinPath(directory, name)
                let ids = scope.users + scope.wholeDevices.map(\.text)
                guard try ErasureCheck.mayHold(ids, path, on: disk) else { continue }
                try disk.unlink(path)
                gone.append(path)
            }
        }
        return gone
    }

    // MARK: Devices

    /// Devices that nobody else has events of: what is left of them is a logout at most.
    private func findWholeDevices(_ scope: ErasureScope) throws -> ErasureScope {
        var scope = scope
        let known = Set(scope.devices.map(\.name))
        scope.devices += try logoutDevices(scope).subtracting(known).sorted().map {
            ErasureScope.Device(name: $0, spans: [])
        }
        guard !scope.devices.isEmpty else { return scope }
        let observer = ScanObserver()
        let events = tables().events
        let columns = [EventColumn.deviceId, .event, .seq, .userId].map { Int($0.rawValue) }
        let names = scope.devices.map { Value.string($0.name) }
        let scan = try events.scan(
            ScanRequest(
                columns: columns, bounds: [ColumnBound(column: columns[0], .oneOf(names))],
                observer: observer))
        var others: Set<IdentityName> = []
        for unit in scan.units {
            let block = try unit.read(columns)
            let (devices, deviceNames) = block.columns[0].codesOrNulls
            let (kinds, kindNames) = block.columns[1].codesOrNulls
            let (users, userNames) = block.columns[3].codesOrNulls
            guard case .int64(let seqs) = block.columns[2].values else { continue }
            let logouts = kindNames.codes(of: ["clear"])
            let wanted = deviceNames.codes(of: scope.devices.map(\.name))
            guard !wanted.isEmpty else { continue }
            var seen: Set<Int32> = []
            for row in 0..<block.rowCount where wanted.contains(devices[row]) {
                let isLogout =
                    logouts.contains(kinds[row]) && seqs[row] <= scope.seqMax
                    && (users[row] < 0 || UserPlaceholder.matches(userNames[Int(users[row])]))
                if !isLogout { seen.insert(devices[row]) }
            }
            others.formUnion(seen.map { IdentityName(deviceNames[Int($0)]) })
        }
        // What cannot be read may be another's.
        guard observer.damage.isEmpty else { return scope }
        for place in scope.devices.indices {
            scope.devices[place].isWhole = !others.contains(
                IdentityName(scope.devices[place].name))
        }
        identity.update(scope)
        return scope
    }

    /// Devices from which the person has logged out: that is no link, and may be all that there is of them.
    private func logoutDevices(_ scope: ErasureScope) throws -> Set<String> {
        let columns = [EventColumn.deviceId, .userId, .event].map { Int($0.rawValue) }
        let users = scope.users.map { Value.string($0) }
        let events = view.withLock {
            EventsTable(schema: $0.schema, segments: $0.segments, tail: [])
        }
        let scan = try events.scan(
            ScanRequest(
                columns: columns,
                bounds: [
                    ColumnBound(column: columns[1], .oneOf(users)),
                    ColumnBound(column: columns[2], .oneOf([.string("clear")])),
                ], observer: ScanObserver()))
        var devices: Set<String> = []
        for unit in scan.units {
            let block = try unit.read(columns)
            for row in 0..<block.rowCount where block.columns[2][row] == .string("clear") {
                guard users.contains(block.columns[1][row]),
                    case .string(let device) = block.columns[0][row]
                else { continue }
                devices.insert(device)
            }
        }
        return devices
    }

    /// More is known of a request; after a crash it must be known still.
    func keep(_ scope: ErasureScope) throws {
        try ErasureDirectory(disk: disk).write(scope)
        erasing.withLock { erasing in
            erasing.scopes = erasing.scopes.map { $0.id == scope.id ? scope : $0 }
        }
        view.withLock { view in
            view.hidden = view.hidden.map { $0.id == scope.id ? scope : $0 }
        }
    }

    /// Looks for ids in every byte of the store, decompressed; see `ErasureCheck`.
    package func findTraces(of ids: [String]) throws(StoreError) -> ErasureCheck.Report {
        try ErasureCheck.run(ErasureCheck(disk: disk, ids: ids))
    }

    // MARK: Who is who

    /// The checkpoint of the map and the identity table are written anew.
    private func eraseIdentity() throws {
        let (events, position) = sealedEvents()
        let directory = IdentityDirectory(disk: disk, storeID: storeID, options: identity.options)
        if try !disk.list(IdentityCheckpoint.directory).isEmpty {
            guard
                let checkpoint = try identity.checkpointWithoutHidden(events, position: position)
            else {
                throw StoreError.io("the events that say who is who cannot all be read")
            }
            try directory.write(checkpoint)
            identity.keep(checkpoint)
        }
        try republishIdentity()
    }

    /// A query that began before may read a file still; it is overwritten when the last one ends. Who takes
    /// longer than `Limits.erasureQueryWait` meets what is left of it.
    private func waitForReaders(_ receipt: ErasureReceipt) throws {
        let start = ContinuousClock.now
        for segment in receipt.segments {
            let path = "events/" + segment.file
            while try disk.exists(path),
                ContinuousClock.now - start < .milliseconds(Limits.erasureQueryWait)
            {
                options.pause(10)
            }
        }
    }

    /// Nothing can be said of what cannot be read: then it is no time to say that everything is gone.
    private func requireReadable() throws {
        _ = try IdentityLog(disk: disk).catalog.load()
        for grain in RollupGrain.allCases {
            _ = try RollupTable(disk: disk, grain: grain).load()
        }
    }

    /// Files that no table has and that nobody has removed: of an interrupted seal or compaction, or replaced
    /// ones that could not go. Those that may hold something of the person go now.
    private func eraseLeftOver(_ scope: ErasureScope) throws {
        let ids = scope.users + scope.devices.map(\.name)
        try rewriting.withLock { _ in
            try sealing.withLock { sealing in
                try settleSuccession(&sealing)
                let live = view.withLock { view in
                    Set(view.segments.map(\.path))
                        .union(view.identityLog.flatMap { IdentityLog.paths(of: $0.entry) })
                        .union(view.rollupFiles.map(\.file.path))
                }
                for directory in ["events", IdentityLog.directory, IdentityLog.secondDirectory]
                    + RollupGrain.allCases.map(\.directory)
                {
                    for path in try ErasureCheck.files(in: directory, on: disk)
                    where !live.contains(path) && !path.contains("_delta_log/") {
                        guard try ErasureCheck.mayHold(ids, path, on: disk) else { continue }
                        try disk.unlink(path)
                    }
                }
            }
        }
    }

    private func finish(_ scope: ErasureScope, _ receipt: inout ErasureReceipt) throws {
        let directory = ErasureDirectory(disk: disk)
        let tombstones = writer.withLock { $0.tombstones }
        try directory.write(tombstones)
        receipt.snapshots = try directory.snapshots().map(\.directory)
        receipt.level = disk.overwritesInPlace() ? .overwritten : .unlinked
        receipt.erasedAt = options.now()
        receipt.status = .erased
        let (done, count) = (receipt, receipt.events)
        try erasing.withLock { erasing in
            try directory.write(done)
            try directory.remove(scope)
            erasing.scopes.removeAll { $0.id == scope.id }
            if erasing.scopes.isEmpty { disk.shred(false) }
        }
        erasureGauges.withLock { gauges in
            gauges.errors[scope.id] = nil
            gauges.erasedEvents += count
        }
        view.withLock { view in view.hidden.removeAll { $0.id == scope.id } }
        identity.unhide(scope)
    }
}
