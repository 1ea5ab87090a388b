import Crypto
import FoundationEssentials

/// The store's secret for what is kept of persons who were erased: without it, nobody can tell from a
/// tombstone whose it is, or try ids until one fits.
///
/// ```
/// "ELEK" · u32 version (2) · 32 bytes key of the hashes · u64 key of event identities · u32 CRC-32C of all before
/// ```
/// Version 1 has no checksum.
struct ErasureKey: Sendable, Hashable {
    static let path = "erasure/key"
    private static let magic: [UInt8] = Array("ELEK".utf8)
    private static let version: UInt32 = 2
    private static let versionWithoutChecksum: UInt32 = 1

    private let secret: [UInt8]
    /// By which events are told apart: identities of erased ones must stay comparable across starts.
    let identityKey: UInt64

    /// - Parameter identityKey: the one by which events are told apart already.
    init(identityKey: UInt64, random: () -> UInt64) {
        var secret = RecordWriter()
        for _ in 0..<4 { secret.append(random()) }
        self.secret = secret.bytes
        self.identityKey = identityKey
    }

    /// - Returns: `nil` if the bytes are no key.
    init?(_ bytes: [UInt8]) {
        var reader = RecordReader(bytes)
        guard let magic = try? reader.take(4), Array(magic) == Self.magic,
            let version = try? reader.read(UInt32.self),
            version == Self.version || version == Self.versionWithoutChecksum,
            let secret = try? reader.take(32), let key = try? reader.read(UInt64.self)
        else { return nil }
        if version == Self.version {
            let sum = Self.checksum(bytes[..<reader.position])
            guard (try? reader.read(UInt32.self)) == sum else { return nil }
        }
        guard reader.isAtEnd else { return nil }
        self.secret = Array(secret)
        identityKey = key
    }

    var bytes: [UInt8] {
        var writer = RecordWriter()
        writer.append(bytes: Self.magic)
        writer.append(Self.version)
        writer.append(bytes: secret)
        writer.append(identityKey)
        writer.append(Self.checksum(writer.bytes[...]))
        return writer.bytes
    }

    private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.withUnsafeBytes { JournalFormat.checksum($0) }
    }

    /// What the id of a user or a device becomes.
    struct Digest: Sendable, Hashable {
        let high: UInt64
        let low: UInt64

        /// 32 hexadecimal digits.
        var text: String { Hex.text(high) + Hex.text(low) }
    }

    enum Kind: UInt8 { case user = 1, device = 2 }

    /// HMAC-SHA-256, its first 128 bits: users and devices of one name have different ones.
    func digest(of name: some Sequence<UInt8>, _ kind: Kind) -> Digest {
        var code = HMAC<SHA256>(key: SymmetricKey(data: secret))
        code.update(data: [kind.rawValue])
        code.update(data: Array(name))
        let bytes = Array(code.finalize())
        func word(_ start: Int) -> UInt64 {
            bytes[start..<start + 8].reduce(0) { $0 << 8 | UInt64($1) }
        }
        return Digest(high: word(0), low: word(8))
    }
}
