/// Digits of whole numbers, without a string for each.
enum DecimalText {
    /// - Parameter width: digits at least; zeros stand in front.
    static func append(_ value: UInt64, width: Int = 1, to output: inout [UInt8]) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var rest = value
            var start = digits.count
            repeat {
                start &-= 1
                let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
                digits[start] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: digit)
                rest = quotient
            } while rest > 0
            while digits.count &- start < width {
                start &-= 1
                digits[start] = UInt8(ascii: "0")
            }
            output += UnsafeMutableBufferPointer(rebasing: digits[start...])
        }
    }
}
