import Columns
import EventLog
import Glibc
import Query

/// A store's directory, read without a daemon: no lock taken, nothing written.
///
/// The only place where the client touches the storage library's store and the query engine.
struct OfflineStore {
    let path: String

    /// The segments behind a path of the command line: one file, or all live ones of a store.
    static func segments(at path: String) throws -> [OfflineSegment] {
        if isDirectory(path) { return try OfflineStore(path: path).segments() }
        return [try OfflineSegment(file: path)]
    }

    static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}

extension OfflineStore {
    func answer(
        _ query: String, parameters: [String: Value], format: OutputFormat
    ) throws(ToolFailure) -> Answer {
        let reader = try reader()
        let engine = QueryEngine(
            catalog: reader.tables, limits: QueryLimits(), now: Self.now,
            threadCount: max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        let result: QueryResult
        do {
            result = try engine.run(query, parameters: parameters)
        } catch {
            throw ToolFailure(error.rendered(in: query))
        }
        // Damage that the journal has is missing from every answer.
        let damage = reader.report.damage + result.damage
        return Answer(
            document: result.bytes(
                as: format.resultFormat, width: Terminal.width(of: Terminal.output)),
            isPartial: !damage.isEmpty, damage: damage.map { "\($0.file): \($0.message)" })
    }

    func segments() throws(ToolFailure) -> [OfflineSegment] {
        try reader().segments.map { segment in
            let entry = segment.entry
            return OfflineSegment(
                listed: SegmentSummary(
                    path: "\(path)/\(segment.path)", rows: entry.rowCount, size: entry.size,
                    firstSeq: entry.seqMin, lastSeq: entry.seqMax,
                    from: TimestampText.text(of: entry.timestampMin),
                    to: TimestampText.text(of: entry.timestampMax)),
                open: { try segment.open().file })
        }
    }

    /// What is wrong with the store besides its segments: the journal.
    func journalDamage() throws(ToolFailure) -> [Damage] { try reader().report.damage }

    func reader(_ options: StoreOptions = StoreOptions()) throws(ToolFailure) -> StoreReader {
        do {
            return try StoreReader(path: path, options: options)
        } catch {
            throw ToolFailure("\(harmless(path)): \(harmless("\(error)"))")
        }
    }

    /// µs since 1970: what `now()` is.
    private static var now: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
    }
}

extension OutputFormat {
    fileprivate var resultFormat: ResultFormat {
        switch self {
        case .table: .table
        case .json: .json
        case .ndjson: .ndjson
        case .csv: .csv
        case .tsv: .tsv
        case .markdown: .markdown
        }
    }
}
