import Columns

/// How the values of a leaf lie in a file.
struct StoredLeaf: Hashable, Sendable {
    /// How stored integers become microseconds or plain numbers.
    enum IntegerUnit: Hashable, Sendable { case one, milliseconds, microseconds, nanoseconds }

    var physicalType: PhysicalType
    /// Definition level of a value that is there: the number of optional and repeated things on its
    /// path.
    var definitionLevelMax: Int
    /// The number of repeated things on its path.
    var repetitionLevelMax = 0
    var unit = IntegerUnit.one
    /// Position among all leaves of the file, readable or not.
    var columnIndex: Int
}

/// The schema of a file: a tree of groups that is flat enough to be columns.
struct FileSchema: Sendable {
    var leaves: [ParquetLeaf] = []
    var stored: [StoredLeaf] = []
    /// Leaves that this reader does not understand, and why.
    var unsupported: [(name: String, reason: String)] = []
    /// All leaves, also those that are not supported.
    var columnCount = 0
}

// MARK: - Writing

extension FileSchema {
    /// - Precondition: paths are one or two long, distinct, and fields of one struct are neighbours.
    static func write(_ leaves: [ParquetLeaf], to writer: inout ThriftCompactWriter, field: Int16) {
        var groups: [ArraySlice<ParquetLeaf>] = []
        var start = 0
        while start < leaves.count {
            var end = start + 1
            if leaves[start].path.count == 2 {
                while end < leaves.count, leaves[end].path.count == 2,
                    leaves[end].path[0] == leaves[start].path[0]
                { end += 1 }
            }
            groups.append(leaves[start..<end])
            start = end
        }
        let structCount = groups.count { $0.first?.path.count == 2 }
        writer.list(field, of: .structure, count: 1 + structCount + leaves.count)
        writer.structure { writer in
            writer.string(4, "schema")
            writer.int32(5, Int32(groups.count))
        }
        for group in groups {
            if let first = group.first, first.path.count == 2 {
                writer.structure { writer in
                    writer.int32(3, Repetition.required.rawValue)
                    writer.string(4, first.path[0])
                    writer.int32(5, Int32(group.count))
                }
            }
            for leaf in group { write(leaf, to: &writer) }
        }
    }

    private static func write(_ leaf: ParquetLeaf, to writer: inout ThriftCompactWriter) {
        write(
            leaf: leaf.path[leaf.path.count - 1], leaf.type, leaf.type.physicalType,
            leaf.isRequired ? .required : .optional, to: &writer)
    }

    static func write(
        leaf name: String, _ type: ColumnType, _ physicalType: PhysicalType,
        _ repetition: Repetition, to writer: inout ThriftCompactWriter
    ) {
        writer.structure { writer in
            writer.int32(1, physicalType.rawValue)
            writer.int32(3, repetition.rawValue)
            writer.string(4, name)
            // `ConvertedType` for old readers, `LogicalType` for the rest (page "Logical Types").
            switch type {
            case .string:
                writer.int32(6, 0)
                writer.structure(10) { $0.structure(1) { _ in } }
            case .timestamp:
                writer.int32(6, 10)
                writer.structure(10) { writer in
                    writer.structure(8) { writer in
                        writer.bool(1, true)
                        writer.structure(2) { $0.structure(2) { _ in } }
                    }
                }
            case .bool, .int64, .double: break
            }
        }
    }
}

extension ColumnType {
    var physicalType: PhysicalType {
        switch self {
        case .bool: .boolean
        case .int64, .timestamp: .int64
        case .double: .double
        case .string: .byteArray
        }
    }
}

// MARK: - Reading

/// `SchemaElement`, as far as it matters here.
private struct SchemaElement {
    enum Logical {
        case none, string, timestamp(StoredLeaf.IntegerUnit), integer(isSigned: Bool), other
    }

    var type: Int32?
    var repetition = Repetition.required
    var name = ""
    var childCount = 0
    var converted: Int32?
    var logical = Logical.none
}

extension FileSchema {
    static func read(
        _ field: ThriftCompactReader.Field, from reader: inout ThriftCompactReader, _ rows: RowShape
    ) throws(ParquetError) -> FileSchema {
        let count = try reader.list(field, of: .structure)
        guard (1...ParquetLimits.schemaElementCountMax).contains(count) else {
            throw reader.error("schema of \(count) elements")
        }
        var elements: [SchemaElement] = []
        for _ in 0..<count { elements.append(try SchemaElement(from: &reader)) }
        var schema = FileSchema()
        var next = 1
        for _ in 0..<elements[0].childCount {
            try schema.add(elements, &next, path: [], Levels(), rows, reader)
        }
        guard next == count else { throw reader.error("schema elements outside the tree") }
        return schema
    }

    /// Of what is not null and not empty.
    private struct Levels {
        var definition = 0
        var repetition = 0
    }

