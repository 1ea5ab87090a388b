package import Columns

/// The files of a table held against its log: what is missing, what is there besides, what is damaged.
package struct CatalogFiles: Sendable {
    package enum Finding: Sendable, Hashable {
        case missing
        /// Bytes that the log and the directory say.
        case otherSize(expected: Int, found: Int)
        /// Left out of the table by this version, and kept a while for those who read it; `nil`: by one that has gone.
        case replaced(version: Int64?)
        /// Of an interrupted seal, compaction or publication, or being written now.
        case unnamed
        /// A file that was being written when its writer ended, or is now.
        case temporary
        /// Of the log: a copy of a commit that is not sound or says something else, or a file that was found
        /// damaged and kept.
        case damaged(String)
        case keptDamaged
    }

    package struct File: Sendable, Hashable {
        /// From the store on.
        package var path: String
        package var size: Int?
        package var rows: Int?
        package var finding: Finding?

        /// Whether anything is lost or may be.
        package var isDamage: Bool {
            switch finding {
            case .missing, .otherSize, .damaged: true
            case .replaced, .unnamed, .temporary, .keptDamaged, nil: false
            }
        }
    }

    package private(set) var files: [File] = []
    package private(set) var version: Int64 = 0
    /// Of the log itself.
    package private(set) var damage: [Damage] = []
    private let table: CatalogTable

    /// - Throws: `CatalogError` if the log cannot be read, `DiskError`.
    package init(of table: CatalogTable) throws {
        self.table = table
        guard let state = try table.log.load() else { return }
        version = state.version
        let history = try CommitHistory(of: table)
        damage = history.damage
        var replacedBy: [String: Int64] = [:]
        for entry in history.entries {
            for path in entry.removed { replacedBy[path] = entry.version }
        }
        let directory = table.name.rawValue
        for segment in state.segments {
            var file = File(
                path: joinPath(directory, segment.path), size: segment.size, rows: segment.rowCount)
            let size = try size(of: file.path)
            if let size, size != segment.size {
                file.finding = .otherSize(expected: segment.size, found: size)
            } else if size == nil {
                file.finding = .missing
            }
            files.append(file)
        }
        let live = Set(files.map(\.path))
        let known = Set(state.removed.map { joinPath(directory, $0.path) })
        for path in try foundFiles(state) where !live.contains(path) {
            var file = File(path: path, size: try size(of: path))
            let relative = String(path.dropFirst(directory.count + 1))
            if isTemporaryName(splitPath(path).name) {
                file.finding = .temporary
            } else if let version = replacedBy[relative] {
                file.finding = .replaced(version: version)
            } else {
                file.finding = known.contains(path) ? .replaced(version: nil) : .unnamed
            }
            files.append(file)
        }
        if table.name == .events { try addCopies() }
    }

    private func size(of path: String) throws -> Int? {
        let handle: FileHandle
        do throws(DiskError) {
            handle = try table.disk.openFile(path, .read)
        } catch {
            if error.isNotFound { return nil }
            throw error
        }
        defer { try? table.disk.close(handle) }
        return try table.disk.size(of: handle)
    }

    /// All files where those of the table are.
    private func foundFiles(_ state: CatalogState) throws -> [String] {
        let directory = table.name.rawValue
        switch table.name {
        case .events:
            return try SegmentSweep(disk: table.disk, directory: directory, state: state).files()
                .sorted()
        case .identity:
            return try table.disk.list(directory)
                .filter {
                    IdentityLake.isDataFile($0) || isTemporaryName($0) && $0.contains(".parquet")
                }
                .map { joinPath(directory, $0) }
        }
    }

    /// Copies of commits, and what was set aside as damaged.
    private mutating func addCopies() throws {
        let listing = try table.log.listing()
        for version in try table.log.copies() {
            guard let path = table.log.copyPath(of: version), listing.commits.contains(version),
                let message = try difference(of: path, version)
            else { continue }
            files.append(File(path: path, finding: .damaged(message)))
        }
        let directory = CatalogLog.damagedDirectory
        for name in try table.disk.list(directory) {
            let path = joinPath(directory, name)
            files.append(File(path: path, size: try size(of: path), finding: .keptDamaged))
        }
    }

    /// What there is against a copy; `nil`: nothing.
    private func difference(of path: String, _ version: Int64) throws -> String? {
        do {
            let copy = try table.log.readAll(path)
            _ = try DeltaStep.steps(in: copy, file: path)
            // Damage of the commit itself is told elsewhere.
            let commit = try table.log.read(version)
            return commit.damage == nil && commit.text != copy
                ? "says something else than its commit" : nil
        } catch let error as CatalogError {
            if case .missing = error { return nil }
            return "\(error)"
        }
    }
}
