import Columns
import EventLog
import Glibc
import Query
import Shell

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

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}

extension OfflineStore {
    func answer(_ question: Question) throws(ToolFailure) -> Answer {
        let reader = try reader()
        var limits = QueryLimits()
        if let timeout = question.timeout { limits.wallTimeMax = .seconds(timeout) }
        let engine = QueryEngine(
            catalog: reader.tables, limits: limits, now: SystemTime.now,
            threadCount: max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        let result: QueryResult
        do {
            result = try Interruption.cancelling { (cancellation) throws(QueryError) in
                try engine.run(
                    question.text, parameters: question.parameters, cancellation: cancellation)
            }
        } catch {
            if error.code == .cancelled { throw .interrupted }
            throw ToolFailure(error.rendered(in: question.text))
        }
        // Damage that the journal has is missing from every answer.
        let damage = reader.report.damage + result.damage
        var report = question.damage.map { DamageReport($0, title: Answer.partial) }
        for found in damage { report?.add(found, path: name(of: found)) }
        return Answer(
            document: result.bytes(as: question.format.resultFormat, layout: question.layout),
            isPartial: !damage.isEmpty, damage: damage.map { "\($0.file): \($0.message)" },
            report: report, notices: result.notices)
    }

    func tables() throws -> [TableDescription] {
        let catalog = try reader().tables
        let own = try catalog.tableNames.compactMap { name in
            try catalog.table(named: name).map {
                TableDescription(name: name, kind: "table", summary: "", $0.columns)
            }
        }
        return own
            + catalog.derivedTables.map {
                TableDescription(
                    name: $0.name, kind: "derived", summary: $0.summary, $0.columns)
            }
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
                entry: entry, open: { try segment.open().file })
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
}

extension TableDescription {
    fileprivate init(name: String, kind: String, summary: String, _ columns: [ColumnDefinition]) {
        self.init(
            name: name, kind: kind, summary: summary,
            columns: columns.map {
                Column(name: $0.name, type: $0.type.queryName, unit: $0.unit, summary: $0.summary)
            })
    }
}

extension ColumnType {
    /// As CAST calls it.
    fileprivate var queryName: String {
        switch self {
        case .bool: "BOOLEAN"
        case .int64: "BIGINT"
        case .double: "DOUBLE"
        case .string: "STRING"
        case .timestamp: "TIMESTAMP"
        }
    }
}
