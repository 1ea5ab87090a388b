package import Columns

extension EventJSON {
    /// Appends the event in one row of a block that has all columns of a store's table, in their order.
    ///
    /// - Throws: `JSONError` if `extra` is not what the store writes; nothing has been appended then.
    package mutating func append(
        row: Int, of block: Block, _ definitions: [ColumnDefinition], to line: inout [UInt8]
    ) throws {
        let time = Int(EventColumn.timestamp.rawValue)
        guard case .int64(let timestamp)? = block.columns[time].cell(row) else {
            throw JSONError(reason: .expectedValue, offset: 0)
        }
        begin(timestamp: timestamp)
        for position in block.columns.indices where position != time {
            guard let cell = block.columns[position].cell(row) else { continue }
            if let column = EventColumn(number: position) {
                try set(column, cell)
            } else {
                addCustom(definitions[position].name, cell)
            }
        }
        finish(to: &line)
    }

    private mutating func set(_ column: EventColumn, _ cell: Cell) throws {
        switch cell {
        case .bool(let value): set(column, bool: value)
        case .int64(let value): set(column, integer: value)
        case .double(let value): set(column, double: value)
        case .string(let dictionary, let range):
            try dictionary.bytes.withUnsafeBytes { bytes in
                let text = UnsafeRawBufferPointer(rebasing: bytes[range])
                if column == .extra { try addExtra(text) } else { set(column, string: text) }
            }
        }
    }

    private mutating func addCustom(_ name: String, _ cell: Cell) {
        var name = String(name.dropFirst("data.".count))
        name.withUTF8 { utf8 in
            let name = UnsafeRawBufferPointer(utf8)
            switch cell {
            case .bool(let value): add(data: name, .bool(value))
            case .double(let value): add(data: name, .double(value))
            case .int64(let value): add(data: name, .double(Double(value)))
            case .string(let dictionary, let range):
                dictionary.bytes.withUnsafeBytes {
                    add(data: name, .string(UnsafeRawBufferPointer(rebasing: $0[range])))
                }
            }
        }
    }

    private mutating func addExtra(_ text: UnsafeRawBufferPointer) throws {
        let reader = extraReader
        try reader.read(text) { inPayload, name, value in
            let json = UnsafeRawBufferPointer(start: value.raw, count: value.rawCount)
            if inPayload { add(data: name, .json(json)) } else { add(envelope: name, json: json) }
        }
    }
}

/// A cell that is not null. A string stays where it is.
private enum Cell {
    case bool(Bool)
    case int64(Int64)
    case double(Double)
    case string(StringDictionary, Range<Int>)
}

extension Column {
    fileprivate func cell(_ row: Int) -> Cell? {
        if let validity, validity[row] == 0 { return nil }
        switch values {
        case .allNull: return nil
        case .bool(let values): return .bool(values[row] != 0)
        case .int64(let values): return .int64(values[row])
        case .double(let values): return .double(values[row])
        case .string(let codes, let dictionary):
            let code = Int(codes[row])
            return code < 0 ? nil : .string(dictionary, dictionary.range(at: code))
        }
    }
}
