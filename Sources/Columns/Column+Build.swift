extension Column {
    /// A column from single values, for tests, results and small tables.
    /// - Precondition: each value is null or of `type`.
    package init(type: ColumnType, _ cells: [Value]) {
        var validity = [UInt8](repeating: 1, count: cells.count)
        var hasNull = false
        for (row, cell) in cells.enumerated() where cell == .null {
            validity[row] = 0
            hasNull = true
        }
        let mask = hasNull ? validity : nil
        switch type {
        case .bool:
            self.init(
                bools: cells.map { if case .bool(let value) = $0 { value ? 1 : 0 } else { 0 } },
                validity: mask)
        case .int64:
            self.init(
                integers: cells.map { if case .int64(let value) = $0 { value } else { 0 } },
                validity: mask)
        case .timestamp:
            self.init(
                timestamps: cells.map { if case .timestamp(let value) = $0 { value } else { 0 } },
                validity: mask)
        case .double:
            self.init(
                doubles: cells.map { if case .double(let value) = $0 { value } else { 0 } },
                validity: mask)
        case .string:
            var builder = StringDictionaryBuilder(seed: 0)
            let codes: [Int32] = cells.map {
                if case .string(let value) = $0 { Int32(builder.intern(value)) } else { -1 }
            }
            self.init(codes: codes, dictionary: builder.build())
        }
    }

    /// The rows in `range`, as a column of their own that shares the dictionary.
    package func slice(_ range: Range<Int>) -> Column {
        let mask = validity.map { Array($0[range]) }
        switch values {
        case .allNull: return Column(nulls: range.count, type: type)
        case .bool(let values): return Column(bools: Array(values[range]), validity: mask)
        case .int64(let values):
            return type == .timestamp
                ? Column(timestamps: Array(values[range]), validity: mask)
                : Column(integers: Array(values[range]), validity: mask)
        case .double(let values): return Column(doubles: Array(values[range]), validity: mask)
        case .string(let codes, let dictionary):
            return Column(codes: Array(codes[range]), dictionary: dictionary)
        }
    }
}
