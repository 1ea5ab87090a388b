import Columns
import Parquet
import Synchronization

/// Taking a person's events out of segments, and out of what is made of events and outlives them.
extension EventStore {
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
    func eraseSegments(
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
            receipt.segments.append(try rewrite(own, receipt: receipt.id))
            // A crash costs the account of one segment at most.
            try ErasureDirectory(disk: disk).write(receipt)
        }
        progress(2 * concerned.count, 2 * concerned.count)
        let wasGone = try eraseIdentityLog(scope, schema)
        try eraseRollups(scope, &receipt)
        // When that happened is not known any more, and any export may have it.
        if wasGone || receipt.rollupRows > 0 { scope.times = .min ... .max }
        dropReplaced()
        return true
    }

    /// What is counted of the person's events, of which some had gone before.
    private func eraseRollups(_ scope: ErasureScope, _ receipt: inout ErasureReceipt) throws {
        let erasure = try eraseRollupRows { user, device, times in
            scope.takes(user: user, device: device, time: times.lowerBound)
        }
        // What cannot be removed now is found at the end.
        for file in erasure.files { try? disk.unlink(file) }
        receipt.rollupRows += erasure.rows
    }

    /// What events that had gone before said about the person.
    /// - Returns: whether they said anything.
    private func eraseIdentityLog(_ scope: ErasureScope, _ schema: EventSchema) throws -> Bool {
        var isFound = false
        let (files, leaves) = view.withLock { ($0.identityLog, $0.catalogState.leaves) }
        for file in files where file.entry.seqMin <= scope.seqMax {
            guard let found = try find(scope, in: file, schema) else { continue }
            let outputs = try merge([file], nil).run(keyValues: footer(nil)) { _ in
                RowDivision(keeping: found.isKept)
            }
            try replaceInIdentityLog([file], by: outputs + logouts(of: found), leaves)
            isFound = true
        }
        return isFound
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
        // Squashed persons are of an earlier day, and other people's events may name the person there.
        if found.rows.isEmpty, try !isSquashed(scope, in: segment) { return nil }
        return found
    }

    private func isSquashed(_ scope: ErasureScope, in segment: SegmentFile) throws -> Bool {
        let opened = try segment.open()
        guard let leaf = opened.leaves[PersonSquash.columnName] else { return false }
        let names = Set(scope.users.compactMap { Person.user($0).id.map(IdentityName.init) })
        for rowGroup in opened.file.rowGroups.indices {
            let read = try opened.file.readColumn(rowGroup: rowGroup, leaf: leaf)
            let (_, persons) = read.column.codesOrNulls
            if (0..<persons.count).contains(where: { names.contains(IdentityName(persons[$0])) }) {
                return true
            }
        }
        return false
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
        let tombstones = writer.withLock { writer in
            // Of an attempt before this one some are known.
            let new = identities.filter { !writer.dedup.isErased($0) }
            writer.tombstones.add(new, at: scope.requestedAt)
            writer.tombstones.dropErased(before: options.now() - Limits.erasedIdentityAge)
            writer.dedup.erase(new)
            return writer.tombstones
        }
        try ErasureDirectory(disk: disk).write(tombstones)
    }

    private func rewrite(_ found: Found, receipt id: String) throws -> ErasureReceipt.Segment {
        let segment = found.segment
        let (events, position) = sealedEvents()
        let squasher =
            try segment.open().squash == nil
            ? nil : identity.squasher(events, position: position)
        let content = try disk.readAll(segment.path)
        let before = Digest256(of: content)
        var receipt = ErasureReceipt.Segment(
            file: segment.entry.path, sha256: before.text, events: found.rows.count)
        let isKept = found.isKept
        // Nothing of a file that is not the one that was written is copied unread.
        let removal =
            squasher == nil && segment.entry.sha256 == before
            ? SegmentRemoval(content, of: segment, rows: found.rows) : nil
        let outputs =
            try removal?.output(keyValues: footer(nil))
            ?? merge([segment], squasher).run(keyValues: footer(squasher)) { _ in
                RowDivision(keeping: isKept)
            }
        let logouts = try logouts(of: found)
        if !logouts.isEmpty { try addToIdentityLog(logouts) }
        let moves =
            try found.rows.isEmpty ? nil : moves(of: [segment], except: isKept, to: .erased)
        let cause = ChangeCause(receipt: id, digests: [segment.entry.path: before])
        guard
            let written = try replace([segment], by: outputs, .erase, because: cause, moving: moves)
        else { throw StoreError.io("\(segment.path) is not live any more") }
        if let entry = written.first {
            receipt.newFile = entry.path
            receipt.newSha256 = entry.sha256?.text
        }
        return receipt
    }

    /// Files that others have taken the place of go now, whoever outside reads them.
    private func dropReplaced() {
        let files = replaced.withLock { replaced in
            defer { replaced = [] }
            return replaced
        }
        for file in files { file.remove(from: disk) }
    }
}
