import Crypto

/// 32 bytes: a SHA-256, or an HMAC with it. Written as 64 lower-case hexadecimal digits.
package struct Digest256: Sendable, Hashable {
    private static let size = 32
    /// Bytes of a file that are in memory at a time.
    private static let pieceSize = 1 << 20
    /// Big-endian, the first bytes in the first word.
    private let words: (UInt64, UInt64, UInt64, UInt64)

    /// - Returns: `nil` unless these are 32 bytes.
    package init?(bytes: some Sequence<UInt8>) {
        let bytes = Array(bytes)
        guard bytes.count == Self.size else { return nil }
        func word(_ start: Int) -> UInt64 {
            bytes[start..<start + 8].reduce(0) { $0 << 8 | UInt64($1) }
        }
        words = (word(0), word(8), word(16), word(24))
    }

    private init(_ digest: some Sequence<UInt8>) {
        guard let own = Digest256(bytes: digest) else { preconditionFailure("of another size") }
        self = own
    }

    /// SHA-256 (FIPS 180-4).
    package init(of content: [UInt8]) { self.init(SHA256.hash(data: content)) }

    /// SHA-256 of a file, read in pieces.
    /// - Parameter progress: told the bytes of each piece.
    init(
        ofFile path: String, on disk: any Disk, progress: (Int) -> Void = { _ in }
    ) throws(DiskError) {
        let reader = try FileReader(path, on: disk)
        var hash = SHA256()
        var offset = 0
        while offset < reader.size {
            let piece = try reader.read(at: offset, count: Self.pieceSize)
            guard !piece.isEmpty else { break }
            hash.update(data: piece)
            offset += piece.count
            progress(piece.count)
        }
        self.init(hash.finalize())
    }

    /// HMAC-SHA-256 (RFC 2104).
    init(of content: [UInt8], key: [UInt8]) {
        self.init(
            HMAC<SHA256>.authenticationCode(for: content, using: SymmetricKey(data: key)))
    }

    /// - Returns: `nil` unless it is written as this type writes it.
    package init?(_ text: String) {
        guard text.utf8.count == 2 * Self.size, let bytes = Hex.bytes(text) else { return nil }
        self.init(bytes: bytes)
        guard self.text == text else { return nil }
    }

    package var bytes: [UInt8] {
        [words.0, words.1, words.2, words.3].flatMap { word in
            (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * $0)) }
        }
    }

    package var text: String { Hex.text(bytes) }

    package static func == (one: Digest256, other: Digest256) -> Bool { one.words == other.words }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
        hasher.combine(words.3)
    }
}
