import CZlib

/// Compresses a stream of bytes as one gzip member (RFC 1952).
///
/// The memory of zlib belongs to this object alone; its pointers are set for the length of one call.
package final class Gzip {
    package struct Failure: Error {}

    /// Bytes of one piece of output.
    private static let pieceSize = 64 << 10

    private var stream = z_stream()
    private var piece = [UInt8](repeating: 0, count: Gzip.pieceSize)
    private let output: ([UInt8]) throws -> Void

    /// - Parameter output: takes what is compressed, in order.
    package init(_ output: @escaping ([UInt8]) throws -> Void) throws {
        self.output = output
        // 15 bits of window, and 16 for the gzip wrapper; 8 is zlib's usual memory.
        let status = deflateInit2_(
            &stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY,
            ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else { throw Failure() }
    }

    deinit { deflateEnd(&stream) }

    package func write(_ bytes: [UInt8]) throws { try run(bytes, Z_NO_FLUSH) }

    /// Ends the member; nothing may be written after it.
    package func finish() throws { try run([], Z_FINISH) }

    private func run(_ bytes: [UInt8], _ flush: Int32) throws {
        var used = 0
        var isDone = false
        while !isDone {
            // zlib only reads from where `next_in` points: it is not const for old compilers' sake.
            var input = Array(bytes[used...].prefix(Int(UInt32.max)))
            let count = input.count
            var left = 0
            let status = input.withUnsafeMutableBufferPointer { source in
                piece.withUnsafeMutableBufferPointer { target in
                    stream.next_in = source.baseAddress
                    stream.avail_in = UInt32(count)
                    stream.next_out = target.baseAddress
                    stream.avail_out = UInt32(target.count)
                    let status = deflate(&stream, flush)
                    left = Int(stream.avail_out)
                    return status
                }
            }
            used += count - Int(stream.avail_in)
            guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else {
                throw Failure()
            }
            if left < Self.pieceSize { try output(Array(piece[..<(Self.pieceSize - left)])) }
            // With room left in the piece, zlib has taken all and has nothing more to say.
            isDone = flush == Z_FINISH ? status == Z_STREAM_END : left > 0
        }
    }
}
