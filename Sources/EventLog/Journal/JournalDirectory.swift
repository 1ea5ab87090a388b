package import Columns

/// A journal file by its name.
package struct JournalFile: Sendable, Hashable {
    package let path: String
    /// The first sequence number that the file was made for.
    package let firstSeq: Int64
}

/// What a replay found, and what `rewrite` needs to know of it.
package struct JournalReplay: Sendable {
    package struct FileFindings: Sendable {
        package let file: JournalFile
        package let findings: JournalFindings
        /// Records that were handed over.
        package let neededCount: Int
    }

    /// In order of the sequence numbers.
    package fileprivate(set) var files: [FileFindings] = []
    /// The last sequence number that is covered or was handed over.
    package fileprivate(set) var lastSeq: Int64
    /// Everything that is wrong, in order.
    package fileprivate(set) var damage: [Damage] = []
    /// Bytes of an interrupted write at the end of the newest file.
    package fileprivate(set) var recoveredTailBytes = 0
    /// The newest file, and each older one that is needed, was closed in good order, so that all in it
    /// is known to be durable.
    package fileprivate(set) var endedCleanly = true
}

/// The files of the journal as a whole: replay, and putting it in order afterwards.
///
/// A newer file takes the place of older ones from its `firstSeq` on: a record at or after that number
/// in an older file was refused to its sender (its write failed) or is a copy.
package struct JournalDirectory {
    package static let path = "journal"
    static let damagedPath = "journal/damaged"

    static func path(ofFile firstSeq: Int64) -> String {
        joinPath(path, JournalFormat.fileName(firstSeq: firstSeq))
    }

    private let disk: any Disk
    private let storeID: StoreID
    private let growth: JournalGrowth

    /// Creates the directory if it is missing.
    package init(
        storeID: StoreID, creatingOn disk: any Disk, growth: JournalGrowth = .standard
    ) throws(DiskError) {
        self.init(storeID: storeID, on: disk, growth: growth)
        try disk.createDirectory(Self.path)
    }

    /// Changes nothing: for looking only.
    package init(storeID: StoreID, on disk: any Disk, growth: JournalGrowth = .standard) {
        self.growth = growth
        self.storeID = storeID
        self.disk = disk
    }

    /// The journal's files by their first sequence number.
    package func files() throws(DiskError) -> [JournalFile] {
        var files: [JournalFile] = []
        for name in try disk.list(Self.path) {
            guard let firstSeq = JournalFormat.firstSeq(ofFileNamed: name) else { continue }
            files.append(JournalFile(path: joinPath(Self.path, name), firstSeq: firstSeq))
        }
        return files.sorted { $0.firstSeq < $1.firstSeq }
    }

    /// Calls `body` for each record with an event after `position`, in order and each event once
    /// (`JournalRecord.coveredCount` leading events of a record are to be left out), and for each record
    /// with answers. Changes nothing.
    package func replay(
        after position: Int64, _ body: (JournalRecord) throws -> Void
    ) throws -> JournalReplay {
        var replay = JournalReplay(lastSeq: position)
        let files = try files()
        for (index, file) in files.enumerated() {
            let newer = index + 1 < files.count ? files[index + 1].firstSeq : nil
            try self.replay(file, before: newer, in: &replay, body)
        }
        return replay
    }

    private func replay(
        _ file: JournalFile, before newer: Int64?, in replay: inout JournalReplay,
        _ body: (JournalRecord) throws -> Void
    ) throws {
        var needed = 0
        var lastSeq = replay.lastSeq
        let findings = try JournalReader.read(file.path, storeID: storeID, on: disk) { record in
            if let newer, record.firstSeq >= newer { return }
            // Answers are needed beyond the events that they came with.
            guard record.lastSeq > lastSeq || record.kind == .answered else { return }
            var record = record
            record.coveredCount = Int(
                min(max(0, lastSeq - record.firstSeq + 1), Int64(record.count)))
            try body(record)
            lastSeq = max(lastSeq, record.lastSeq)
            needed += 1
        }
        var damage = findings.damage
        if let newer {
            // In an older file an interrupted write is one whose records were written again into the
            // newer file; if some were not, it is damage.
            let covered = max(findings.lastSeq, replay.lastSeq)
            if findings.tornTailBytes > 0 && covered + 1 < newer {
                let range =
                    findings.validBytes..<findings.validBytes + findings.tornTailBytes
                damage.append(
                    Damage(
                        file: file.path, byteRange: range, rowCount: Int(newer - covered - 1),
                        message: "no sound record at the end of a file that is not the newest"))
            }
        } else {
            replay.recoveredTailBytes = findings.tornTailBytes
        }
        // A file that failed was abandoned without its end, and a sound newer one proves nothing about
        // what it holds.
        if needed > 0 || newer == nil {
            replay.endedCleanly = replay.endedCleanly && findings.endedCleanly
        }
        replay.damage += damage
        var reported = findings
        reported.damage = damage
        replay.files.append(
            JournalReplay.FileFindings(file: file, findings: reported, neededCount: needed))
        replay.lastSeq = lastSeq
    }

    /// Leaves the journal with nothing but what is still needed, all of it known to be durable.
    ///
    /// What a sync that once failed left behind reads back well and may still be lost, and repeating
    /// the sync proves nothing. So unless all needed files were closed in good order, all needed records
    /// are copied into one fresh file. Damaged files are kept in `journal/damaged/`; the others go.
    /// May be interrupted at any point and repeated: nothing goes before its copy is durable.
    /// - Parameter replay: what `replay(after: position)` found just before.
    package func rewrite(_ replay: JournalReplay, after position: Int64) throws {
        try removeTemporaries()
        let isInOrder = replay.endedCleanly && replay.damage.isEmpty
        try setAside(replay.files.filter { !$0.findings.damage.isEmpty }.map(\.file))
        var kept: [String] = []
        if isInOrder {
            kept = replay.files.filter { $0.neededCount > 0 }.map(\.file.path)
        } else {
            do {
                if let path = try copyNeeded(after: position) { kept = [path] }
            } catch {
                // On a full disk half a copy must not take the room that is left.
                try? removeTemporaries()
                throw error
            }
        }
        let obsolete = replay.files.map(\.file.path).filter { !kept.contains($0) }
        for path in obsolete { try disk.unlink(path) }
        if !obsolete.isEmpty { try disk.synchronizeDirectory(Self.path) }
    }

    /// Removes the files that hold only events up to `position`, but never the newest.
    package func retire(through position: Int64) throws(DiskError) {
        let files = try files()
        var removed = 0
        for (file, next) in zip(files, files.dropFirst()) where next.firstSeq - 1 <= position {
            try disk.unlink(file.path)
            removed += 1
        }
        if removed > 0 { try disk.synchronizeDirectory(Self.path) }
    }

    // MARK: Steps of `rewrite`

    private func removeTemporaries() throws(DiskError) {
        for name in try disk.list(Self.path) where isTemporaryName(name) {
            try disk.unlink(joinPath(Self.path, name))
        }
    }

    private func setAside(_ files: [JournalFile]) throws(DiskError) {
        guard !files.isEmpty else { return }
        try disk.createDirectory(Self.damagedPath)
        for file in files {
            let name = splitPath(file.path).name
            var taken = 0
            while true {
                let target = joinPath(Self.damagedPath, taken == 0 ? name : "\(name).\(taken)")
                do throws(DiskError) {
                    try disk.link(file.path, to: target)
                    break
                } catch  where error.isAlreadyExisting {
                    taken += 1
                }
            }
        }
        try disk.synchronizeDirectory(Self.damagedPath)
    }

    /// Copies the needed records into one file, closed in good order.
    /// - Returns: its path; `nil` if no record is needed.
    private func copyNeeded(after position: Int64) throws -> String? {
        var writer: JournalWriter?
        // Kept apart from the writer: the optimizer of Swift 6.3 frees a string that was read from a
        // value which is consumed afterwards.
        var path: String?
        _ = try replay(after: position) { record in
            if writer == nil {
                let name = Self.path(ofFile: record.firstSeq)
                path = name
                writer = try JournalWriter(
                    temporaryFor: name, firstSeq: record.firstSeq,
                    storeID: storeID, on: disk, growth: growth)
            }
            writer?.append(
                record.kind, firstSeq: record.firstSeq, count: record.count,
                payload: record.payload)
            try writer?.write()
        }
        guard let copy = writer.take() else { return nil }
        try copy.closeAndPlace()
        return path
    }
}
