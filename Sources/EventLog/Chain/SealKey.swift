/// Which pair of keys: tells nothing of the keys themselves. 16 hexadecimal digits.
package struct SealKeyID: Sendable, Hashable {
    package let text: String

    /// - Returns: `nil` unless it is written as this type writes it.
    package init?(_ text: String) {
        guard text.utf8.count == 16,
            text.utf8.allSatisfy({ 0x30...0x39 ~= $0 || 0x61...0x66 ~= $0 })
        else { return nil }
        self.text = text
    }

    fileprivate init(of first: [UInt8]) {
        let digest = Digest256(of: Array("eventlog seal key id".utf8), key: first)
        text = String(digest.text.prefix(16))
    }
}

/// One of a row of keys, of which each is made of the one before, and none of the one after.
///
/// The first is the verification key, kept elsewhere: who has it can make all others. The daemon has the
/// one that is next; what it has sealed before, nobody can seal anew, whatever he finds on the machine.
package struct SealKey: Sendable {
    package let id: SealKeyID
    /// How many came before it.
    package private(set) var number: Int64
    private(set) var secret: [UInt8]

    private static let step = Array("eventlog seal key next".utf8)

    init(id: SealKeyID, number: Int64, secret: [UInt8]) {
        self.id = id
        self.number = number
        self.secret = secret
    }

    /// The first of a row.
    fileprivate init(first secret: [UInt8]) {
        self.init(id: SealKeyID(of: secret), number: 0, secret: secret)
    }

    package var reference: ChainLink.Key { ChainLink.Key(id: id, number: number) }

    /// HMAC-SHA-256 of a link's canonical bytes.
    package func seal(_ bytes: [UInt8]) -> Digest256 { Digest256(of: bytes, key: secret) }

    /// Becomes the next one.
    package mutating func advance() {
        secret = Digest256(of: Self.step, key: secret).bytes
        number += 1
    }
}

/// The first of a row of keys, as a text to be kept away from the machine: `elvk_`, the row's id, the key.
package struct VerificationKey: Sendable {
    private static let prefix = "elvk_"
    package let first: SealKey

    package var id: SealKeyID { first.id }

    package static func random() -> VerificationKey {
        // Of the kernel's generator.
        VerificationKey((0..<32).map { _ in UInt8.random(in: .min ... .max) })
    }

    init(_ secret: [UInt8]) { first = SealKey(first: secret) }

    package var text: String { Self.prefix + first.id.text + "_" + Hex.text(first.secret) }

    /// - Returns: `nil` if it is none, or has a typing error: the id is made of the key.
    package init?(_ text: String) {
        let parts = text.split(separator: "_", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, parts[0] + "_" == Self.prefix,
            let secret = Digest256(parts[2])?.bytes
        else { return nil }
        self.init(secret)
        guard parts[1] == first.id.text else { return nil }
    }
}
