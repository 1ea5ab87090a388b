import Columns

/// The values of one column chunk as encoders want them: without nulls, divided into pages.
struct ChunkValues {
    enum Values {
        /// 0 or 1 a value.
        case bool([UInt8])
        case int64([Int64])
        case double([Double])
        case string(StringValues)
    }

    struct Page {
        /// Rows of the row group.
        var rows: Range<Int>
        /// Positions among the values that are not null.
        var values: Range<Int>
    }

    let values: Values
    let pages: [Page]
    /// By row, 1 = there is a value; `nil`: no row is null.
    let validity: [UInt8]?

    var valueCount: Int { pages.last?.values.upperBound ?? 0 }
    var rowCount: Int { pages.last?.rows.upperBound ?? 0 }

    /// - Parameter values: without nulls; pages and rows that have one as in the properties.
    init(values: Values, pages: [Page], validity: [UInt8]?) {
        self.values = values
        self.pages = pages
        self.validity = validity
    }

    /// - Returns: `nil` if no row has a value.
    init?(_ column: Column, pageRowCount: Int) {
        var validity = column.validity
        switch column.values {
        case .allNull: return nil
        case .bool(let all): values = .bool(Self.dense(all, validity))
        case .int64(let all): values = .int64(Self.dense(all, validity))
        case .double(let all): values = .double(Self.dense(all, validity))
        case .string(let codes, let dictionary):
            values = .string(StringValues(codes: codes, dictionary: dictionary))
            if codes.contains(where: { $0 < 0 }) { validity = codes.map { $0 < 0 ? 0 : 1 } }
        }
        var pages: [Page] = []
        var valueStart = 0
        for start in stride(from: 0, to: column.count, by: pageRowCount) {
            let rows = start..<min(start + pageRowCount, column.count)
            let count = validity.map { Self.sum($0, rows) } ?? rows.count
            pages.append(Page(rows: rows, values: valueStart..<valueStart + count))
            valueStart += count
        }
        if valueStart == 0 { return nil }
        self.validity = valueStart == column.count ? nil : validity
        self.pages = pages
    }

    private static func sum(_ validity: [UInt8], _ rows: Range<Int>) -> Int {
        validity.withUnsafeBufferPointer { validity in
            var sum = 0
            for row in rows { sum &+= Int(validity[row]) }
            return sum
        }
    }

    /// The values of rows that have one, without a branch a row.
    private static func dense<Element>(_ all: [Element], _ validity: [UInt8]?) -> [Element] {
        guard let validity else { return all }
        return [Element](unsafeUninitializedCapacity: all.count) { output, count in
            all.withUnsafeBufferPointer { all in
                validity.withUnsafeBufferPointer { validity in
                    var next = 0
                    for row in 0..<all.count {
                        // `next` never passes `row`, so the slot is in bounds; the elements are
                        // numbers, which may be overwritten as they are.
                        output.initializeElement(at: next, to: all[row])
                        next &+= Int(validity[row])
                    }
                    count = next
                }
            }
        }
    }

    // MARK: - Limits

    /// Least and greatest of these values; `nil` if there is none (or only NaN).
    func bounds(of range: Range<Int>) -> ValueBounds? {
        if range.isEmpty { return nil }
        switch values {
        case .bool(let all):
            let slice = all[range]
            return .bool(min: !slice.contains(0), max: slice.contains(1))
        case .int64(let all):
            return all.withUnsafeBufferPointer { all in
                var (least, greatest) = (Int64.max, Int64.min)
                for index in range {
                    least = min(least, all[index])
                    greatest = max(greatest, all[index])
                }
                return .int64(min: least, max: greatest)
            }
        case .double(let all):
            return all.withUnsafeBufferPointer { all in
                // Comparisons with NaN are false, which leaves it out.
                var (least, greatest) = (Double.infinity, -Double.infinity)
                for index in range {
                    if all[index] < least { least = all[index] }
                    if all[index] > greatest { greatest = all[index] }
                }
                if least <= greatest { return .double(min: least, max: greatest) }
                // All NaN, or all one of the infinities that the search starts from.
                let some = all[range].first { !$0.isNaN }
                return some.map { .double(min: $0, max: $0) }
            }
        case .string(let strings): return strings.bounds(of: range)
        }
    }

    /// Calls `body` with the Bloom filter hash of every distinct value, some of them more than once.
    func forEachHash(_ body: (UInt64) -> Void) {
        switch values {
        case .bool: break
        case .int64(let all): for value in all { body(BloomFilter.hash(value)) }
        case .double(let all): for value in all { body(BloomFilter.hash(value)) }
        case .string(let strings):
            strings.withRun(of: strings.entries[...]) { run in
                run.forEach { body(XXHash64.hash($0)) }
            }
        }
    }
}
