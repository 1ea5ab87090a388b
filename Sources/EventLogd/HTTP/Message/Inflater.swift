import CZlib
import NIOCore
import NIOHTTP1

/// Decompresses a gzip body piece by piece, also one of several members, within a ratio (A10).
///
/// The memory of zlib belongs to this object alone; its pointers are set for the length of one
/// call.
final class Inflater {
    /// Bytes that one call gives at most: what follows can be held back in between.
    static let pieceSize = 64 << 10

    private var stream = z_stream()
    private let ratioMax: Int
    private let freeSize: Int
    private var consumed = 0
    private var produced = 0
    /// Between members: behind the end of one, before the first byte of another.
    private var isAtEnd = false
    /// zlib filled the last piece and may have more without any input.
    private var hasMore = false

    init(limits: DaemonLimits) throws(HTTPFailure) {
        ratioMax = limits.inflationRatioMax
        freeSize = limits.inflationFreeSize
        // 15 bits of window, and 16 for the gzip wrapper alone.
        let status = inflateInit2_(
            &stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else {
            throw HTTPFailure(
                .serviceUnavailable, "SERVICE_UNAVAILABLE",
                "There is no memory to inflate the body.",
                reason: "busy")
        }
    }

    deinit { inflateEnd(&stream) }

    /// Whether the body may end here.
    var isComplete: Bool { isAtEnd }

    /// Inflates some of the input, which moves behind what was used.
    /// - Returns: the next bytes of the body; `nil` if more input is needed.
    func next(_ input: inout ByteBuffer, _ allocator: ByteBufferAllocator) throws(HTTPFailure)
        -> ByteBuffer?
    {
        while input.readableBytes > 0 || hasMore {
            if isAtEnd {
                // Another member, or bytes that are no part of a gzip file.
                guard inflateReset(&stream) == Z_OK else { throw Self.damaged }
                isAtEnd = false
            }
            var output = allocator.buffer(capacity: Self.pieceSize)
            var status = Z_OK
            output.writeWithUnsafeMutableBytes(minimumWritableBytes: Self.pieceSize) { target in
                let targetSize = min(target.count, Self.pieceSize)
                input.readWithUnsafeMutableReadableBytes { source in
                    stream.next_in = source.baseAddress?.assumingMemoryBound(to: UInt8.self)
                    stream.avail_in = UInt32(clamping: source.count)
                    let offered = Int(stream.avail_in)
                    stream.next_out = target.baseAddress?.assumingMemoryBound(to: UInt8.self)
                    stream.avail_out = UInt32(targetSize)
                    status = inflate(&stream, Z_NO_FLUSH)
                    let used = offered - Int(stream.avail_in)
                    consumed += used
                    return used
                }
                return targetSize - Int(stream.avail_out)
            }
            produced += output.readableBytes
            switch status {
            case Z_OK, Z_BUF_ERROR: break
            case Z_STREAM_END: isAtEnd = true
            default: throw Self.damaged
            }
            hasMore = status == Z_OK && output.readableBytes == Self.pieceSize
            try checkRatio()
            if output.readableBytes > 0 { return output }
            if status == Z_BUF_ERROR { return nil }
        }
        return nil
    }

    private func checkRatio() throws(HTTPFailure) {
        guard produced > freeSize, produced / ratioMax > consumed else { return }
        throw HTTPFailure(
            .payloadTooLarge, "INVALID_REQUEST",
            "The body inflates to more than \(ratioMax) times its size.")
    }

    static let damaged = HTTPFailure.invalid("The body is not whole gzip data.")
}
