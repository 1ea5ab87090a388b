/// The files of a log.
struct DeltaLogListing {
    /// Versions that have a commit, ascending.
    var commits: [Int64] = []
    /// Versions that have a checkpoint, ascending.
    var checkpoints: [Int64] = []
    var hasHint = false
    /// Names of files that an interrupted attempt left.
    var temporaries: [String] = []

    /// The version of the table. There was a commit wherever there is a checkpoint.
    var newest: Int64? {
        guard let commit = commits.last else { return checkpoints.last }
        return max(commit, checkpoints.last ?? commit)
    }

    init(_ names: [String]) {
        for name in names {
            if let version = DeltaCommit.version(ofFileNamed: name) {
                commits.append(version)
            } else if let version = DeltaCheckpoint.version(ofFileNamed: name) {
                checkpoints.append(version)
            } else if name == DeltaCheckpoint.hintName {
                hasHint = true
            } else if isTemporaryName(name) {
                temporaries.append(name)
            }
        }
        commits.sort()
        checkpoints.sort()
    }
}

extension CatalogLog {
    func listing() throws(DiskError) -> DeltaLogListing {
        DeltaLogListing(try disk.list(logDirectory))
    }

    /// Versions of which there is a copy.
    func copies() throws(DiskError) -> [Int64] {
        guard let copyDirectory else { return [] }
        return DeltaLogListing(try disk.list(copyDirectory)).commits
    }

    func path(of version: Int64) -> String {
        joinPath(logDirectory, DeltaCommit.fileName(version))
    }

    func path(ofCheckpoint version: Int64) -> String {
        joinPath(logDirectory, DeltaCheckpoint.fileName(version))
    }

    var hintPath: String { joinPath(logDirectory, DeltaCheckpoint.hintName) }

    func copyPath(of version: Int64) -> String? {
        copyDirectory.map { joinPath($0, DeltaCommit.fileName(version)) }
    }
}
