import Columns

/// Which columns of the table make up an exported row (specification, C3).
struct ExportLayout {
    struct Field {
        /// As files name it; of `data`, without `data.`.
        let name: String
        /// In the table.
        let column: Int
        let type: ColumnType
        /// The JSON of a required field where the event has none.
        var absent = "null"
    }

    /// The envelope as C3 has it: they are there in every row, null if need be.
    let required: [Field]
    /// Further ones of the envelope, where an event has them.
    let further: [Field]
    /// Fields of `data` but those that C3 has in the envelope.
    let data: [Field]
    /// What the object of these fields is called.
    let dataName: String
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

    /// As the later pages of the reference name them (specification, section 2.4).
    private static let exploredNames: [(name: String, column: String)] = [
        ("id", "eventId"), ("event_type", "event"), ("content_id", "contentId"),
        ("user_id", "userId"), ("session_id", "sessionId"), ("view_session_id", "viewSessionId"),
        ("timestamp", "timestamp"), ("received_at", "receivedAt"),
    ]
    private static let exploredBeside: [(name: String, column: String)] = [
        ("device_id", "deviceId"), ("person_id", "personId"), ("seq", "seq"), ("flags", "flags"),
        ("client_timestamp", "clientTimestamp"), ("producer", "producer"), ("action", "action"),
    ]

    init(_ definitions: [ColumnDefinition]) {
        self.init(
            definitions, required: Self.requiredNames,
            further: Self.furtherNames.map { (name: $0, column: $0) }, dataName: "data")
    }

    /// One event as `GET /v1/events/explore` shows it.
    init(exploring definitions: [ColumnDefinition]) {
        self.init(
            definitions, required: Self.exploredNames, further: Self.exploredBeside,
            dataName: "event_data")
    }

    private init(
        _ definitions: [ColumnDefinition], required: [(name: String, column: String)],
        further: [(name: String, column: String)], dataName: String
    ) {
        func field(_ name: String, _ column: String) -> Field? {
            definitions.firstIndex { $0.name == column }
                .map { Field(name: name, column: $0, type: definitions[$0].type) }
        }
        self.dataName = dataName
        self.required = required.compactMap { name, column in
            var field = field(name, column)
            // A word of that page, not a user.
            if name == "user_id" { field?.absent = "\"anonymous\"" }
            return field
        }
        self.further = further.compactMap { field($0.name, $0.column) }
        let lifted = Set(self.required.map(\.column))
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
