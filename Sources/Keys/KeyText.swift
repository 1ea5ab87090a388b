import Crypto

/// The text of a key: `pk_live_` and 52 letters and digits, 256 random bits in base 32.
///
/// Made once, shown once, kept nowhere: what stays is its hash.
package struct KeyText: Sendable {
    package let kind: KeyRecord.Kind
    package let environment: KeyEnvironment
    package let text: String

    static let hashSize = 32
    static let randomSize = 32
    /// Five bits a character.
    static let randomTextSize = 52
    /// Bytes of anything that is looked at as a key.
    package static let sizeMax = 128

    package init(
        new kind: KeyRecord.Kind, _ environment: KeyEnvironment,
        using random: inout some RandomNumberGenerator
    ) {
        let bytes = (0..<Self.randomSize).map { _ in UInt8.random(in: 0...255, using: &random) }
        self.kind = kind
        self.environment = environment
        text = Self.prefix(kind, environment) + Base32.text(bytes)
    }

    /// - Returns: `nil` if the text has not the form of a key.
    package init?(_ text: String) {
        guard text.utf8.count <= Self.sizeMax else { return nil }
        for kind in KeyRecord.Kind.allCases {
            for environment in KeyEnvironment.allCases {
                let prefix = Self.prefix(kind, environment)
                guard text.hasPrefix(prefix) else { continue }
                let rest = text.utf8.dropFirst(prefix.utf8.count)
                guard rest.count == Self.randomTextSize, rest.allSatisfy(Base32.isDigit) else {
                    return nil
                }
                self.kind = kind
                self.environment = environment
                self.text = text
                return
            }
        }
        return nil
    }

    var hash: [UInt8] { Array(SHA256.hash(data: Array(text.utf8))) }

    private static func prefix(_ kind: KeyRecord.Kind, _ environment: KeyEnvironment) -> String {
        let letters =
            switch kind {
            case .publishable: "pk"
            case .secret: "sk"
            }
        return "\(letters)_\(environment.rawValue)_"
    }
}

/// RFC 4648 base 32 in lower case, without padding: a double click selects all of it.
enum Base32 {
    private static let digits = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)

    static func isDigit(_ byte: UInt8) -> Bool { digits.contains(byte) }

    static func text(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            count += 8
            while count >= 5 {
                count -= 5
                text.append(digits[Int(bits >> count & 31)])
            }
        }
        if count > 0 { text.append(digits[Int(bits << (5 - count) & 31)]) }
        return String(decoding: text, as: UTF8.self)
    }
}
