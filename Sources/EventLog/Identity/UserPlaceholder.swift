/// The words that clients send as a user id when there is no user (specification, section 4.3).
package enum UserPlaceholder {
    /// Bytes of the longest word.
    private static let sizeMax = EventType.placeholders.reduce(0) { max($0, $1.utf8.count) }

    /// Whether `name` stands for nobody, however it is written in capitals and among spaces.
    package static func matches(_ name: String) -> Bool { word(in: name) != nil }

    /// The placeholder that `name` is.
    package static func word(in name: String) -> String? {
        let utf8 = name.utf8
        guard let first = utf8.firstIndex(where: { !isSpace($0) }),
            let last = utf8.lastIndex(where: { !isSpace($0) })
        else { return "" }
        let part = utf8[first...last]
        guard part.count <= sizeMax else { return nil }
        let word = String(decoding: part.map(lowercased), as: UTF8.self)
        return EventType.placeholders.contains(word) ? word : nil
    }

    /// A regular expression that such texts match as a whole, and no others; RE2 and Java read it
    /// alike.
    package static var pattern: String {
        let space = #"[\x00-\x20]*"#
        let words = EventType.placeholders.filter { !$0.isEmpty }.sorted().map { word in
            word.map { character in
                // Only in ASCII, which what engines call "ignoring case" is not.
                if character.isLetter { return "[\(character.uppercased())\(character)]" }
                return "[]".contains(character) ? "\\\(character)" : "\(character)"
            }.joined()
        }
        return "\(space)(?:(?:\(words.joined(separator: "|")))\(space))?"
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte <= 0x20 }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
    }
}
