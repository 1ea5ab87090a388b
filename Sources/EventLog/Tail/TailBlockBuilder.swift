import Columns

/// Turns rows into the columns of one block.
package struct TailBlockBuilder: Sendable {
    /// One per position of the schema; custom leaves are added when they first come.
    private var columns: [ColumnBuilder]
    private let seed: UInt64
    package private(set) var rowCount = 0

    /// - Parameter expectedCount: rows to make room for at once.
    package init(seed: UInt64, expectedCount: Int = Tail.blockRowCount) {
        self.seed = seed
        columns = EventColumn.allCases.map {
            // Nearly every event has an eventId of its own: looking for repeats would be wasted.
            ColumnBuilder(
                type: $0.type, keepsEveryString: $0 == .eventId, seed: seed,
                expectedCount: $0.isRequired ? expectedCount : 0)
        }
    }

    /// An empty one with room for a block like another.
    package init(roomFor other: TailBlockBuilder) {
        seed = other.seed
        columns = other.columns.map { ColumnBuilder(roomFor: $0) }
    }

    /// - Precondition: `rows` lies within the batch.
    package mutating func append(
        _ batch: EventBatch, rows: Range<Int>, firstSeq: Int64, generatedIDs: GeneratedEventID,
        schema: inout EventSchema
    ) throws {
        let block = rowCount..<rowCount + rows.count
        addLeaves(schema)
        try batch.rows.withUnsafeBytes { bytes in
            var reader = EventRowReader(bytes, at: Int(batch.rowOffsets[rows.lowerBound]))
            for row in rows {
                guard let header = try reader.nextRow() else {
                    throw EventRowError.truncated(at: bytes.count)
                }
                let seq = firstSeq + Int64(row - rows.lowerBound)
                try append(header, &reader, seq, generatedIDs, &schema)
                rowCount += 1
            }
        }
        self[.receivedAt].append(integer: batch.receivedAt, rows: block)
        self[.producer].append(string: batch.producer, rows: block)
        self[.peerUid].append(integer: Int64(batch.peer.uid), rows: block)
        self[.peerPid].append(integer: Int64(batch.peer.pid), rows: block)
    }

    /// The block as it stands. This builder may go on growing from there.
    package mutating func build(_ schema: EventSchema) -> TailBlock {
        addLeaves(schema)
        return TailBlock(
            columns: columns.indices.map { columns[$0].build(rowCount: rowCount) },
            rowCount: rowCount)
    }

    private subscript(column: EventColumn) -> ColumnBuilder {
        get { columns[Int(column.rawValue)] }
        _modify { yield &columns[Int(column.rawValue)] }
    }

    private mutating func append(
        _ header: EventRowReader.Header, _ reader: inout EventRowReader, _ seq: Int64,
        _ generatedIDs: GeneratedEventID, _ schema: inout EventSchema
    ) throws {
        let row = rowCount
        self[.seq].append(integer: seq, row: row)
        self[.timestamp].append(integer: header.timestamp, row: row)
        self[.flags].append(integer: Int64(header.flags.rawValue), row: row)
        var extra = ExtraBuilder()
        // The reader gives each column at most once and only with a value of its type.
        while let field = try reader.nextField() {
            if !schema.displaced.isEmpty, appendDisplaced(field, row, schema, &extra) { continue }
            switch field {
            case .integer(let column, let value): self[column].append(integer: value, row: row)
            case .double(let column, let value): self[column].append(double: value, row: row)
            case .string(let column, let value): self[column].append(string: value, row: row)
            case .bool(let column, let value): self[column].append(bool: value, row: row)
            case .custom(let name, let value): appendCustom(name, value, row, &schema, &extra)
            case .extra(let name, let json): extra.add(envelope: name, json: json)
            }
        }
        if header.flags.contains(.generatedID) {
            generatedIDs.bytes(for: seq).withUnsafeBytes {
                self[.eventId].append(string: $0, row: row)
            }
        }
        if let json = extra.finish() {
            json.withUnsafeBytes { self[.extra].append(string: $0, row: row) }
        }
    }

    private mutating func appendCustom(
        _ name: UnsafeRawBufferPointer, _ value: EventRowCustomValue, _ row: Int,
        _ schema: inout EventSchema, _ extra: inout ExtraBuilder
    ) {
        guard let type = value.columnType,
            case .column(let position) = schema.place(String(decoding: name, as: UTF8.self), type)
        else { return extra.add(data: name, value) }
        addLeaves(schema)
        switch value {
        case .double(let value): columns[position].append(double: value, row: row)
        case .string(let value): columns[position].append(string: value, row: row)
        case .bool(let value): columns[position].append(bool: value, row: row)
        case .json: preconditionFailure("JSON has no column type")
        }
    }

    /// A value of a column that is not of its canonical type in this store.
    /// - Returns: false if the field is none.
    private mutating func appendDisplaced(
        _ field: EventRowField, _ row: Int, _ schema: EventSchema, _ extra: inout ExtraBuilder
    ) -> Bool {
        let (column, value): (EventColumn, EventRowCustomValue)
        switch field {
        case .integer(let own, let number): (column, value) = (own, .double(Double(number)))
        case .double(let own, let number): (column, value) = (own, .double(number))
        case .string(let own, let text): (column, value) = (own, .string(text))
        case .bool(let own, let flag): (column, value) = (own, .bool(flag))
        case .custom, .extra: return false
        }
        guard let leaf = schema.displaced[column] else { return false }
        switch (leaf.type, value) {
        case (.double, .double(let value)): self[column].append(double: value, row: row)
        case (.string, .string(let value)): self[column].append(string: value, row: row)
        case (.bool, .bool(let value)): self[column].append(bool: value, row: row)
        default:
            let name = String(column.definition.name.dropFirst("data.".count))
            Array(name.utf8).withUnsafeBytes { extra.add(data: $0, value) }
        }
        return true
    }

    private mutating func addLeaves(_ schema: EventSchema) {
        for (column, leaf) in schema.displaced where self[column].type != leaf.type {
            self[column] = ColumnBuilder(type: leaf.type, keepsEveryString: false, seed: seed)
        }
        while columns.count < schema.columnCount {
            let leaf = schema.customLeaves[columns.count - EventColumn.count]
            columns.append(ColumnBuilder(type: leaf.type, keepsEveryString: false, seed: seed))
        }
    }
}

extension EventRowCustomValue {
    /// The type of the leaf that holds such a value; `nil`: it is kept in `extra`.
    fileprivate var columnType: ColumnType? {
        switch self {
        case .double: .double
        case .string: .string
        case .bool: .bool
        case .json: nil
        }
    }
}
