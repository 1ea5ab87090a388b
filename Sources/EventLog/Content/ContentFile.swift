import Columns
import Parquet

/// All content items as of a journal position, as a Parquet file (docs/Content.md).
enum ContentFile {
    static let directory = "content"
    static let damagedDirectory = "content/damaged"

    static let definitions = [
        ColumnDefinition("contentId", .string, summary: "the item, as events name it"),
        ColumnDefinition("title", .string, summary: "its title"),
        ColumnDefinition("duration", .double, unit: "s", summary: "its length"),
        ColumnDefinition(
            "topics", .string, summary: "JSON array; content_topics has a row for each"),
        ColumnDefinition("updatedAt", .timestamp, unit: "µs UTC", summary: "when it was put"),
        ColumnDefinition("extra", .string, summary: "JSON of all that has no column"),
    ]
    private static let nullable = ["title", "duration", "extra"]

    static func name(_ position: Int64) -> String { padded(position) + ".parquet" }

    static func path(_ name: String) -> String { joinPath(directory, name) }

    /// The journal position that a file's name states; `nil` for other names.
    static func position(ofFileNamed name: String) -> Int64? {
        paddedNumber(in: name, suffix: ".parquet")
    }

    /// - Parameter place: in `definitions`.
    static func column(_ place: Int, of items: [ContentItem]) -> Column {
        Column(
            type: definitions[place].type,
            items.map { item in
                let document = item.document
                return switch place {
                case 0: .string(item.id)
                case 1: document.title.map { .string($0) } ?? .null
                case 2: document.duration.map { .double($0) } ?? .null
                case 3: .string(String(decoding: document.topicsJSON, as: UTF8.self))
                case 4: .timestamp(item.updatedAt)
                default: document.extra.map { .string($0) } ?? .null
                }
            })
    }

    static func bytes(
        of items: [ContentItem], storeID: StoreID, position: Int64
    ) throws -> [UInt8] {
        try ParquetBuffer.write(
            definitions.indices.map { column($0, of: items) },
            leaves: definitions.map {
                ParquetLeaf(
                    path: [$0.name], type: $0.type, isRequired: !nullable.contains($0.name))
            },
            keyValues: [
                ("eventlog.format", "1"), ("eventlog.store", "\(storeID)"),
                ("eventlog.journal.position", "\(position)"),
            ])
    }

    /// - Throws: `ParquetError` if anything in it is not as it was written.
    static func items(reading bytes: [UInt8]) throws -> [ContentItem] {
        let file = try ParquetFile(source: ParquetBytes(bytes))
        guard file.keyValues.contains(where: { $0.key == "eventlog.format" && $0.value == "1" })
        else { throw ParquetError("not a file of content items that this version knows") }
        let columns = try definitions.map { definition in
            let read = try ParquetBuffer.column(file, definition.name, definition.type)
            if let damage = read.damage.first { throw ParquetError(damage.message) }
            return read.column
        }
        let items = try (0..<columns[0].count).map { number in
            guard let item = item(columns.map { $0[number] }) else {
                throw ParquetError("row \(number) is no content item")
            }
            return item
        }
        let isOrdered = zip(items, items.dropFirst()).allSatisfy {
            $0.id.utf8.lexicographicallyPrecedes($1.id.utf8)
        }
        guard isOrdered else { throw ParquetError("the ids do not ascend") }
        return items
    }

    private static func item(_ values: [Value]) -> ContentItem? {
        func text(_ value: Value) -> String? {
            if case .string(let text) = value { text } else { nil }
        }
        guard let id = text(values[0]),
            let topics = text(values[3]).flatMap(ContentDocument.topics),
            topics.count <= Limits.contentTopicCountMax,
            case .timestamp(let updatedAt) = values[4]
        else { return nil }
        var document = ContentDocument(topics: topics, title: text(values[1]))
        if case .double(let seconds) = values[2] { document.duration = seconds }
        document.extra = text(values[5])
        return ContentItem(id: id, document: document, updatedAt: updatedAt)
    }
}
