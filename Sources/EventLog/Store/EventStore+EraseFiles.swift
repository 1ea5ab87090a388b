import Columns
import Crypto
import Parquet
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
            guard let (scope, key) = known, let key else { return nil }
            var receipt = scope.receipt(key)
            receipt.exports = try removeExports(scope)
            receipt.quarantined = try leaveQuarantine(scope)
            try sealAll()
            try JournalDirectory(storeID: storeID, on: disk).retire(
                through: view.withLock { $0.catalogState.journalPosition })
            receipt.damagedFiles = try eraseDamaged(scope)
            let whole = try findWholeDevices(scope)
            receipt.devices = whole.devices.count
            guard try rewriting.withLock({ _ in try erase(whole, &receipt, progress, isCancelled) })
            else { return nil }
            try eraseIdentity()
            cache.removeAll()
            try waitForReaders(receipt)
            try finish(whole, &receipt)
            return receipt
        } catch {
            let error = StoreError(error)
            erasing.withLock { $0.errors[id] = "\(error)" }
            throw error
        }
    }

    // MARK: Quarantine

    /// Refused events that name the person are given up.
    private func leaveQuarantine(_ scope: ErasureScope) throws -> Int {
        let names = scope.users.map { Array($0.utf8) }
        let ids = quarantinedIDs()
        guard !ids.isEmpty else { return 0 }
        let own = try quarantined(Set(ids)).filter { event in
            names.contains { TokenSearch($0).isFound(in: event.bytes) }
        }
        guard !own.isEmpty else { return 0 }
        var batch = EventBatch(producer: "", peer: .unknown, receivedAt: options.now())
        batch.leavingQuarantine = own.map(\.id)
        _ = try append([batch], durability: .synced)
        return own.count
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
                guard try ErasureCheck.mayHold(scope.users, path, on: disk) else { continue }
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
        guard !scope.devices.isEmpty else { return scope }
        let observer = ScanObserver()
        let events = tables().events
        let columns = [EventColumn.deviceId, .event, .seq].map { Int($0.rawValue) }
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
            guard case .int64(let seqs) = block.columns[2].values else { continue }
            var seen: Set<Int32> = []
            for row in 0..<block.rowCount where devices[row] >= 0 {
                let isLogout =
                    kinds[row] >= 0 && kindNames[Int(kinds[row])] == "clear"
                    && seqs[row] <= scope.seqMax
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
        try ErasureDirectory(disk: disk).write(scope)
        identity.update(scope)
        let found = scope
        erasing.withLock { erasing in
            erasing.scopes = erasing.scopes.map { $0.id == found.id ? found : $0 }
        }
        view.withLock { view in
            view.hidden = view.hidden.map { $0.id == found.id ? found : $0 }
        }
        return scope
    }

    // MARK: Segments

    private struct Found {
        var segment: SegmentFile
        var isKept: [Bool]
        var identities: [EventIdentity]
    }

    /// - Returns: `false` if it was cancelled.
    private func erase(
        _ scope: ErasureScope, _ receipt: inout ErasureReceipt, _ progress: (Int, Int) -> Void,
        _ isCancelled: () -> Bool
    ) throws -> Bool {
        let (schema, segments) = view.withLock { ($0.schema, $0.segments) }
        let concerned = segments.filter { $0.entry.seqMin <= scope.seqMax }
        for (number, segment) in concerned.enumerated() {
            guard !isCancelled() else { return false }
            progress(number, concerned.count)
            guard let found = try find(scope, in: segment, schema) else { continue }
            // Known before they are gone: the same event must not come back in between.
            try remember(found.identities, of: scope)
            receipt.events += found.identities.count
            receipt.segments.append(try rewrite(found))
        }
        progress(concerned.count, concerned.count)
        dropReplaced()
        return true
    }

    /// - Returns: `nil` if the segment has no event of the person.
    private func find(
        _ scope: ErasureScope, in segment: SegmentFile, _ schema: EventSchema
    ) throws -> Found? {
        let observer = ScanObserver()
        let table = EventsTable(schema: schema, segments: [segment], tail: [])
        let scan = try table.scan(ScanRequest(columns: [], bounds: [], observer: observer))
        let idColumns = [EventColumn.producer, .eventId].map { Int($0.rawValue) }
        var isKept: [Bool] = []
        var identities: [EventIdentity] = []
        var hashers: [String: EventIdentityHasher] = [:]
        for unit in scan.units {
            let block = try unit.read(ErasureScope.positions)
            let isOwn = try scope.rows(of: block) { try AdministrativeRows(of: unit) }
            isKept += isOwn.map { !$0 }
            guard isOwn.contains(true) else { continue }
            let ids = try unit.read(idColumns)
            for row in isOwn.indices where isOwn[row] {
                guard case .string(let producer) = ids.columns[0][row],
                    case .string(let eventId) = ids.columns[1][row]
                else { continue }
                let hasher =
                    hashers[producer]
                    ?? EventIdentityHasher(producer: producer, key: identityKey)
                hashers[producer] = hasher
                identities.append(
                    Array(eventId.utf8).withUnsafeBytes { hasher.identity(of: $0) })
            }
        }
        if let damage = observer.damage.first {
            throw StoreError.io(
                "\(damage.file): \(damage.message); whose its events are cannot be told")
        }
        return isKept.contains(false)
            ? Found(segment: segment, isKept: isKept, identities: identities) : nil
    }

    private func remember(_ identities: [EventIdentity], of scope: ErasureScope) throws {
        let tombstones = writer.withLock { writer in
            writer.tombstones.add(identities, at: scope.requestedAt)
            writer.tombstones.dropErased(before: options.now() - Limits.erasedIdentityAge)
            writer.dedup.erase(identities)
            return writer.tombstones
        }
        try ErasureDirectory(disk: disk).write(tombstones)
    }

    private func rewrite(_ found: Found) throws -> ErasureReceipt.Segment {
        let segment = found.segment
        let squasher =
            try segment.open().squash == nil
            ? nil : identity.squasher(sealedEvents().events, position: sealedEvents().position)
        let before = try Self.digest(of: disk.readAll(segment.path))
        var receipt = ErasureReceipt.Segment(
            file: segment.entry.path, sha256: before, events: found.isKept.count { !$0 })
        let outputs = try merge([segment], squasher).run(keyValues: footer(squasher)) { _ in
            RowDivision(keeping: found.isKept)
        }
        guard let written = try replace([segment], by: outputs, .delete) else {
            throw StoreError.io("\(segment.path) is not live any more")
        }
        if let entry = written.first, let output = outputs.first {
            receipt.newFile = entry.path
            receipt.newSha256 = Self.digest(of: output.bytes)
        }
        return receipt
    }

    private static func digest(of bytes: [UInt8]) -> String {
        SHA256.hash(data: bytes).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count < 2 ? "0" + digits : digits
        }.joined()
    }

    /// Files that others have taken the place of go now, whoever outside reads them.
    private func dropReplaced() {
        let files = replaced.withLock { replaced in
            defer { replaced = [] }
            return replaced
        }
        for file in files {
            if let segment = file.segment {
                segment.markObsolete()
            } else {
                try? disk.unlink(file.path)
            }
        }
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

    /// A query that began before may read a file still; it is overwritten when the last one ends.
    private func waitForReaders(_ receipt: ErasureReceipt) throws {
        let start = ContinuousClock.now
        for segment in receipt.segments {
            let path = "events/" + segment.file
            while try disk.exists(path) {
                guard ContinuousClock.now - start < .milliseconds(Limits.erasureQueryWait) else {
                    throw StoreError.io("a query still reads \(path)")
                }
                options.pause(10)
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
        try directory.write(receipt)
        try directory.remove(scope)
        let count = receipt.events
        erasing.withLock { erasing in
            erasing.scopes.removeAll { $0.id == scope.id }
            erasing.errors[scope.id] = nil
            erasing.erasedEvents += count
            if erasing.scopes.isEmpty { disk.shred(false) }
        }
        view.withLock { view in view.hidden.removeAll { $0.id == scope.id } }
        identity.unhide(scope)
    }
}
