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
            guard case (var scope, let key?)? = known else { return nil }
            var receipt = scope.receipt(key)
            receipt.quarantined = try leaveQuarantine(scope)
            try sealAll()
            try leaveJournal()
            receipt.damagedFiles = try eraseDamaged(scope)
            scope = try findWholeDevices(scope)
            receipt.devices = scope.devices.count
            let isDone = try rewriting.withLock { _ in
                try eraseSegments(&scope, &receipt, progress, isCancelled)
            }
            guard isDone else { return nil }
            receipt.exports = try removeExports(scope)
            try eraseIdentity()
            cache.removeAll()
            try waitForReaders(receipt)
            try finish(scope, &receipt)
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

    // MARK: Journal

    /// The newest file stays as long as there is no newer one, also if all of it is sealed.
    private func leaveJournal() throws {
        try writer.withLock { try beginJournalIfNeeded(&$0) }
        try JournalDirectory(storeID: storeID, on: disk).retire(
            through: view.withLock { $0.catalogState.journalPosition })
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
            let isNobody = (0..<userNames.count).map { UserPlaceholder.matches(userNames[$0]) }
            guard case .int64(let seqs) = block.columns[2].values else { continue }
            var seen: Set<Int32> = []
            for row in 0..<block.rowCount where devices[row] >= 0 {
                let isLogout =
                    kinds[row] >= 0 && kindNames[Int(kinds[row])] == "clear"
                    && seqs[row] <= scope.seqMax
                    && (users[row] < 0 || isNobody[Int(users[row])])
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
        try keep(scope)
        identity.update(scope)
        return scope
    }

    /// More is known of a request; after a crash it must be known still.
    private func keep(_ scope: ErasureScope) throws {
        try ErasureDirectory(disk: disk).write(scope)
        erasing.withLock { erasing in
            erasing.scopes = erasing.scopes.map { $0.id == scope.id ? scope : $0 }
        }
        view.withLock { view in
            view.hidden = view.hidden.map { $0.id == scope.id ? scope : $0 }
        }
    }

    // MARK: Segments

    /// A segment with events of the person.
    private struct Found {
        var segment: SegmentFile
        /// Rows that go, ascending.
        var rows: [Int] = []
        /// Of these, logouts from devices that others have events of.
        var logouts: [Int] = []
        var identities: [EventIdentity] = []
        var times: ClosedRange<Int64>?

        var isKept: [Bool] { division(of: rows).map { !$0 } }

        /// By row of the segment, whether it is one of these.
        func division(of rows: [Int]) -> [Bool] {
            var isOne = [Bool](repeating: false, count: segment.entry.rowCount)
            for row in rows { isOne[row] = true }
            return isOne
        }
    }

    /// - Returns: `false` if it was cancelled.
    private func eraseSegments(
        _ scope: inout ErasureScope, _ receipt: inout ErasureReceipt,
        _ progress: (Int, Int) -> Void, _ isCancelled: () -> Bool
    ) throws -> Bool {
        let (schema, segments) = view.withLock { ($0.schema, $0.segments) }
        let concerned = segments.filter { $0.entry.seqMin <= scope.seqMax }
        var found: [Found] = []
        for (number, segment) in concerned.enumerated() {
            guard !isCancelled() else { return false }
            progress(number, 2 * concerned.count)
            if let own = try find(scope, in: segment, schema) { found.append(own) }
        }
        // Known before they are gone: what is sent again must not be taken for new in between.
        try remember(found.flatMap(\.identities), of: scope)
        let times = found.compactMap(\.times) + (scope.times.map { [$0] } ?? [])
        if let first = times.map(\.lowerBound).min(), let last = times.map(\.upperBound).max() {
            scope.times = first...last
            try keep(scope)
        }
        for (number, own) in found.enumerated() {
            guard !isCancelled() else { return false }
            progress(concerned.count + concerned.count * number / found.count, 2 * concerned.count)
            receipt.events += own.rows.count
            receipt.segments.append(try rewrite(own))
        }
        progress(2 * concerned.count, 2 * concerned.count)
        try eraseIdentityLog(scope, schema)
        try eraseRollups(scope, &receipt)
        dropReplaced()
        return true
    }

    /// What is counted of the person's events, of which some had gone before.
    private func eraseRollups(_ scope: ErasureScope, _ receipt: inout ErasureReceipt) throws {
        let erasure = try eraseRollupRows { user, device, times in
            scope.takes(user: user, device: device, time: times.lowerBound)
        }
        for file in erasure.files { try disk.unlink(file) }
        receipt.rollupRows = erasure.rows
    }

    /// What events that had gone before said about the person.
    private func eraseIdentityLog(_ scope: ErasureScope, _ schema: EventSchema) throws {
        let (files, leaves) = view.withLock { ($0.identityLog, $0.catalogState.leaves) }
        for file in files where file.entry.seqMin <= scope.seqMax {
            guard let found = try find(scope, in: file, schema) else { continue }
            let outputs = try merge([file], nil).run(keyValues: footer(nil)) { _ in
                RowDivision(keeping: found.isKept)
            }
            try replaceInIdentityLog([file], by: outputs + logouts(of: found), leaves)
        }
    }

    /// Logouts without the ids of who logged out: they part what others did on the device before and after.
    private func logouts(of found: Found) throws -> [SegmentMerge.Output] {
        guard !found.logouts.isEmpty else { return [] }
        var merge = merge([found.segment], nil)
        merge.replacement = { position, reader in
            position == Int(EventColumn.userId.rawValue)
                ? Column(nulls: reader.rowCount, type: .string)
                : try IdentityLogRows.column(position, reader)
        }
        return try merge.run(keyValues: footer(nil)) { _ in
            RowDivision(keeping: found.division(of: found.logouts))
        }
    }

    /// - Returns: `nil` if the segment has no event of the person.
    private func find(
        _ scope: ErasureScope, in segment: SegmentFile, _ schema: EventSchema
    ) throws -> Found? {
        let observer = ScanObserver()
        let table = EventsTable(schema: schema, segments: [segment], tail: [])
        let scan = try table.scan(ScanRequest(columns: [], bounds: [], observer: observer))
        var found = Found(segment: segment)
        var start = 0
        for unit in scan.units {
            let block = try unit.read(ErasureScope.positions)
            let isOwn = try scope.rows(of: block) { try AdministrativeRows(of: unit) }
            let rows = isOwn.indices.filter { isOwn[$0] }
            defer { start += unit.rowCount }
            guard !rows.isEmpty else { continue }
            found.rows += rows.map { start + $0 }
            found.logouts += scope.sharedLogouts(among: rows, of: block).map { start + $0 }
            found.identities += try identities(of: rows, in: unit)
            guard case .int64(let times) = block.columns[3].values else { continue }
            for row in rows {
                let known = found.times ?? times[row]...times[row]
                found.times =
                    min(known.lowerBound, times[row])...max(known.upperBound, times[row])
            }
        }
        if let damage = observer.damage.first {
            throw StoreError.io(
                "\(damage.file): \(damage.message); whose its events are cannot be told")
        }
        return found.rows.isEmpty ? nil : found
    }

    private func identities(of rows: [Int], in unit: any ScanUnit) throws -> [EventIdentity] {
        let ids = try unit.read([EventColumn.producer, .eventId].map { Int($0.rawValue) })
        var hashers: [String: EventIdentityHasher] = [:]
        return rows.compactMap { row in
            guard case .string(let producer) = ids.columns[0][row],
                case .string(let eventId) = ids.columns[1][row]
            else { return nil }
            let hasher =
                hashers[producer] ?? EventIdentityHasher(producer: producer, key: identityKey)
            hashers[producer] = hasher
            return Array(eventId.utf8).withUnsafeBytes { hasher.identity(of: $0) }
        }
    }

    private func remember(_ identities: [EventIdentity], of scope: ErasureScope) throws {
        guard !identities.isEmpty else { return }
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
        let (events, position) = sealedEvents()
        let squasher =
            try segment.open().squash == nil
            ? nil : identity.squasher(events, position: position)
        let before = try Self.digest(of: disk.readAll(segment.path))
        var receipt = ErasureReceipt.Segment(
            file: segment.entry.path, sha256: before, events: found.rows.count)
        let isKept = found.isKept
        let outputs = try merge([segment], squasher).run(keyValues: footer(squasher)) { _ in
            RowDivision(keeping: isKept)
        }
        let logouts = try logouts(of: found)
        if !logouts.isEmpty { try addToIdentityLog(logouts) }
        let moves = try moves(of: [segment], except: isKept, to: .erased)
        guard let written = try replace([segment], by: outputs, .erase, moving: moves) else {
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
