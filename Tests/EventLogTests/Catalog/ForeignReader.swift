import TestSupport

@testable import EventLog

/// A log as another engine reads it: the checkpoint that `_last_checkpoint` names, else the newest
/// there is, then each commit after it. It knows neither copies nor damage.
struct ForeignReader {
    struct Unreadable: Error {
        var message: String
    }

    let disk: SimulatedDisk
    let directory: String

    init(_ disk: SimulatedDisk, directory: String = "events") {
        self.disk = disk
        self.directory = directory
    }

    private var log: String { directory + "/_delta_log/" }

    private func content(_ name: String) throws -> [UInt8] {
        guard let bytes = disk.content(of: log + name) else {
            throw Unreadable(message: "\(name) is missing")
        }
        return bytes
    }

    /// - Parameter usesHint: some engines list the directory instead.
    /// - Returns: `nil` if there is no table.
    func state(usesHint: Bool) throws -> CatalogState? {
        let names = try disk.list(directory + "/_delta_log")
        var base = names.compactMap(DeltaCheckpoint.version(ofFileNamed:)).max()
        if usesHint, names.contains(DeltaCheckpoint.hintName) {
            base = DeltaCheckpoint.version(inHint: try content(DeltaCheckpoint.hintName))
            if base == nil { throw Unreadable(message: "the hint") }
        }
        var replay = DeltaReplay()
        if let base {
            let name = DeltaCheckpoint.fileName(base)
            guard
                let found = try DeltaCheckpoint.replay(
                    try content(name), version: base, file: name)
            else { throw Unreadable(message: name) }
            replay = found
        }
        let newest = names.compactMap(DeltaCommit.version(ofFileNamed:)).max()
        guard let newest = [newest, base].compactMap(\.self).max() else { return nil }
        for version in stride(from: (base ?? -1) + 1, through: newest, by: 1) {
            let name = DeltaCommit.fileName(version)
            replay.apply(try DeltaStep.steps(in: try content(name), file: name))
        }
        return try replay.state(version: newest, file: "")
    }
}
