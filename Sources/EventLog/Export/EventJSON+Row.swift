extension EventJSON {
    /// Appends the event of the row that the reader went to, from the journal or on its way there.
    ///
    /// - Parameter eventId: for a row without one: the id that the store gave it, if it has one yet.
    package mutating func append(
        _ header: EventRowReader.Header, _ reader: inout EventRowReader, eventId: [UInt8]? = nil,
        to line: inout [UInt8]
    ) throws(EventRowError) {
        begin(timestamp: header.timestamp)
        while let field = try reader.nextField() {
            switch field {
            case .integer(let column, let value): set(column, integer: value)
            case .double(let column, let value): set(column, double: value)
            case .string(let column, let value): set(column, string: value)
            case .bool(let column, let value): set(column, bool: value)
            case .custom(let name, let value): add(data: name, value)
            case .extra(let name, let json): add(envelope: name, json: json)
            }
        }
        if let eventId { eventId.withUnsafeBytes { set(.eventId, string: $0) } }
        finish(to: &line)
    }
}
