/// A number with 20 digits, so that names sort as numbers do.
func padded(_ number: Int64) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 20 - digits.utf8.count)) + digits
}

/// The number of which `name` is the 20 digits and `suffix`; `nil` for other names.
func paddedNumber(in name: String, suffix: String) -> Int64? {
    guard name.utf8.count == 20 + suffix.utf8.count, name.hasSuffix(suffix),
        name.utf8.prefix(20).allSatisfy({ 0x30...0x39 ~= $0 })
    else { return nil }
    return Int64(name.prefix(20))
}
