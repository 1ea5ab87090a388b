import Columns

/// The one order of values that comparison, ORDER BY, min and max agree on.
///
/// Strings go by code point. NaN equals itself and is larger than every number; -0.0 equals 0.0.
enum ValueOrder {
    /// Negative, zero or positive. Values must be of one type; null comes after everything.
    static func compare(_ a: Value, _ b: Value) -> Int {
        switch (a, b) {
        case (.null, .null): 0
        case (.null, _): 1
        case (_, .null): -1
        case (.bool(let a), .bool(let b)): (a ? 1 : 0) - (b ? 1 : 0)
        case (.int64(let a), .int64(let b)), (.timestamp(let a), .timestamp(let b)):
            a < b ? -1 : a > b ? 1 : 0
        case (.double(let a), .double(let b)): isLess(a, b) ? -1 : isLess(b, a) ? 1 : 0
        case (.string(let a), .string(let b)):
            a.utf8.lexicographicallyPrecedes(b.utf8)
                ? -1 : b.utf8.lexicographicallyPrecedes(a.utf8) ? 1 : 0
        default: preconditionFailure("values of different types are never compared")
        }
    }

    @inline(__always)
    static func isLess(_ a: Double, _ b: Double) -> Bool { a < b || (b.isNaN && !a.isNaN) }

    /// An unsigned integer that sorts as `value` does.
    @inline(__always)
    static func key(_ value: Int64) -> UInt64 { UInt64(bitPattern: value) ^ (1 << 63) }

    @inline(__always)
    static func key(_ value: Double) -> UInt64 {
        if value.isNaN { return .max }
        let bits = (value + 0.0).bitPattern
        return bits >> 63 == 1 ? ~bits : bits | (1 << 63)
    }

    static func int64(ofKey key: UInt64) -> Int64 { Int64(bitPattern: key ^ (1 << 63)) }

    static func double(ofKey key: UInt64) -> Double {
        if key == .max { return .nan }
        return Double(bitPattern: key >> 63 == 1 ? key & ~(1 << 63) : ~key)
    }

    /// Byte order, which for UTF-8 is the order of code points.
    @inline(__always)
    static func compare(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Int {
        let count = min(a.count, b.count)
        var i = 0
        while i < count {
            if a[i] != b[i] { return a[i] < b[i] ? -1 : 1 }
            i &+= 1
        }
        return a.count - b.count
    }
}
