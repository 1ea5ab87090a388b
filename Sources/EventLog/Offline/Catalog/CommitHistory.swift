package import Columns

/// What each commit of a table did, as far as commits are still there (docs/CatalogFormat.md).
package struct CommitHistory: Sendable {
    package struct Entry: Sendable, Hashable {
        package var version: Int64
        /// When it was made, in ms since 1970, and what it says it did; `nil` if it does not say.
        package var time: Int64?
        package var operation: String?
        package var added: [String] = []
        package var removed: [String] = []
        package var addedRows = 0
        /// `nil` if a file went of which nobody knows any more how many it had.
        package var removedRows: Int? = 0
        package var journalPosition: Int64?
        package var movesPosition: Int64?
        /// Columns that there are from here on, where that changes.
        package var columnCount: Int?
        /// Both clocks when it was made, if it says so.
        package var clocks: CommitClocks?
        /// Whether a checkpoint says what all up to here comes to.
        package var hasCheckpoint = false
        /// Whether the commit itself has gone, and only its checkpoint is there.
        package var isGone = false
        /// Whether neither it nor a copy can be read.
        package var isUnreadable = false
    }

    /// Ascending.
    package private(set) var entries: [Entry] = []
    /// Commits that were not sound, and checkpoints.
    package private(set) var damage: [Damage] = []
    private var rows: [String: Int] = [:]

    /// - Throws: `DiskError`.
    package init(of table: CatalogTable) throws {
        let listing = try table.log.listing()
        var checkpoints = Set(listing.checkpoints)
        var versions = Set(listing.commits).union(checkpoints)
        // A version that is missing below the newest may have a copy.
        if let first = listing.commits.first, let last = listing.commits.last {
            let copies = try table.log.copies().filter { first...last ~= $0 }
            versions.formUnion(copies)
            if let hole = Self.firstHole(versions.filter { first...last ~= $0 }) {
                damage.append(
                    Damage(
                        file: table.log.path(of: hole),
                        message: "missing, and there is no copy of it"))
            }
        }
        for version in checkpoints {
            do {
                guard
                    let state = try table.log.readCheckpoint(version)?.state(
                        version: version, file: table.log.path(ofCheckpoint: version))
                else { continue }
                for segment in state.segments { rows[segment.path] = segment.rowCount }
            } catch let error as CatalogError {
                checkpoints.remove(version)
                damage.append(
                    Damage(file: table.log.path(ofCheckpoint: version), message: "\(error)"))
            }
        }
        for version in versions.sorted() {
            var entry = Entry(version: version)
            entry.hasCheckpoint = checkpoints.contains(version)
            if listing.commits.contains(version) || (listing.commits.first ?? .max) <= version {
                try read(version, of: table, &entry)
            } else {
                entry.isGone = true
            }
            entries.append(entry)
        }
    }

    private static func firstHole(_ versions: Set<Int64>) -> Int64? {
        let sorted = versions.sorted()
        return zip(sorted, sorted.dropFirst()).first { $0 + 1 < $1 }.map { $0.0 + 1 }
    }

    private mutating func read(
        _ version: Int64, of table: CatalogTable, _ entry: inout Entry
    ) throws {
        let commit: CatalogLog.Commit
        do {
            commit = try table.log.read(version)
        } catch let error as CatalogError {
            entry.isUnreadable = true
            damage.append(Damage(file: table.log.path(of: version), message: "\(error)"))
            return
        }
        if let found = commit.damage { damage.append(found) }
        let end = commit.text.firstIndex(of: UInt8(ascii: "\n")) ?? commit.text.endIndex
        let info = (try? CatalogJSONReader.read(commit.text[..<end]))?["commitInfo"]
        entry.operation = info?["operation"]?.string
        entry.clocks = info.flatMap(CommitClocks.init)
        for step in commit.steps { take(step, &entry) }
    }

    private mutating func take(_ step: DeltaStep, _ entry: inout Entry) {
        switch step {
        case .supported: break
        case .table(_, let leaves, _): entry.columnCount = leaves.count
        case .position(let position): entry.journalPosition = position
        case .movesPosition(let position): entry.movesPosition = position
        case .info(let time, _): entry.time = time
        case .add(let segment):
            entry.added.append(segment.path)
            entry.addedRows += segment.rowCount
            rows[segment.path] = segment.rowCount
        case .remove(let path, _, _):
            entry.removed.append(path)
            let count = rows[path]
            entry.removedRows = entry.removedRows.flatMap { total in count.map { total + $0 } }
        }
    }
}
