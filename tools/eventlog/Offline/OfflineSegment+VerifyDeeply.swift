import Columns
import EventLog
import Parquet

extension OfflineSegment {
    /// Also holds against the rows what file, name and catalog say of them.
    func verifyDeeply() -> SegmentVerdict {
        var verdict = SegmentVerdict(path: path, rows: 0, findings: [])
        do {
            let file = try open()
            let name = path.split(separator: "/").last.map(String.init) ?? path
            let audit = try SegmentAudit(of: file, name: name, entry: entry)
            verdict.rows = audit.rowCount
            verdict.findings = audit.findings.map {
                SegmentVerdict.Finding(
                    offset: $0.byteRange?.lowerBound, length: $0.byteRange?.count,
                    rows: $0.rowCount, message: $0.message, remedy: $0.kind.remedy)
            }
        } catch {
            verdict.add(error, in: nil, rows: listed?.rows)
            verdict.findings[0].remedy = SegmentAudit.Finding.Kind.damage.remedy
        }
        return verdict
    }
}

extension SegmentAudit.Finding.Kind {
    fileprivate var remedy: String {
        switch self {
        case .damage:
            "take the file from a snapshot, or what is intact of it by eventlog segment salvage"
        case .contradiction:
            "take the file from a snapshot"
        case .catalog:
            "take the file and events/_delta_log from one snapshot"
        case .repetition:
            "compare by eventlog segment grep --rows; eventlog dump and ingest make a store without"
        }
    }
}

extension OfflineStore {
    /// What of the store is not as its commits made it.
    func verifyChain() throws -> [SegmentVerdict] {
        var verdicts: [SegmentVerdict] = []
        _ = try auditChain {
            // Files that the catalog does not name are noted as such.
            guard case .finding(let finding) = $0, !finding.isStray else { return }
            verdicts.append(
                SegmentVerdict(
                    path: "\(path)/\(finding.file ?? "events/_delta_log")", rows: 0,
                    findings: [
                        SegmentVerdict.Finding(
                            message: "\(finding.kind.rawValue): \(finding.message)",
                            remedy: "eventlog catalog verify says more")
                    ]))
        }
        return verdicts
    }
}

/// Events that stand in more than one place, or have the number of another.
enum RepetitionVerdict {
    /// - Returns: `nil` if there are none.
    static func of(_ table: EventsTable, path: String) throws -> SegmentVerdict? {
        // What cannot be read is told of each file by itself.
        let counts = try RepetitionAudit.run(table, observer: ScanObserver())
        var findings: [SegmentVerdict.Finding] = []
        let examples = counts.examples.map { "\($0)" }.joined(separator: ", ")
        let remedy = SegmentAudit.Finding.Kind.repetition.remedy
        if counts.repeatedEvents > 0 {
            findings.append(
                SegmentVerdict.Finding(
                    rows: counts.repeatedEvents,
                    message: "events stand twice, by producer and eventId; seq \(examples)",
                    remedy: remedy))
        }
        if counts.repeatedNumbers > 0 {
            findings.append(
                SegmentVerdict.Finding(
                    rows: counts.repeatedNumbers, message: "two events have one seq: \(examples)",
                    remedy: remedy))
        }
        return findings.isEmpty ? nil : SegmentVerdict(path: path, rows: 0, findings: findings)
    }

    /// The same for files that were given together. Those that cannot be opened are told of by themselves.
    static func of(files: [String]) throws -> SegmentVerdict? {
        let tables = files.compactMap { try? OfflineEvents($0).table }
        guard tables.count > 1, let joined = EventsTable.joined(tables) else { return nil }
        return try of(joined, path: files.joined(separator: ", "))
    }
}

extension OfflineStore {
    /// What is wrong, or worth knowing, of the store as a whole: its journal, events that stand twice, files that
    /// the catalog does not name.
    func verifyDeeply() throws -> [SegmentVerdict] {
        var verdicts: [SegmentVerdict] = []
        for audit in try JournalOptions.journal(at: path).audit().files {
            verdicts.append(SegmentVerdict(audit))
        }
        let events = try OfflineEvents(path)
        if let verdict = try RepetitionVerdict.of(events.table, path: "\(path)/events") {
            verdicts.append(verdict)
        }
        do {
            for file in try StoreReader.unreferencedFiles(path: path) {
                var verdict = SegmentVerdict(path: "\(path)/\(file.path)", rows: 0, findings: [])
                verdict.note =
                    file.isReplaced
                    ? "not referenced: replaced by others, and kept a while for who reads it"
                    : "not referenced: left by an interrupted seal or compaction, or being written"
                verdicts.append(verdict)
            }
        } catch {
            throw ToolFailure("\(harmless(path)): \(harmless("\(error)"))")
        }
        return verdicts
    }
}
