/// Makes keys of a terminal's bytes, whatever pieces they come in.
///
/// Understands UTF-8, control characters, the sequences of ECMA-48 that xterm and its kin send, and
/// bracketed paste. Bad bytes become U+FFFD, unknown sequences `.unknown`; nothing traps.
package struct KeyDecoder {
    private var pending: [UInt8] = []
    private var pasted: [UInt8]?

    /// Bytes of a sequence before it is given up; real ones have under 10.
    private static let sequenceSizeMax = 32
    /// Bytes of one paste; further ones are dropped. A query may have 16 KiB.
    package static let pasteSizeMax = 1 << 20

    package init() {}

    /// Whether a lone ESC may be the key itself or the beginning of a sequence; the caller waits a
    /// moment and calls `flush`.
    package var isWaiting: Bool { !pending.isEmpty && pasted == nil }

    package mutating func decode(_ bytes: some Sequence<UInt8>) -> [Key] {
        pending += bytes
        var keys: [Key] = []
        var position = 0
        while position < pending.count {
            guard let (key, length) = next(at: position) else { break }
            position += length
            if let key { keys.append(key) }
        }
        pending.removeFirst(position)
        return keys
    }

    /// Nothing follows: what waits is a key.
    package mutating func flush() -> [Key] {
        guard isWaiting else { return [] }
        let isEscape = pending == [0x1B]
        pending = []
        return [isEscape ? .escape : .unknown]
    }

    /// - Returns: `nil` if more bytes are needed.
    private mutating func next(at start: Int) -> (Key?, Int)? {
        if pasted != nil { return nextPasted(at: start) }
        let byte = pending[start]
        switch byte {
        case 0x1B: return sequence(at: start)
        case 0x0D, 0x0A: return (.enter, 1)
        case 0x09: return (.tab, 1)
        case 0x7F, 0x08: return (.backspace, 1)
        case 0x00..<0x20:
            return (.control(Character(Unicode.Scalar(byte | 0x60))), 1)
        default: return text(at: start)
        }
    }

    private func text(at start: Int) -> (Key?, Int)? {
        let length =
            switch pending[start] {
            case 0xC2...0xDF: 2
            case 0xE0...0xEF: 3
            case 0xF0...0xF4: 4
            default: 1
            }
        guard start + length <= pending.count else { return nil }
        let bytes = pending[start..<start + length]
        guard let text = String(validating: bytes, as: UTF8.self) else {
            return (.text("\u{FFFD}"), 1)
        }
        return (.text(text), length)
    }

    private mutating func sequence(at start: Int) -> (Key?, Int)? {
        guard start + 1 < pending.count else { return nil }
        switch pending[start + 1] {
        case UInt8(ascii: "["), UInt8(ascii: "O"):
            let body = pending[(start + 2)...]
            guard let end = body.firstIndex(where: { (0x40...0x7E).contains($0) }) else {
                return body.count > Self.sequenceSizeMax ? (.unknown, body.count + 2) : nil
            }
            let parameters = String(decoding: pending[start + 2..<end], as: UTF8.self)
            let length = end + 1 - start
            if parameters == "200", pending[end] == UInt8(ascii: "~") {
                pasted = []
                return (nil, length)
            }
            return (Self.named(pending[end], parameters), length)
        case 0x0D, 0x0A: return (.metaEnter, 2)
        case 0x7F, 0x08: return (.metaBackspace, 2)
        case 0x1B: return (.escape, 1)
        case let letter where letter > 0x20 && letter < 0x7F:
            return (.meta(Character(Unicode.Scalar(letter | 0x20))), 2)
        default: return (.unknown, 2)
        }
    }

    private static func named(_ final: UInt8, _ parameters: String) -> Key {
        // `1;5` is Ctrl, `1;3` Alt: with either, arrows go by words.
        let isByWord = parameters.hasSuffix(";5") || parameters.hasSuffix(";3")
        switch Character(Unicode.Scalar(final)) {
        case "A": return .up
        case "B": return .down
        case "C": return isByWord ? .wordRight : .right
        case "D": return isByWord ? .wordLeft : .left
        case "H": return .home
        case "F": return .end
        case "~":
            switch parameters.prefix(while: { $0 != ";" }) {
            case "1", "7": return .home
            case "4", "8": return .end
            case "3": return .delete
            default: return .unknown
            }
        default: return .unknown
        }
    }

    private static let pasteEnd: [UInt8] = Array("\u{1B}[201~".utf8)

    private mutating func nextPasted(at start: Int) -> (Key?, Int)? {
        let rest = pending[start...]
        guard rest.first == 0x1B else {
            let piece = rest.prefix { $0 != 0x1B }
            keep(piece)
            return (nil, piece.count)
        }
        if rest.starts(with: Self.pasteEnd) {
            let text = String(decoding: pasted ?? [], as: UTF8.self)
            pasted = nil
            return (.paste(Self.unixLines(text)), Self.pasteEnd.count)
        }
        if rest.count < Self.pasteEnd.count, Self.pasteEnd.starts(with: rest) { return nil }
        keep(rest.prefix(1))
        return (nil, 1)
    }

    private mutating func keep(_ bytes: ArraySlice<UInt8>) {
        let room = Self.pasteSizeMax - (pasted?.count ?? 0)
        pasted?.append(contentsOf: bytes.prefix(max(0, room)))
    }

    private static func unixLines(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        var wasReturn = false
        for scalar in text.unicodeScalars {
            if scalar == "\n", wasReturn {
                wasReturn = false
                continue
            }
            wasReturn = scalar == "\r"
            result.append(wasReturn ? "\n" : scalar)
        }
        return String(result)
    }
}
