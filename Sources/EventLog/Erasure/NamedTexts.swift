/// Whether a text that was sent as an event names somebody, also if it is no JSON: strings are told from keys by
/// what stands behind them, and read with their escapes.
struct NamedTexts {
    private let users: Set<IdentityName>
    private let devices: Set<IdentityName>

    init(users: [String], devices: Set<IdentityName>) {
        self.users = Set(users.map { IdentityName($0) })
        self.devices = devices
    }

    /// A string that is the value of a key which speaks of something else is not meant: a content item may be
    /// called as a user is.
    func areNamed(in bytes: [UInt8]) -> Bool {
        var key: [UInt8]?
        var place = 0
        while let start = bytes[place...].firstIndex(of: UInt8(ascii: "\"")) {
            let (text, end) = Self.string(in: bytes, from: start + 1)
            place = end
            let next = bytes[place...].first { !Self.isSpace($0) }
            if next == UInt8(ascii: ":") {
                key = text
                continue
            }
            if isMeant(key, text) { return true }
        }
        return false
    }

    private func isMeant(_ key: [UInt8]?, _ text: [UInt8]) -> Bool {
        let name = IdentityName(text)
        guard users.contains(name) || devices.contains(name) else { return false }
        guard let key else { return true }
        let word = String(decoding: key, as: UTF8.self).lowercased()
        return [
            "user", "device", "person", "viewer", "anonymous", "distinct", "profile", "account",
        ]
        .contains { word.contains($0) } || word == "id" || word == "uid"
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }

    /// - Returns: the string without its escapes, and where it is over: behind its quote, or at the end of what
    ///   was sent.
    private static func string(in bytes: [UInt8], from start: Int) -> ([UInt8], Int) {
        var text: [UInt8] = []
        var units: [UInt16] = []
        var place = start
        func flush() {
            guard !units.isEmpty else { return }
            text += Array(String(decoding: units, as: UTF16.self).utf8)
            units = []
        }
        while place < bytes.count {
            let byte = bytes[place]
            place += 1
            if byte == UInt8(ascii: "\"") {
                flush()
                return (text, place)
            }
            guard byte == UInt8(ascii: "\\"), place < bytes.count else {
                flush()
                text.append(byte)
                continue
            }
            let escaped = bytes[place]
            place += 1
            if escaped == UInt8(ascii: "u"), place + 4 <= bytes.count,
                let unit = UInt16(
                    String(decoding: bytes[place..<place + 4], as: UTF8.self), radix: 16)
            {
                units.append(unit)
                place += 4
                continue
            }
            flush()
            let plain: [UInt8: UInt8] = [
                UInt8(ascii: "n"): 0x0A, UInt8(ascii: "t"): 0x09, UInt8(ascii: "r"): 0x0D,
                UInt8(ascii: "b"): 0x08, UInt8(ascii: "f"): 0x0C,
            ]
            text.append(plain[escaped] ?? escaped)
        }
        flush()
        return (text, place)
    }
}