    private mutating func add(
        _ elements: [SchemaElement], _ next: inout Int, path: [String], _ levels: Levels,
        _ rows: RowShape, _ reader: ThriftCompactReader
    ) throws(ParquetError) {
        guard next < elements.count, path.count < ParquetLimits.schemaDepthMax else {
            throw reader.error("schema is not a tree")
        }
        let element = elements[next]
        next += 1
        let path = path + [element.name]
        var levels = levels
        if element.repetition != .required { levels.definition += 1 }
        if element.repetition == .repeated { levels.repetition += 1 }
        guard let type = element.type else {
            guard element.childCount > 0 else { throw reader.error("group without fields") }
            for _ in 0..<element.childCount {
                try add(elements, &next, path: path, levels, rows, reader)
            }
            return
        }
        let columnIndex = columnCount
        columnCount += 1
        let isRepeated = levels.repetition > 0 && rows == .flat
        guard !isRepeated, let (columnType, physicalType, unit) = element.columnType(type) else {
            let reason = isRepeated ? "repeated values" : "type is not supported"
            unsupported.append((path.joined(separator: "."), reason))
            return
        }
        leaves.append(ParquetLeaf(path: path, type: columnType, isRequired: levels.definition == 0))
        stored.append(
            StoredLeaf(
                physicalType: physicalType, definitionLevelMax: levels.definition,
                repetitionLevelMax: levels.repetition, unit: unit, columnIndex: columnIndex))
    }
}

extension SchemaElement {
    init(from reader: inout ThriftCompactReader) throws(ParquetError) {
        var element = SchemaElement()
        try reader.structure { reader, field throws(ParquetError) in
            switch field.id {
            case 1: element.type = try reader.int32(field)
            case 3:
                guard let repetition = Repetition(rawValue: try reader.int32(field)) else {
                    throw reader.error("unknown repetition")
                }
                element.repetition = repetition
            case 4: element.name = try reader.string(field)
            case 5: element.childCount = Int(try reader.int32(field))
            case 6: element.converted = try reader.int32(field)
            case 10: element.logical = try Self.logicalType(field, &reader)
            default: return false
            }
            return true
        }
        guard element.childCount >= 0 else { throw reader.error("negative number of fields") }
        self = element
    }

    private static func logicalType(
        _ field: ThriftCompactReader.Field, _ reader: inout ThriftCompactReader
    ) throws(ParquetError) -> Logical {
        var logical = Logical.other
        try reader.structureField(field)
        try reader.structure { reader, field throws(ParquetError) in
            switch field.id {
            case 1, 4, 12: logical = .string
            case 8:
                try reader.structureField(field)
                var unit: StoredLeaf.IntegerUnit?
                try reader.structure { reader, field throws(ParquetError) in
                    guard field.id == 2 else { return false }
                    try reader.structureField(field)
                    try reader.structure { _, field throws(ParquetError) in
                        switch field.id {
                        case 1: unit = .milliseconds
                        case 2: unit = .microseconds
                        case 3: unit = .nanoseconds
                        default: unit = nil
                        }
                        return false
                    }
                    return true
                }
                logical = unit.map { .timestamp($0) } ?? .other
                return true
            case 10:
                try reader.structureField(field)
                var isSigned = false
                try reader.structure { reader, field throws(ParquetError) in
                    if field.id == 2 { isSigned = try reader.bool(field) }
                    return false
                }
                logical = .integer(isSigned: isSigned)
                return true
            default: logical = .other
            }
            return false
        }
        return logical
    }

    /// The column type for what is stored; `nil` if this reader has none.
    func columnType(_ type: Int32) -> (ColumnType, PhysicalType, StoredLeaf.IntegerUnit)? {
        guard let physical = PhysicalType(rawValue: type) else { return nil }
        switch (physical, logical, converted) {
        case (.boolean, .none, nil): return (.bool, physical, .one)
        case (.int32, .none, nil), (.int32, .integer(isSigned: true), _),
            (.int32, .none, .some(15...17)):
            return (.int64, physical, .one)
        case (.int64, .none, nil), (.int64, .integer(isSigned: true), _), (.int64, .none, 18):
            return (.int64, physical, .one)
        case (.int64, .timestamp(let unit), _): return (.timestamp, physical, unit)
        case (.int64, .none, 9): return (.timestamp, physical, .milliseconds)
        case (.int64, .none, 10): return (.timestamp, physical, .microseconds)
        case (.float, .none, nil), (.double, .none, nil): return (.double, physical, .one)
        // Some writers mark no text as text.
        case (.byteArray, .string, _), (.byteArray, .none, nil), (.byteArray, .none, 0),
            (.byteArray, .none, 4), (.byteArray, .none, 19):
            return (.string, physical, .one)
        default: return nil
        }
    }
}
