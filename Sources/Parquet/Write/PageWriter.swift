/// Puts pages together: levels, values, compression, checksum, header (page "Data Pages").
enum PageWriter {
    /// - Returns: `nil` unless it saves at least a tenth, which is what reading it again costs.
    static func compress(_ bytes: [UInt8], _ effort: LZ4.Effort) -> [UInt8]? {
        bytes.withUnsafeBytes { LZ4.compress($0, effort, sizeMax: bytes.count - bytes.count / 10) }
    }

    /// Appends a data page of version 2 with its header.
    /// - Parameter values: encoded values; `nil` if the page has none.
    /// - Returns: bytes before compression, header included, and whether it was compressed.
    static func appendData(
        levels: [UInt8], values: [UInt8], encoding: Encoding, rowCount: Int, nullCount: Int,
        compression: LZ4.Effort?, to output: inout [UInt8]
    ) -> (rawSize: Int, isCompressed: Bool) {
        var header = PageHeader(
            type: .dataV2, rawSize: 0, storedSize: 0, valueCount: rowCount, encoding: encoding)
        header.nullCount = nullCount
        header.definitionLevelSize = levels.count
        return append(
            &header, levels: levels, values: values, compression: compression, to: &output)
    }

    /// The same for any levels; sizes, checksum and compression are filled in here.
    /// - Parameter levels: repetition levels, then definition levels, as the header says.
    static func append(
        _ header: inout PageHeader, levels: [UInt8], values: [UInt8], compression: LZ4.Effort?,
        to output: inout [UInt8]
    ) -> (rawSize: Int, isCompressed: Bool) {
        let packed = compression.flatMap { compress(values, $0) }
        let stored = packed ?? values
        // The levels are never compressed, but the checksum covers them.
        header.crc = levels.withUnsafeBytes { levels in
            let first = CRC32.checksum(levels)
            return stored.withUnsafeBytes { CRC32.checksum($0, continuing: first) }
        }
        header.rawSize = levels.count + values.count
        header.storedSize = levels.count + stored.count
        header.isCompressed = packed != nil
        let head = header.serialized()
        output.append(contentsOf: head)
        output.append(contentsOf: levels)
        output.append(contentsOf: stored)
        return (head.count + header.rawSize, packed != nil)
    }

    /// Appends a dictionary page with its header. There is no way to say that a dictionary page is
    /// not compressed when its chunk is, so `codec` decides.
    static func appendDictionary(
        _ entries: [UInt8], count: Int, codec: Codec, effort: LZ4.Effort, to output: inout [UInt8]
    ) -> Int {
        var stored = entries
        if codec == .lz4Raw {
            let packed = entries.withUnsafeBytes { LZ4.compress($0, effort, sizeMax: .max) }
            // An empty input has an empty block: one token byte.
            stored = packed ?? [0]
        }
        let header = PageHeader(
            type: .dictionary, rawSize: entries.count, storedSize: stored.count,
            crc: stored.withUnsafeBytes { CRC32.checksum($0) }, valueCount: count, encoding: .plain)
        let head = header.serialized()
        output.append(contentsOf: head)
        output.append(contentsOf: stored)
        return head.count + entries.count
    }

    /// Levels from 0 to `levelMax`; nothing where all are 0 anyway.
    static func levels(_ levels: [UInt32], levelMax: Int) -> [UInt8] {
        if levelMax == 0 { return [] }
        var output: [UInt8] = []
        levels.withUnsafeBufferPointer {
            RunLengthBitPacked.encode(
                $0, width: BitPacking.width(of: UInt64(levelMax)), into: &output)
        }
        return output
    }

    /// Definition levels of a leaf that is optional by itself: 1 = there is a value.
    static func levels(_ chunk: ChunkValues, _ page: ChunkValues.Page) -> [UInt8] {
        var output: [UInt8] = []
        let rowCount = page.rows.count
        guard let validity = chunk.validity, page.values.count < rowCount, !page.values.isEmpty
        else {
            RunLengthBitPacked.appendRun(
                of: page.values.isEmpty ? 0 : 1, rowCount, width: 1, into: &output)
            return output
        }
        validity[page.rows].map { UInt32($0) }.withUnsafeBufferPointer {
            RunLengthBitPacked.encode($0, width: 1, into: &output)
        }
        return output
    }
}
