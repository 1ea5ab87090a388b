import Columns

/// The levels and values of one leaf in one row group, and how far they are used up.
struct NestedColumn {
    let name: String
    private var repetition: [UInt32] = []
    private var definition: [UInt32] = []
    private var values: [Value] = []
    private var next = 0
    private var nextValue = 0

    init(name: String) {
        self.name = name
    }

    var levelCount: Int { definition.count }
    var isAtEnd: Bool { next == definition.count && nextValue == values.count }

    mutating func append(_ page: NestedPage) {
        repetition += page.repetition
        definition += page.definition
        values += page.values
    }

    /// Levels of what comes next; `nil` at the end.
    var nextRepetition: Int? { next < repetition.count ? Int(repetition[next]) : nil }
    var nextDefinition: Int? { next < definition.count ? Int(definition[next]) : nil }

    /// Uses up levels, which must be these: those of the other leaves have said so.
    mutating func take(_ place: NestedAssembler.Place) throws(ParquetError) {
        guard nextRepetition == place.repetition, nextDefinition == place.definition else {
            throw ParquetError("column \(name): levels that contradict those of another column")
        }
        next += 1
    }

    mutating func takeValue(_ place: NestedAssembler.Place) throws(ParquetError) -> Value {
        try take(place)
        guard nextValue < values.count else { throw ParquetError("column \(name): no value left") }
        nextValue += 1
        return values[nextValue - 1]
    }
}

/// Puts the values of leaves together to rows (page "Nested Encoding").
struct NestedAssembler {
    /// Where a value stands in the tree.
    struct Place {
        /// The level at which what is around the value is there.
        var definition = 0
        /// What the value continues: the row, or a list around it.
        var repetition = 0
        /// Lists and maps around it.
        var depth = 0
    }

    private var columns: [NestedColumn]

    init(_ columns: [NestedColumn]) {
        self.columns = columns
    }

    mutating func nextRow(_ fields: [NestedField]) throws(ParquetError) -> [NestedValue] {
        var column = 0
        return try group(fields, &column, Place())
    }

    /// To be called after the last row.
    func finish() throws(ParquetError) {
        for column in columns where !column.isAtEnd {
            throw ParquetError("column \(column.name): values after the last row")
        }
    }

    /// - Parameter column: the first column of the fields; becomes the one after their last.
    private mutating func group(
        _ fields: [NestedField], _ column: inout Int, _ place: Place
    ) throws(ParquetError) -> [NestedValue] {
        var values: [NestedValue] = []
        values.reserveCapacity(fields.count)
        for field in fields { values.append(try value(field, &column, place)) }
        return values
    }

    private mutating func value(
        _ field: NestedField, _ column: inout Int, _ place: Place
    ) throws(ParquetError) -> NestedValue {
        var inner = place
        if !field.isRequired {
            inner.definition += 1
            if isLess(column, inner) {
                try takeNothing(field, &column, place)
                return .null
            }
        }
        switch field.shape {
        case .leaf, .int32:
            defer { column += 1 }
            return .value(try columns[column].takeValue(inner))
        case .group(let fields): return .group(try group(fields, &column, inner))
        case .list(let element):
            let items = try items([.element(element)], of: field, &column, inner)
            return .list(items.map { $0[0] })
        case .map(let value):
            let items = try items([.key, .value(value)], of: field, &column, inner)
            return .map(
                items.map { item in
                    guard case .value(.string(let key)) = item[0] else {
                        preconditionFailure("a required leaf of strings")
                    }
                    return NestedEntry(key: key, value: item[1])
                })
        }
    }

    /// Whether what the next levels of a column tell of does not reach so far.
    private func isLess(_ column: Int, _ place: Place) -> Bool {
        (columns[column].nextDefinition ?? 0) < place.definition
    }

    /// The items of a list or a map that is there.
    private mutating func items(
        _ fields: [NestedField], of field: NestedField, _ column: inout Int, _ place: Place
    ) throws(ParquetError) -> [[NestedValue]] {
        var inner = place
        inner.definition += 1
        inner.depth += 1
        if isLess(column, inner) {
            try takeNothing(field, &column, place)
            return []
        }
        let first = column
        var items: [[NestedValue]] = []
        repeat {
            column = first
            items.append(try group(fields, &column, inner))
            inner.repetition = inner.depth
        } while columns[first].nextRepetition == inner.depth
        return items
    }

    private mutating func takeNothing(
        _ field: NestedField, _ column: inout Int, _ place: Place
    ) throws(ParquetError) {
        for _ in 0..<field.leafCount {
            try columns[column].take(place)
            column += 1
        }
    }
}
