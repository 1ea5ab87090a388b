@testable import Columns
@testable import EventLog
@testable import Parquet
@testable import TestSupport

/// What those find who look a store over without being asked for its events: `catalog verify`, `catalog files`, `journal verify`, and `segment
/// verify --deep` for each file of Parquet.
enum StoreVerification {
    /// - Parameter path: the one file that may be damaged.
    /// - Returns: whether anything was found.
    static func finds(_ path: String, on disk: SimulatedDisk, position: Int64) -> Bool {
        if splitPath(path).directory == JournalDirectory.path {
            return journal(disk, position)
        }
        let isData = path.hasSuffix(".parquet") && !path.contains("_delta_log")
        return isData && parquet(path, disk) || catalog(disk)
    }

    private static func catalog(_ disk: SimulatedDisk) -> Bool {
        var isFound = false
        do {
            _ = try ChainAudit(on: disk, pause: {}).run {
                if case .finding(let finding) = $0, !finding.isStray { isFound = true }
            }
            for name in CatalogTable.Name.allCases {
                let files = try CatalogFiles(of: CatalogTable(name, on: disk))
                isFound =
                    isFound || !files.damage.isEmpty || files.files.contains { $0.isDamage }
            }
        } catch {
            return true
        }
        return isFound
    }

    private static func journal(_ disk: SimulatedDisk, _ position: Int64) -> Bool {
        do {
            let names = try disk.list(JournalDirectory.path)
            let files = names.compactMap { name in
                JournalFormat.firstSeq(ofFileNamed: name).map {
                    JournalFiles.File(
                        path: name, name: joinPath(JournalDirectory.path, name), firstSeq: $0)
                }
            }
            let audit = try JournalAudit(
                JournalFiles(on: disk, files, isSequence: true, position: position))
            return !audit.damage.isEmpty || audit.files.contains { $0.state == .interrupted }
        } catch {
            return true
        }
    }

    private static func parquet(_ path: String, _ disk: SimulatedDisk) -> Bool {
        guard let bytes = disk.content(of: path),
            let file = try? ParquetFile(source: ParquetBytes(bytes)),
            let audit = try? SegmentAudit(of: file, name: splitPath(path).name, entry: nil)
        else { return true }
        return !audit.findings.isEmpty
    }
}
