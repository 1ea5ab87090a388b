import Columns

/// Least and greatest value and number of nulls of some rows, worked out from the rows.
struct ColumnExtent {
    private(set) var nullCount = 0
    private(set) var limits: (min: Value, max: Value)?

    /// - Parameter unreadable: rows that say nothing: ascending, apart from each other.
    init(_ column: Column, _ rows: Range<Int>, except unreadable: [Range<Int>]) {
        var parts: [Range<Int>] = []
        var start = rows.lowerBound
        for gap in unreadable where gap.overlaps(rows) {
            if start < gap.lowerBound { parts.append(start..<gap.lowerBound) }
            start = max(start, gap.upperBound)
        }
        if start < rows.upperBound { parts.append(start..<rows.upperBound) }
        for part in parts { add(column, part) }
    }

    /// That of all the rows of several parts.
    init(_ parts: [ColumnExtent]) {
        for part in parts {
            nullCount += part.nullCount
            if let limits = part.limits { widen(limits.min, limits.max) }
        }
    }

    private mutating func add(_ column: Column, _ rows: Range<Int>) {
        switch column.values {
        case .allNull: nullCount += rows.count
        case .bool(let values):
            each(column, rows, values) { .bool($0 != 0) }
        case .int64(let values):
            let isTime = column.type == .timestamp
            each(column, rows, values) { isTime ? .timestamp($0) : .int64($0) }
        case .double(let values):
            each(column, rows, values, isIn: { !$0.isNaN }) { .double($0) }
        case .string(let codes, let dictionary): addStrings(codes, dictionary, rows)
        }
    }

    private mutating func each<Number: Comparable>(
        _ column: Column, _ rows: Range<Int>, _ values: [Number],
        isIn: (Number) -> Bool = { _ in true }, _ value: (Number) -> Value
    ) {
        var found: (min: Number, max: Number)?
        for row in rows {
            if let validity = column.validity, validity[row] == 0 {
                nullCount += 1
                continue
            }
            let number = values[row]
            guard isIn(number) else { continue }
            found = found.map { (min($0.min, number), max($0.max, number)) } ?? (number, number)
        }
        if let found { widen(value(found.min), value(found.max)) }
    }

    private mutating func addStrings(
        _ codes: [Int32], _ dictionary: StringDictionary, _ rows: Range<Int>
    ) {
        var isKnown = [Bool](repeating: false, count: dictionary.count)
        var found: (min: Int, max: Int)?
        func precedes(_ a: Int, _ b: Int) -> Bool {
            dictionary.bytes[dictionary.range(at: a)]
                .lexicographicallyPrecedes(dictionary.bytes[dictionary.range(at: b)])
        }
        for row in rows {
            let code = Int(codes[row])
            if code < 0 {
                nullCount += 1
                continue
            }
            if isKnown[code] { continue }
            isKnown[code] = true
            guard let known = found else {
                found = (code, code)
                continue
            }
            if precedes(code, known.min) { found?.min = code }
            if precedes(known.max, code) { found?.max = code }
        }
        if let found { widen(.string(dictionary[found.min]), .string(dictionary[found.max])) }
    }

    private mutating func widen(_ low: Value, _ high: Value) {
        guard let limits else {
            self.limits = (low, high)
            return
        }
        self.limits = (
            low.isBelow(limits.min) ?? false ? low : limits.min,
            limits.max.isBelow(high) ?? false ? high : limits.max
        )
    }
}
