package import Columns

/// Grows one column, row by row, where most rows may have no value.
///
/// Only rows with a value cost anything at once: the nulls before one are filled in when it comes.
package struct ColumnBuilder: Sendable {
    package let type: ColumnType
    /// Whether each string gets an entry of its own, because repeats are rare.
    private let keepsEveryString: Bool
    private var integers: [Int64] = []
    private var doubles: [Double] = []
    private var bools: [UInt8] = []
    private var codes: [Int32] = []
    private var strings: StringDictionaryBuilder
    /// Empty while no row is null.
    private var validity: [UInt8] = []
    /// Rows so far, the pending nulls at the end not counted.
    private var count = 0

    /// - Parameter expectedCount: rows to make room for at once, if nearly all will have a value.
    package init(type: ColumnType, keepsEveryString: Bool, seed: UInt64, expectedCount: Int = 0) {
        self.type = type
        self.keepsEveryString = keepsEveryString
        strings = StringDictionaryBuilder(seed: seed)
        guard expectedCount > 0 else { return }
        switch type {
        case .string: codes.reserveCapacity(expectedCount)
        case .int64, .timestamp: integers.reserveCapacity(expectedCount)
        case .double: doubles.reserveCapacity(expectedCount)
        case .bool: bools.reserveCapacity(expectedCount)
        }
    }

    /// An empty one with room for about as much as another has.
    package init(roomFor other: ColumnBuilder) {
        type = other.type
        keepsEveryString = other.keepsEveryString
        strings = StringDictionaryBuilder(roomFor: other.strings)
        integers.reserveCapacity(other.integers.count)
        doubles.reserveCapacity(other.doubles.count)
        bools.reserveCapacity(other.bools.count)
        codes.reserveCapacity(other.codes.count)
        validity.reserveCapacity(other.validity.count)
    }

    package var isEmpty: Bool { count == 0 }

    @inline(__always)
    package mutating func append(integer value: Int64, row: Int) {
        fillNulls(to: row)
        integers.append(value)
        if !validity.isEmpty { validity.append(1) }
        count &+= 1
    }

    @inline(__always)
    package mutating func append(double value: Double, row: Int) {
        fillNulls(to: row)
        doubles.append(value)
        if !validity.isEmpty { validity.append(1) }
        count &+= 1
    }

    @inline(__always)
    package mutating func append(bool value: Bool, row: Int) {
        fillNulls(to: row)
        bools.append(value ? 1 : 0)
        if !validity.isEmpty { validity.append(1) }
        count &+= 1
    }

    @inline(__always)
    package mutating func append(string value: UnsafeRawBufferPointer, row: Int) {
        fillNulls(to: row)
        let code = keepsEveryString ? strings.append(value) : strings.intern(value)
        codes.append(Int32(truncatingIfNeeded: code))
        count &+= 1
    }

    /// Appends the same value for each row of a range that begins where the column ends.
    package mutating func append(integer value: Int64, rows: Range<Int>) {
        fillNulls(to: rows.lowerBound)
        integers.append(contentsOf: repeatElement(value, count: rows.count))
        if !validity.isEmpty { validity.append(contentsOf: repeatElement(1, count: rows.count)) }
        count += rows.count
    }

    package mutating func append(string value: String, rows: Range<Int>) {
        fillNulls(to: rows.lowerBound)
        let code = Int32(truncatingIfNeeded: strings.intern(value))
        codes.append(contentsOf: repeatElement(code, count: rows.count))
        count += rows.count
    }

    /// The column with `rowCount` rows. This builder may go on growing from there.
    package mutating func build(rowCount: Int) -> Column {
        if isEmpty { return Column(nulls: rowCount, type: type) }
        fillNulls(to: rowCount)
        let mask = validity.isEmpty ? nil : validity
        return switch type {
        case .bool: Column(bools: bools, validity: mask)
        case .int64: Column(integers: integers, validity: mask)
        case .timestamp: Column(timestamps: integers, validity: mask)
        case .double: Column(doubles: doubles, validity: mask)
        case .string: Column(codes: codes, dictionary: strings.build())
        }
    }

    private mutating func fillNulls(to row: Int) {
        let missing = row &- count
        guard missing > 0 else { return }
        switch type {
        case .string: codes.append(contentsOf: repeatElement(-1, count: missing))
        case .bool: bools.append(contentsOf: repeatElement(0, count: missing))
        case .int64, .timestamp: integers.append(contentsOf: repeatElement(0, count: missing))
        case .double: doubles.append(contentsOf: repeatElement(0, count: missing))
        }
        if type != .string {
            if validity.isEmpty { validity = [UInt8](repeating: 1, count: count) }
            validity.append(contentsOf: repeatElement(0, count: missing))
        }
        count = row
    }
}
