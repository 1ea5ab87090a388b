import Columns

#if canImport(Glibc)
    import Glibc
#endif

/// Least and greatest non-null value of some rows, in the order of their type (`TypeDefinedOrder`:
/// numbers by value, strings by unsigned bytes). NaN is never among them.
enum ValueBounds: Hashable, Sendable {
    case bool(min: Bool, max: Bool)
    case int64(min: Int64, max: Int64)
    case double(min: Double, max: Double)
    case string(min: [UInt8], max: [UInt8])

    /// The bounds of both. Both are of one type.
    static func union(_ a: ValueBounds?, _ b: ValueBounds?) -> ValueBounds? {
        guard let a else { return b }
        guard let b else { return a }
        switch (a, b) {
        case (.bool(let a0, let a1), .bool(let b0, let b1)):
            return .bool(min: a0 && b0, max: a1 || b1)
        case (.int64(let a0, let a1), .int64(let b0, let b1)):
            return .int64(min: min(a0, b0), max: max(a1, b1))
        case (.double(let a0, let a1), .double(let b0, let b1)):
            return .double(min: min(a0, b0), max: max(a1, b1))
        case (.string(let a0, let a1), .string(let b0, let b1)):
            return .string(
                min: b0.precedesBytewise(a0) ? b0 : a0, max: a1.precedesBytewise(b1) ? b1 : a1)
        default: preconditionFailure("bounds of different types")
        }
    }

    /// Whether both limits of `next` are at least those of this one.
    func isNotAfter(_ next: ValueBounds) -> Bool {
        switch (self, next) {
        case (.bool(let a0, let a1), .bool(let b0, let b1)): (b0 || !a0) && (b1 || !a1)
        case (.int64(let a0, let a1), .int64(let b0, let b1)): a0 <= b0 && a1 <= b1
        case (.double(let a0, let a1), .double(let b0, let b1)): a0 <= b0 && a1 <= b1
        case (.string(let a0, let a1), .string(let b0, let b1)):
            !b0.precedesBytewise(a0) && !b1.precedesBytewise(a1)
        default: preconditionFailure("bounds of different types")
        }
    }

    /// The same, with strings no longer than `ParquetLimits.statisticSizeMax` where that is possible,
    /// and whether each limit still is a value that occurs.
    func shortened() -> (bounds: ValueBounds, isMinExact: Bool, isMaxExact: Bool) {
        guard case .string(let least, let greatest) = self else { return (self, true, true) }
        let size = ParquetLimits.statisticSizeMax
        let low = least.count > size ? least.utf8Prefix(size) : least
        let high = greatest.count > size ? greatest.utf8Successor(size) ?? greatest : greatest
        return (.string(min: low, max: high), low == least, high == greatest)
    }

    /// Plain encoding without a length, as statistics want it.
    var encoded: (min: [UInt8], max: [UInt8]) {
        switch self {
        case .bool(let least, let greatest): ([least ? 1 : 0], [greatest ? 1 : 0])
        case .int64(let least, let greatest): (Self.bytes(least), Self.bytes(greatest))
        case .double(let least, let greatest):
            // Zero has two signs and one place in the order: page "Statistics" widens it.
            (
                Self.bytes(Int64(bitPattern: (least == 0 ? -0.0 : least).bitPattern)),
                Self.bytes(Int64(bitPattern: (greatest == 0 ? 0.0 : greatest).bitPattern))
            )
        case .string(let least, let greatest): (least, greatest)
        }
    }

    private static func bytes(_ value: Int64) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }
}

extension [UInt8] {
    func precedesBytewise(_ other: [UInt8]) -> Bool {
        let order = withUnsafeBytes { a in
            other.withUnsafeBytes { b in
                let count = Swift.min(a.count, b.count)
                guard count > 0, let a = a.baseAddress, let b = b.baseAddress else {
                    return Int32(0)
                }
                return memcmp(a, b, count)
            }
        }
        return order == 0 ? count < other.count : order < 0
    }

    /// The longest prefix of at most `size` bytes that cuts no character.
    func utf8Prefix(_ size: Int) -> [UInt8] {
        var end = size
        while end > 0 && end < count && self[end] & 0xC0 == 0x80 { end -= 1 }
        return Array(self[..<end])
    }

    /// A short string after all strings that begin like this one; `nil` if there is none.
    func utf8Successor(_ size: Int) -> [UInt8]? {
        guard let text = String(validating: utf8Prefix(size), as: UTF8.self) else { return nil }
        var scalars = Array<Unicode.Scalar>(text.unicodeScalars)
        while let last = scalars.popLast() {
            // The scalar after D7FF is E000: between them are no characters.
            let next = last.value == 0xD7FF ? 0xE000 : last.value + 1
            guard let scalar = Unicode.Scalar(next) else { continue }
            scalars.append(scalar)
            var view = String.UnicodeScalarView()
            view.append(contentsOf: scalars)
            let bytes = Array(String(view).utf8)
            if bytes.count <= size { return bytes }
            scalars.removeLast()
        }
        return nil
    }
}

extension ValueBounds {
    /// Statistics as values; a limit that makes no sense for the type is left out.
    static func decode(
        _ bytes: [UInt8]?, _ stored: StoredLeaf, type: ColumnType
    ) -> Value? {
        guard let bytes else { return nil }
        func integer(_ count: Int) -> UInt64? {
            guard bytes.count == count else { return nil }
            return bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
        switch stored.physicalType {
        case .boolean: return bytes.count == 1 ? .bool(bytes[0] & 1 == 1) : nil
        case .int32:
            return integer(4).map {
                .int64(Int64(Int32(truncatingIfNeeded: $0)))
            }
        case .int64:
            guard let bits = integer(8) else { return nil }
            let value = Int64(bitPattern: bits)
            guard type == .timestamp else { return .int64(value) }
            return stored.unit.microseconds(value).map { .timestamp($0) }
        case .float:
            guard let bits = integer(4) else { return nil }
            let value = Float(bitPattern: UInt32(truncatingIfNeeded: bits))
            return value.isNaN ? nil : .double(Double(value))
        case .double:
            guard let bits = integer(8) else { return nil }
            let value = Double(bitPattern: bits)
            return value.isNaN ? nil : .double(value)
        case .byteArray: return String(validating: bytes, as: UTF8.self).map { .string($0) }
        }
    }

    /// Integers as moments.
    var timestamps: (min: Value, max: Value) {
        guard case .int64(let least, let greatest) = self else { return values }
        return (.timestamp(least), .timestamp(greatest))
    }

    var values: (min: Value, max: Value) {
        switch self {
        case .bool(let least, let greatest): (.bool(least), .bool(greatest))
        case .int64(let least, let greatest): (.int64(least), .int64(greatest))
        case .double(let least, let greatest): (.double(least), .double(greatest))
        case .string(let least, let greatest):
            (
                .string(String(decoding: least, as: UTF8.self)),
                .string(String(decoding: greatest, as: UTF8.self))
            )
        }
    }
}

extension StoredLeaf.IntegerUnit {
    /// The stored number in microseconds, rounded down; `nil` if it does not fit.
    func microseconds(_ value: Int64) -> Int64? {
        switch self {
        case .one, .microseconds: return value
        case .milliseconds:
            let (product, overflows) = value.multipliedReportingOverflow(by: 1_000)
            return overflows ? nil : product
        case .nanoseconds:
            return value >= 0 ? value / 1_000 : (value + 1) / 1_000 - 1
        }
    }
}
