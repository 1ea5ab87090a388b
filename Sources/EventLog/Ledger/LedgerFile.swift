import Columns
import Parquet

/// The ledger as of a seal, as a Parquet file (docs/Ledger.md). Its footer says which files quarantine
/// and content have, so that all are of the same moment.
struct LedgerFile {
    var rows: [Ledger.Row]
    var quarantineFiles: [String]
    var evictedCount: Int64
    /// The file of content items of the same moment; `nil` if there has never been an item.
    var contentFile: String?

    static let directory = "ledger"

    static let definitions = [
        ColumnDefinition(
            "hour", .timestamp, summary: "Start of the hour, for old rows of the day."),
        ColumnDefinition("producer", .string, summary: "Who sent the events."),
        ColumnDefinition(
            "bucket", .string, summary: "stored, duplicate, refused, erased or expired."),
        ColumnDefinition("code", .string, summary: "The error's code, for refused events."),
        ColumnDefinition("events", .int64, summary: "How many."),
        ColumnDefinition(
            "quarantined", .int64, summary: "Of refused events, those that the quarantine took."),
    ]

    /// The file of the ledger up to this journal position.
    static func path(_ position: Int64) -> String {
        joinPath(directory, padded(position) + ".parquet")
    }

    static func columns(of rows: [Ledger.Row]) -> [Column] {
        let cells: [(Ledger.Row) -> Value] = [
            { .timestamp($0.key.hour) }, { .string($0.key.producer) },
            { .string($0.key.bucket.name) },
            { $0.key.code.isEmpty ? .null : .string($0.key.code) }, { .int64($0.amount.events) },
            { $0.key.bucket == .refused ? .int64($0.amount.quarantined) : .null },
        ]
        return zip(definitions, cells).map { definition, cell in
            Column(type: definition.type, rows.map(cell))
        }
    }

    private static let filesKey = "eventlog.quarantine.files"
    private static let evictedKey = "eventlog.quarantine.evicted"
    private static let contentKey = "eventlog.content.file"
    private static let nullable = ["code", "quarantined"]

    func bytes(storeID: StoreID, position: Int64) throws -> [UInt8] {
        try ParquetBuffer.write(
            Self.columns(of: rows),
            leaves: Self.definitions.map {
                ParquetLeaf(
                    path: [$0.name], type: $0.type, isRequired: !Self.nullable.contains($0.name))
            },
            keyValues: [
                ("eventlog.format", "1"), ("eventlog.store", "\(storeID)"),
                ("eventlog.journal.position", "\(position)"),
                (Self.filesKey, quarantineFiles.joined(separator: " ")),
                (Self.evictedKey, "\(evictedCount)"),
            ] + (contentFile.map { [(Self.contentKey, $0)] } ?? []))
    }

    init(
        rows: [Ledger.Row], quarantineFiles: [String], evictedCount: Int64, contentFile: String?
    ) {
        self.rows = rows
        self.quarantineFiles = quarantineFiles
        self.evictedCount = evictedCount
        self.contentFile = contentFile
    }

    /// - Throws: `ParquetError` if anything in it is not as it was written.
    init(reading bytes: [UInt8]) throws {
        let file = try ParquetFile(source: ParquetBytes(bytes))
        let values = Dictionary(
            file.keyValues.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
        guard values["eventlog.format"] == "1", let names = values[Self.filesKey],
            let evicted = values[Self.evictedKey].flatMap({ Int64($0) })
        else { throw ParquetError("the footer does not name the quarantine's files") }
        quarantineFiles = names.split(separator: " ").map { String($0) }
        evictedCount = evicted
        contentFile = values[Self.contentKey]
        let columns = try Self.definitions.map { definition in
            let read = try ParquetBuffer.column(file, definition.name, definition.type)
            if let damage = read.damage.first { throw ParquetError(damage.message) }
            return read.column
        }
        rows = try (0..<columns[0].count).map { number in
            guard let row = Self.row(columns.map { $0[number] }) else {
                throw ParquetError("row \(number) is none of a ledger")
            }
            return row
        }
    }

    private static func row(_ values: [Value]) -> Ledger.Row? {
        guard case .timestamp(let hour) = values[0], case .string(let producer) = values[1],
            case .string(let name) = values[2], let bucket = LedgerBucket(name: name),
            case .int64(let events) = values[4]
        else { return nil }
        var code = ""
        if case .string(let text) = values[3] { code = text }
        var quarantined: Int64 = 0
        if case .int64(let number) = values[5] { quarantined = number }
        return (
            LedgerKey(receivedAt: hour, producer: producer, bucket: bucket, code: code),
            LedgerAmount(events: events, quarantined: quarantined)
        )
    }
}
