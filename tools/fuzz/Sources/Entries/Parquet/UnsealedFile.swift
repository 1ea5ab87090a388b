@testable import Parquet

/// A file of ours as if somebody else had written it: without checksums, at the same length. Where a
/// checksum stands in front, a fuzzer that changes a byte tests the checksum and nothing behind it.
enum UnsealedFile {
    static func bytes(_ sealed: [UInt8]) -> [UInt8] {
        var bytes = sealed
        unsealPages(&bytes)
        // The mark of another extension, which is none of the reader's business.
        let mark = Array("CRC1".utf8)
        var place = 0
        while place + mark.count <= bytes.count {
            if bytes[place..<place + mark.count].elementsEqual(mark) {
                bytes[place + 3] = UInt8(ascii: "0")
            }
            place += 1
        }
        return bytes
    }

    /// Takes the field `crc` out of each page header and puts as many bytes of an unknown field before
    /// the header's extension.
    private static func unsealPages(_ bytes: inout [UInt8]) {
        var position = ParquetWriter.magic.count
        while let header = try? PageHeader.read(
            bytes, at: position, base: 0, requiresChecksum: true, rows: .nested)
        {
            let range = position..<position + header.headerSize
            bytes.replaceSubrange(range, with: unsealed(Array(bytes[range])))
            position = range.upperBound + header.storedSize
        }
    }

    private static func unsealed(_ header: [UInt8]) -> [UInt8] {
        var place = 0
        // Fields 1 to 3: a byte of type and step, a varint each.
        for _ in 0..<3 {
            place += 1
            place = end(ofVarintAt: place, in: header)
        }
        let start = place
        place = end(ofVarintAt: place + 1, in: header)
        let removed = place - start
        // The structure of the page's kind, counted from field 3 now rather than from 4.
        guard header[start] == 0x15, removed >= 5,
            let extensionStart = find([0x08, 0xFE, 0xFF, 0x03], header)
        else {
            return header
        }
        var kind = Array(header[place..<extensionStart])
        kind[0] = kind[0] &+ 0x10
        // An i32 numbered 100, long form, its value padded to the length.
        let filler = [0x05, 0xC8, 0x01] + [UInt8](repeating: 0x80, count: removed - 4) + [0x00]
        return Array(header[..<start]) + kind + filler + header[extensionStart...]
    }

    private static func end(ofVarintAt place: Int, in bytes: [UInt8]) -> Int {
        var place = place
        while bytes[place] >= 0x80 { place += 1 }
        return place + 1
    }

    private static func find(_ wanted: [UInt8], _ bytes: [UInt8]) -> Int? {
        bytes.indices.dropLast(wanted.count - 1).first {
            bytes[$0..<$0 + wanted.count].elementsEqual(wanted)
        }
    }
}
