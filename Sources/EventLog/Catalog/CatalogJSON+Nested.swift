import Columns
import Parquet

// Actions are JSON in commits and nested rows in checkpoints; this is the same in both directions.

extension NestedValue {
    /// - Parameter json: `nil` if there is none.
    /// - Precondition: it has the shape.
    init(_ json: CatalogJSON?, _ shape: NestedField.Shape) {
        guard let json, json != .null else {
            self = .null
            return
        }
        switch (shape, json) {
        case (.leaf(.bool), .bool(let value)): self = .value(.bool(value))
        case (.leaf(.int64), .integer(let value)), (.int32, .integer(let value)):
            self = .value(.int64(value))
        case (.leaf(.string), .string(let value)): self = .value(.string(value))
        case (.group(let fields), .object(let members)):
            let names = Set(fields.map(\.name))
            precondition(members.allSatisfy { names.contains($0.name) }, "a column is missing")
            self = .group(fields.map { NestedValue(json[$0.name], $0.shape) })
        case (.list(let element), .array(let values)):
            self = .list(values.map { NestedValue($0, element) })
        case (.map(let shape), .object(let members)):
            self = .map(
                members.map {
                    NestedEntry(key: $0.name, value: NestedValue($0.value, shape))
                })
        default: preconditionFailure("a value of another shape")
        }
    }
}

extension CatalogJSON {
    /// Members that are null are left out.
    init(_ value: NestedValue, _ shape: NestedField.Shape) {
        switch (shape, value) {
        case (_, .value(.bool(let value))): self = .bool(value)
        case (_, .value(.int64(let value))): self = .integer(value)
        case (_, .value(.double(let value))): self = .double(value)
        case (_, .value(.string(let value))): self = .string(value)
        case (.group(let fields), .group(let values)):
            self = .object(
                zip(fields, values).compactMap { field, value in
                    value == .null ? nil : Field(field.name, CatalogJSON(value, field.shape))
                })
        case (.list(let element), .list(let values)):
            self = .array(values.map { CatalogJSON($0, element) })
        case (.map(let shape), .map(let entries)):
            self = .object(entries.map { Field($0.key, CatalogJSON($0.value, shape)) })
        default: self = .null
        }
    }
}
