#if canImport(Glibc)
    import Glibc
#endif

/// Whether an id gives a person away: it is written like an e-mail address or a telephone number.
/// Only good enough for a warning (specification, B32).
enum PersonalText {
    /// ITU-T E.164: at most 15 digits. Fewer than 7 are too often something else.
    private static let digitCount = 7...15

    @inline(__always)
    static func isLikely(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        guard count > 0 else { return false }
        // Most ids begin with a letter, and so can only be an address.
        let first = text[0]
        if first < UInt8(ascii: "A"), isTelephone(text, count) { return true }
        guard let at = memchr(text, Int32(UInt8(ascii: "@")), count) else { return false }
        return isAddress(text, count, at: UnsafePointer(at.assumingMemoryBound(to: UInt8.self)))
    }

    /// Something before the first `@`, a domain with a dot inside after it, no spaces, no second `@`.
    @inline(never)
    private static func isAddress(
        _ text: UnsafePointer<UInt8>, _ count: Int, at: UnsafePointer<UInt8>
    ) -> Bool {
        let domain = UnsafeBufferPointer(start: at + 1, count: count - (at - text) - 1)
        let all = UnsafeBufferPointer(start: text, count: count)
        guard at > text, !all.contains(0x20), !domain.contains(UInt8(ascii: "@")) else {
            return false
        }
        guard let dot = domain.lastIndex(of: UInt8(ascii: ".")) else { return false }
        return dot > 0 && dot < domain.count - 1
    }

    /// Digits in the international form (`+49 30 …`), or set apart by more than one mark (`030/1234-56`,
    /// `(555) 123-4567`). Bare digits are the numbers that databases give their rows.
    @inline(never)
    private static func isTelephone(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        var digits = 0
        var marks = 0
        for index in 0..<count {
            switch text[index] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digits += 1
            case UInt8(ascii: " "), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "/"),
                UInt8(ascii: "("), UInt8(ascii: ")"):
                marks += 1
            case UInt8(ascii: "+") where index == 0: marks += 2
            default: return false
            }
        }
        return digitCount.contains(digits) && marks >= 2 && !isDate(text, count)
    }

    /// `2026-11-21` is no number to call.
    private static func isDate(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        count == 10 && text[4] == text[7] && (text[4] == 0x2D || text[4] == 0x2E || text[4] == 0x2F)
    }
}
