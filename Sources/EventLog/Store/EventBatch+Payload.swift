/// A batch as the payload of a journal record of kind `events`:
///
/// ```
/// u8 version (1) · i64 receivedAt · u32 uid · u32 gid · i32 pid · u16 length, producer · rows
/// ```
///
/// The record's own header has the number of rows and the first one's `seq`. Little-endian.
extension EventBatch {
    static let payloadVersion: UInt8 = 1
    static let payloadHeaderSize = 23

    /// The rows of these runs in pieces whose rows take at most `sizeMax` bytes each; a row that is larger
    /// makes a piece of its own.
    func pieces(of runs: [Range<Int>], sizeMax: Int) -> [[Range<Int>]] {
        guard rows.count > sizeMax else { return runs.isEmpty ? [] : [runs] }
        var pieces: [[Range<Int>]] = []
        var piece: [Range<Int>] = []
        var size = 0
        for run in runs {
            var start = run.lowerBound
            for row in run {
                let rowSize = Int(rowOffsets[row + 1] - rowOffsets[row])
                if size + rowSize > sizeMax, size > 0 {
                    if start < row { piece.append(start..<row) }
                    pieces.append(piece)
                    (piece, size, start) = ([], 0, row)
                }
                size += rowSize
            }
            piece.append(start..<run.upperBound)
        }
        if !piece.isEmpty { pieces.append(piece) }
        return pieces
    }

    /// Bytes of the payload with the rows of these ranges.
    func payloadSize(of runs: [Range<Int>]) -> Int {
        runs.reduce(Self.payloadHeaderSize + producer.utf8.count) {
            $0 + Int(rowOffsets[$1.upperBound] - rowOffsets[$1.lowerBound])
        }
    }

    /// Appends the payload with the rows of these ranges.
    func appendPayload(rows runs: [Range<Int>], to bytes: inout [UInt8]) {
        func append(_ value: some FixedWidthInteger) {
            withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
        }
        bytes.append(Self.payloadVersion)
        append(receivedAt)
        append(peer.uid)
        append(peer.gid)
        append(peer.pid)
        let name = Array(producer.utf8.prefix(Int(UInt16.max)))
        append(UInt16(name.count))
        bytes.append(contentsOf: name)
        for run in runs {
            let range = Int(rowOffsets[run.lowerBound])..<Int(rowOffsets[run.upperBound])
            bytes.append(contentsOf: rows[range])
        }
    }

    /// Reads a payload back. Identities are made anew, with this process's key.
    /// - Throws: `EventRowError` if the payload is not well formed.
    init(payload: UnsafeRawBufferPointer, count: Int, identityKey: UInt64) throws {
        guard payload.count >= Self.payloadHeaderSize, payload[0] == Self.payloadVersion else {
            throw EventRowError.truncated(at: 0)
        }
        func load<Integer: FixedWidthInteger>(_ offset: Int, _: Integer.Type) -> Integer {
            Integer(littleEndian: payload.loadUnaligned(fromByteOffset: offset, as: Integer.self))
        }
        let nameEnd = Self.payloadHeaderSize + Int(load(21, UInt16.self))
        guard nameEnd <= payload.count else { throw EventRowError.truncated(at: 21) }
        self.init(
            producer: String(decoding: payload[Self.payloadHeaderSize..<nameEnd], as: UTF8.self),
            peer: PeerCredentials(
                uid: load(9, UInt32.self), gid: load(13, UInt32.self), pid: load(17, Int32.self)),
            receivedAt: load(1, Int64.self))
        rows = Array(payload[nameEnd...])
        let hasher = EventIdentityHasher(producer: producer, key: identityKey)
        try rows.withUnsafeBytes { bytes in
            var reader = EventRowReader(bytes)
            while let header = try reader.nextRow() {
                let identity = try reader.eventId().map(hasher.identity(of:))
                // All of a row is looked at: who meets the rest of it has begun to take it in.
                while try reader.nextField() != nil {}
                // An id of its own and one that is to be made would be two.
                guard identity == nil || !header.flags.contains(.generatedID) else {
                    throw EventRowError.unexpectedColumn(.eventId, at: header.start)
                }
                identities.append(identity)
                rowOffsets.append(UInt32(header.end))
            }
        }
        guard self.count == count else { throw EventRowError.truncated(at: rows.count) }
    }
}

extension EventRowReader {
    /// The eventId that stands in the row, `nil` if it is to be generated. Passes over the fields
    /// before it.
    mutating func eventId() throws(EventRowError) -> UnsafeRawBufferPointer? {
        while let field = try nextField() {
            if case .string(.eventId, let id) = field { return id }
        }
        return nil
    }
}
