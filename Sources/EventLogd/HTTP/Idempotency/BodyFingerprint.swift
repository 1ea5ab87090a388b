import Crypto
import NIOCore

/// Stands for what a request says, so that a key that is used for something else is noticed:
/// SHA-256 over what the body is and its bytes, inflated.
struct BodyFingerprint {
    private var hash = SHA256()

    init(_ type: MediaType) {
        hash.update(data: [type == .lines ? 1 : 0])
    }

    mutating func update(_ bytes: ByteBuffer) {
        bytes.withUnsafeReadableBytes { hash.update(bufferPointer: $0) }
    }

    func finish() -> [UInt8] { Array(hash.finalize()) }

    static func of(_ request: HTTPRequest) -> [UInt8] {
        var fingerprint = BodyFingerprint(MediaType(request.headers))
        // The path names whom it is about, and the body need not.
        if request.route == .userExport {
            fingerprint.update(ByteBuffer(string: request.target.path))
        }
        fingerprint.update(request.body)
        return fingerprint.finish()
    }
}
