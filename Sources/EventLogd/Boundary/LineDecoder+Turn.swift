import NIOCore

extension LineDecoder {
    /// Decodes from the front of `bytes` and takes off what was looked at, until nothing is left or
    /// `isOver`, asked after each hand-over, says that others have their turn.
    func decode(
        _ bytes: inout ByteBuffer, now: Int64, until isOver: () -> Bool,
        _ take: (DecodedLines) -> Void
    ) {
        bytes.readWithUnsafeReadableBytes { chunk in
            var offset = 0
            while offset < chunk.count {
                let mayHaveMore = decodeNext(in: chunk, at: &offset, now: now, take)
                if !mayHaveMore || isOver() { break }
            }
            return offset
        }
        // Its memory is not kept for what may come one day.
        if bytes.readableBytes == 0 { bytes = ByteBuffer() }
    }
}
