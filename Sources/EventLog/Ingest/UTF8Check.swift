/// UTF-8 as RFC 3629 has it: shortest forms only, no surrogates, nothing above U+10FFFF.
enum UTF8Check {
    /// Bytes of the sequence that begins here with a byte above ASCII, 0 if it is not valid.
    /// Reads no further than the first byte that is wrong.
    static func sequenceSize(_ p: UnsafePointer<UInt8>) -> Int {
        func continues(_ index: Int) -> Bool { p[index] & 0xC0 == 0x80 }
        switch p[0] {
        case 0xC2...0xDF: return continues(1) ? 2 : 0
        case 0xE0: return p[1] & 0xE0 == 0xA0 && continues(2) ? 3 : 0
        case 0xED: return p[1] & 0xE0 == 0x80 && continues(2) ? 3 : 0
        case 0xE1...0xEF: return continues(1) && continues(2) ? 3 : 0
        case 0xF0: return (0x90...0xBF).contains(p[1]) && continues(2) && continues(3) ? 4 : 0
        case 0xF1...0xF3: return continues(1) && continues(2) && continues(3) ? 4 : 0
        case 0xF4: return (0x80...0x8F).contains(p[1]) && continues(2) && continues(3) ? 4 : 0
        default: return 0
        }
    }

    /// Writes a scalar that is no surrogate.
    static func encode(_ scalar: UInt32, to out: UnsafeMutablePointer<UInt8>) -> Int {
        func low6(_ shift: UInt32) -> UInt8 {
            0x80 | UInt8(truncatingIfNeeded: scalar &>> shift & 0x3F)
        }
        switch scalar {
        case ..<0x80:
            out[0] = UInt8(truncatingIfNeeded: scalar)
            return 1
        case ..<0x800:
            out[0] = 0xC0 | UInt8(truncatingIfNeeded: scalar &>> 6)
            out[1] = low6(0)
            return 2
        case ..<0x10000:
            out[0] = 0xE0 | UInt8(truncatingIfNeeded: scalar &>> 12)
            out[1] = low6(6)
            out[2] = low6(0)
            return 3
        default:
            out[0] = 0xF0 | UInt8(truncatingIfNeeded: scalar &>> 18)
            out[1] = low6(12)
            out[2] = low6(6)
            out[3] = low6(0)
            return 4
        }
    }
}
