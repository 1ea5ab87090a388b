package import Columns

/// A field of rows that may hold groups, lists and maps (page "Logical Types", "Nested Types").
///
/// Segments are flat and have `ParquetLeaf`; this is for small files whose form another format
/// prescribes.
package struct NestedField: Hashable, Sendable {
    package indirect enum Shape: Hashable, Sendable {
        case leaf(ColumnType)
        /// A whole number of 32 bits; its values are `int64` all the same.
        case int32
        case group([NestedField])
        /// Elements may be null.
        case list(Shape)
        /// From strings; values may be null.
        case map(Shape)
    }

    package var name: String
    package var shape: Shape
    /// Whether it may not be null where what is around it is there.
    package var isRequired: Bool

    package init(_ name: String, _ shape: Shape, isRequired: Bool = false) {
        self.name = name
        self.shape = shape
        self.isRequired = isRequired
    }
}

/// A value of a nested field.
package indirect enum NestedValue: Hashable, Sendable {
    case null
    /// Never `Value.null`.
    case value(Value)
    /// By field.
    case group([NestedValue])
    case list([NestedValue])
    /// In any order; keys need not be distinct.
    case map([NestedEntry])
}

package struct NestedEntry: Hashable, Sendable {
    package var key: String
    package var value: NestedValue

    package init(key: String, value: NestedValue) {
        self.key = key
        self.value = value
    }
}

/// A leaf below nested fields.
struct NestedLeaf: Hashable, Sendable {
    var path: [String]
    var type: ColumnType
    var physicalType: PhysicalType
    var definitionLevelMax: Int
    var repetitionLevelMax: Int
}

extension NestedField {
    /// The element of a list, below the repeated group.
    static func element(_ shape: Shape) -> NestedField { NestedField("element", shape) }
    /// The fields of an entry of a map, below the repeated group.
    static let key = NestedField("key", .leaf(.string), isRequired: true)
    static func value(_ shape: Shape) -> NestedField { NestedField("value", shape) }

    static let listGroup = "list"
    static let mapGroup = "key_value"

    /// All leaves from left to right, which is the order of columns.
    static func leaves(of fields: [NestedField]) -> [NestedLeaf] {
        fields.flatMap { $0.leaves(below: [], definition: 0, repetition: 0) }
    }

    private func leaves(below path: [String], definition: Int, repetition: Int) -> [NestedLeaf] {
        let path = path + [name]
        let definition = isRequired ? definition : definition + 1
        func leaf(_ type: ColumnType, _ physicalType: PhysicalType) -> [NestedLeaf] {
            [
                NestedLeaf(
                    path: path, type: type, physicalType: physicalType,
                    definitionLevelMax: definition, repetitionLevelMax: repetition)
            ]
        }
        func repeated(_ group: String, _ fields: [NestedField]) -> [NestedLeaf] {
            fields.flatMap {
                $0.leaves(
                    below: path + [group], definition: definition + 1, repetition: repetition + 1)
            }
        }
        switch shape {
        case .leaf(let type): return leaf(type, type.physicalType)
        case .int32: return leaf(.int64, .int32)
        case .group(let fields):
            return fields.flatMap {
                $0.leaves(below: path, definition: definition, repetition: repetition)
            }
        case .list(let element): return repeated(Self.listGroup, [.element(element)])
        case .map(let value): return repeated(Self.mapGroup, [.key, .value(value)])
        }
    }

    var leafCount: Int {
        switch shape {
        case .leaf, .int32: 1
        case .group(let fields): fields.reduce(0) { $0 + $1.leafCount }
        case .list(let element): NestedField.element(element).leafCount
        case .map(let value): 1 + NestedField.value(value).leafCount
        }
    }
}

// MARK: - Schema

extension NestedField {
    /// Writes the schema of a file of such rows.
    static func write(_ fields: [NestedField], to writer: inout ThriftCompactWriter, field: Int16) {
        writer.list(
            field, of: .structure, count: 1 + fields.reduce(0) { $0 + $1.elementCount })
        writer.structure { writer in
            writer.string(4, "schema")
            writer.int32(5, Int32(fields.count))
        }
        for field in fields { field.write(to: &writer) }
    }

    private var elementCount: Int {
        switch shape {
        case .leaf, .int32: 1
        case .group(let fields): fields.reduce(1) { $0 + $1.elementCount }
        case .list(let element): 2 + NestedField.element(element).elementCount
        case .map(let value): 3 + NestedField.value(value).elementCount
        }
    }

    private func write(to writer: inout ThriftCompactWriter) {
        let repetition = isRequired ? Repetition.required : .optional
        switch shape {
        case .leaf(let type):
            FileSchema.write(leaf: name, type, type.physicalType, repetition, to: &writer)
        case .int32: FileSchema.write(leaf: name, .int64, .int32, repetition, to: &writer)
        case .group(let fields):
            Self.writeGroup(name, repetition, childCount: fields.count, to: &writer)
            for field in fields { field.write(to: &writer) }
        case .list(let element):
            Self.writeGroup(name, repetition, childCount: 1, .list, to: &writer)
            Self.writeGroup(Self.listGroup, .repeated, childCount: 1, to: &writer)
            NestedField.element(element).write(to: &writer)
        case .map(let value):
            Self.writeGroup(name, repetition, childCount: 1, .map, to: &writer)
            Self.writeGroup(Self.mapGroup, .repeated, childCount: 2, to: &writer)
            NestedField.key.write(to: &writer)
            NestedField.value(value).write(to: &writer)
        }
    }

    /// How a group is marked: by `ConvertedType`, for old readers, and a member of `LogicalType`.
    private struct Mark {
        let converted: Int32
        let logical: Int16
        static let map = Mark(converted: 1, logical: 2)
        static let list = Mark(converted: 3, logical: 3)
    }

    private static func writeGroup(
        _ name: String, _ repetition: Repetition, childCount: Int, _ mark: Mark? = nil,
        to writer: inout ThriftCompactWriter
    ) {
        writer.structure { writer in
            writer.int32(3, repetition.rawValue)
            writer.string(4, name)
            writer.int32(5, Int32(childCount))
            guard let mark else { return }
            writer.int32(6, mark.converted)
            writer.structure(10) { $0.structure(mark.logical) { _ in } }
        }
    }
}
