import NIOCore

@testable import EventLog
@testable import EventLogd

/// Compressed bodies in pieces of two sizes give the same bytes, within the ratio.
enum GzipEntry {
    static func run(_ bytes: [UInt8]) {
        guard let whole = read(bytes, pieceSize: max(1, bytes.count)),
            let cut = read(bytes, pieceSize: 5)
        else { return }
        precondition(whole == cut, "another body from the same bytes in pieces")
    }

    /// - Returns: `nil` if it is not whole gzip data.
    private static func read(_ bytes: [UInt8], pieceSize: Int) -> [UInt8]? {
        guard let inflater = try? Inflater(limits: DaemonLimits()) else { return nil }
        var buffer = ByteBuffer()
        var output: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: pieceSize) {
            buffer.writeBytes(bytes[start..<min(start + pieceSize, bytes.count)])
            do throws(HTTPFailure) {
                while let part = try inflater.next(&buffer, ByteBufferAllocator()) {
                    precondition(
                        part.readableBytes <= Inflater.pieceSize, "a piece larger than agreed")
                    output += part.readableBytesView
                }
            } catch {
                return nil
            }
        }
        return inflater.isComplete ? output : nil
    }

    /// `gzip` of two texts, one member and two.
    static let seeds: [[UInt8]] = [
        [
            0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0x4B, 0x4C, 0x4A, 0x4E, 0x84, 0x62, 0, 0x49, 0x1F,
            0x32, 0x5E, 8, 0, 0, 0,
        ],
        [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    ]
}
