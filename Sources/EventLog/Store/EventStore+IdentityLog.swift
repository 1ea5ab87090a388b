import Columns
import Synchronization

extension EventStore {
    /// Keeps what events that are about to go say about persons; durable on return.
    /// - Precondition: `rewriting` is held.
    /// - Parameter isKept: by row, in the order of the inputs: those that do not go; `nil`: all go.
    func keepIdentity(of inputs: [SegmentFile], except isKept: [Bool]? = nil) throws {
        let (events, position) = sealedEvents()
        guard let known = try identity.sealedMap(events, position: position) else { return }
        var merge = merge(inputs, nil)
        let reader = try MergeReader(inputs: inputs, schema: merge.schema, seed: identityKey)
        let wanted = try IdentityLogRows(map: known.map).wanted(reader, except: isKept)
        guard wanted.contains(true) else { return }
        merge.replacement = IdentityLogRows.column
        let outputs = try merge.run(keyValues: footer(nil)) { _ in RowDivision(keeping: wanted) }
        try addToIdentityLog(outputs)
    }

    /// Adds rows to the log; durable on return.
    /// - Precondition: `rewriting` is held.
    func addToIdentityLog(_ outputs: [SegmentMerge.Output]) throws {
        let leaves = view.withLock { $0.catalogState.leaves }
        try changeIdentityLog { log, state in
            try log.write(
                outputs, to: state, storeID: storeID, leaves: leaves, now: options.now())
        }
        try compactIdentityLog(leaves)
    }

    /// Makes one file of the small ones if there are many. If that fails, there are many.
    private func compactIdentityLog(_ leaves: [CatalogLeaf]) throws {
        let files = view.withLock { $0.identityLog }
        guard files.count > IdentityLog.fileCountMax else { return }
        var rowCount = 0
        let small = files.sorted { $0.entry.rowCount < $1.entry.rowCount }.prefix {
            rowCount += $0.entry.rowCount
            return rowCount <= Limits.compactRowCountMax
        }
        guard small.count > 1 else { return }
        let inputs = Array(small)
        let outputs = try merge(inputs, nil).run(keyValues: footer(nil)) {
            RowDivision(keeping: [Bool](repeating: true, count: $0.count))
        }
        try replaceInIdentityLog(inputs, by: outputs, leaves)
    }

    /// Puts files of the log in the place of others; both copies of those stay for a while.
    /// - Precondition: `rewriting` is held.
    func replaceInIdentityLog(
        _ inputs: [SegmentFile], by outputs: [SegmentMerge.Output], _ leaves: [CatalogLeaf]
    ) throws {
        try changeIdentityLog { log, state in
            try log.write(
                outputs, replacing: inputs, to: state, storeID: storeID, leaves: leaves,
                now: options.now())
        }
        let now = options.now()
        replaced.withLock { replaced in
            for file in inputs {
                for path in IdentityLog.paths(of: file.entry) {
                    replaced.append(
                        ReplacedFile(
                            path: path, size: file.entry.size, at: now,
                            segment: path == file.path ? file : nil))
                }
            }
        }
    }

    /// Makes the log's next version the one that is read.
    private func changeIdentityLog(
        _ body: (IdentityLog, CatalogState?) throws -> CatalogState
    ) throws {
        let log = IdentityLog(disk: disk)
        let files = try identityLog.withLock { known in
            if known.mustPrepare {
                // What became of a change that failed, only the disk can tell.
                try log.prepare(now: options.now())
                known.catalog = try log.catalog.load()
            }
            known.mustPrepare = true
            let new = try body(log, known.catalog)
            known.catalog = new
            known.mustPrepare = false
            return try log.state(new, cache).files
        }
        view.withLock { view in
            // A file that is in use stays the same object.
            let before = Dictionary(
                view.identityLog.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
            view.identityLog = files.map { before[$0.path] ?? $0 }
        }
    }

    /// Reads both copies of the log, and makes a damaged one good.
    /// - Throws: `StoreError.io` if neither of a file's is sound: then nothing more may rely on the log.
    func mendIdentityLog() throws {
        let damage = try identityLog.withLock { known in
            try known.catalog.map { try IdentityLog(disk: disk).mend($0) } ?? []
        }
        if let first = damage.first {
            throw StoreError.io("\(first.file): \(first.message)")
        }
    }

    /// What the writer knows of the log.
    struct KnownIdentityLog {
        /// `nil`: nothing has ever gone, or it cannot be read.
        var catalog: CatalogState?
        /// What is known may not be what the disk says.
        var mustPrepare = true
    }
}
