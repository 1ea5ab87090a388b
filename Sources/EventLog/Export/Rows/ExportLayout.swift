import Columns

/// Which columns of the table make up an exported row (specification, C3).
struct ExportLayout {
    struct Field {
        /// As files name it; of `data`, without `data.`.
        let name: String
        /// In the table.
        let column: Int
        let type: ColumnType
    }

    /// The envelope as C3 has it: they are there in every row, null if need be.
    let required: [Field]
    /// Further ones of the envelope, where an event has them.
    let further: [Field]
    /// Fields of `data` but those that C3 has in the envelope.
    let data: [Field]
    /// JSON of all that has no column.
    let extra: Int

    private static let requiredNames: [(name: String, column: String)] = [
        ("event", "event"), ("contentId", "contentId"), ("userId", "userId"),
        ("deviceId", "deviceId"), ("sessionId", "sessionId"), ("timestamp", "timestamp"),
        ("deviceType", "data.deviceType"), ("country", "data.country"),
    ]
    private static let furtherNames = [
        "eventId", "personId", "viewSessionId", "receivedAt", "clientTimestamp",
    ]
    private static let prefix = "data."

    init(_ definitions: [ColumnDefinition]) {
        func field(_ name: String, _ column: String) -> Field? {
            definitions.firstIndex { $0.name == column }
                .map { Field(name: name, column: $0, type: definitions[$0].type) }
        }
        required = Self.requiredNames.compactMap { field($0.name, $0.column) }
        further = Self.furtherNames.compactMap { field($0, $0) }
        let lifted = Set(required.map(\.column))
        data = definitions.enumerated().compactMap { position, definition in
            guard definition.name.hasPrefix(Self.prefix), !lifted.contains(position) else {
                return nil
            }
            return Field(
                name: String(definition.name.dropFirst(Self.prefix.count)), column: position,
                type: definition.type)
        }
        extra = Int(EventColumn.extra.rawValue)
    }

    var envelope: [Field] { required + further }
}
