import CZlib

/// The content of a gzip file of any number of members, piece by piece.
struct Gunzip {
    struct Failure: Error {}

    private static let pieceSize = 256 << 10

    /// - Parameters:
    ///   - next: the next bytes of the file; empty at its end.
    ///   - output: takes what was compressed, in order.
    static func run(_ next: () throws -> [UInt8], _ output: ([UInt8]) throws -> Void) throws {
        var stream = z_stream()
        // 15 bits of window, and 16 for the gzip wrapper alone.
        guard
            inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
                == Z_OK
        else { throw Failure() }
        defer { inflateEnd(&stream) }
        var piece = [UInt8](repeating: 0, count: pieceSize)
        while case var input = try next(), !input.isEmpty {
            var used = 0
            while used < input.count {
                let offered = input.count - used
                var left = 0
                let status = input.withUnsafeMutableBufferPointer { source in
                    piece.withUnsafeMutableBufferPointer { target in
                        stream.next_in = source.baseAddress.map { $0 + used }
                        stream.avail_in = UInt32(offered)
                        stream.next_out = target.baseAddress
                        stream.avail_out = UInt32(target.count)
                        let status = inflate(&stream, Z_NO_FLUSH)
                        left = Int(stream.avail_out)
                        return status
                    }
                }
                used = input.count - Int(stream.avail_in)
                if left < pieceSize { try output(Array(piece[..<(pieceSize - left)])) }
                switch status {
                case Z_OK: break
                case Z_STREAM_END:
                    guard inflateReset(&stream) == Z_OK else { throw Failure() }
                default: throw Failure()
                }
            }
        }
    }
}
