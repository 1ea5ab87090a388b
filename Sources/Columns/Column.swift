/// One column of a block: `count` values of one type, some of them null.
///
/// The arrays are plain so that a kernel in any module can run over them at full speed without a call
/// per row. A string column is always codes into a dictionary; where strings hardly repeat, the
/// dictionary simply has an entry per row.
package struct Column: Sendable {
    package enum Values: Sendable {
        /// Every row is null; nothing is stored.
        case allNull
        /// 0 or 1 a row.
        case bool([UInt8])
        /// Also timestamps.
        case int64([Int64])
        case double([Double])
        /// Codes into the dictionary; -1 is null.
        case string(codes: [Int32], dictionary: StringDictionary)
    }

    package let type: ColumnType
    package let count: Int
    package let values: Values
    /// 1 = a value, 0 = null (the slot in `values` is then 0 and means nothing). `nil`: no row is
    /// null. Always `nil` for strings, whose nulls are codes, and for `.allNull`.
    package let validity: [UInt8]?

    /// A column in which every row is null.
    package init(nulls count: Int, type: ColumnType) {
        self.type = type
        self.count = count
        self.values = .allNull
        self.validity = nil
    }

    package init(bools values: [UInt8], validity: [UInt8]? = nil) {
        precondition(validity == nil || validity!.count == values.count)
        self.type = .bool
        self.count = values.count
        self.values = .bool(values)
        self.validity = validity
    }

    package init(integers values: [Int64], validity: [UInt8]? = nil) {
        precondition(validity == nil || validity!.count == values.count)
        self.type = .int64
        self.count = values.count
        self.values = .int64(values)
        self.validity = validity
    }

    /// - Parameter values: microseconds since 1970-01-01T00:00:00Z.
    package init(timestamps values: [Int64], validity: [UInt8]? = nil) {
        precondition(validity == nil || validity!.count == values.count)
        self.type = .timestamp
        self.count = values.count
        self.values = .int64(values)
        self.validity = validity
    }

    package init(doubles values: [Double], validity: [UInt8]? = nil) {
        precondition(validity == nil || validity!.count == values.count)
        self.type = .double
        self.count = values.count
        self.values = .double(values)
        self.validity = validity
    }

    /// - Precondition: each code is -1 or a position in `dictionary`.
    package init(codes: [Int32], dictionary: StringDictionary) {
        self.type = .string
        self.count = codes.count
        self.values = .string(codes: codes, dictionary: dictionary)
        self.validity = nil
    }

    /// One cell, for results, tests and other places where speed does not matter.
    package subscript(row: Int) -> Value {
        if let validity, validity[row] == 0 { return .null }
        switch values {
        case .allNull: return .null
        case .bool(let values): return .bool(values[row] != 0)
        case .int64(let values):
            return type == .timestamp ? .timestamp(values[row]) : .int64(values[row])
        case .double(let values): return .double(values[row])
        case .string(let codes, let dictionary):
            let code = Int(codes[row])
            return code < 0 ? .null : .string(dictionary[code])
        }
    }
}
