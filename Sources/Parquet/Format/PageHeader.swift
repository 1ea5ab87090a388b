/// What stands before each page: its kind, its sizes, its checksum (`PageHeader` of
/// `parquet.thrift`).
///
/// A header needs no footer to be understood, so pages can be walked when the footer is lost.
package struct PageHeader: Hashable, Sendable {
    package var type: PageType
    /// Bytes of the page before compression, levels included.
    package var rawSize: Int
    /// Bytes of the page behind the header.
    package var storedSize: Int
    /// CRC-32 of those bytes.
    package var crc: UInt32?
    /// Values, nulls included; the entries of a dictionary page.
    package var valueCount: Int
    package var encoding: Encoding
    /// Only data pages of version 2 say it.
    package var nullCount: Int?
    /// Rows; `nil`: as many as values. Only data pages of version 2 say it.
    package var rowCount: Int?
    /// Bytes of repetition levels, then of definition levels, before the values, never compressed;
    /// only version 2.
    package var repetitionLevelSize = 0
    package var definitionLevelSize = 0
    /// Whether the values are compressed with the chunk's codec; only version 2 may deny it.
    package var isCompressed = true
    /// Bytes of the header itself.
    package var headerSize = 0
}

extension PageHeader {
    func serialized() -> [UInt8] {
        var writer = ThriftCompactWriter()
        writer.structure { writer in
            writer.int32(1, type.rawValue)
            writer.int32(2, Int32(rawSize))
            writer.int32(3, Int32(storedSize))
            if let crc { writer.int32(4, Int32(bitPattern: crc)) }
            switch type {
            case .dictionary:
                writer.structure(7) { writer in
                    writer.int32(1, Int32(valueCount))
                    writer.int32(2, encoding.rawValue)
                }
            case .dataV2:
                writer.structure(8) { writer in
                    writer.int32(1, Int32(valueCount))
                    writer.int32(2, Int32(nullCount ?? 0))
                    // Flat columns have a row for each value.
                    writer.int32(3, Int32(rowCount ?? valueCount))
                    writer.int32(4, encoding.rawValue)
                    writer.int32(5, Int32(definitionLevelSize))
                    writer.int32(6, Int32(repetitionLevelSize))
                    writer.bool(7, isCompressed)
                }
            case .data, .index: preconditionFailure("pages that are read and never written")
            }
            StructChecksum.write(to: &writer)
        }
        return writer.bytes
    }

    /// Reads the header at `position` of `bytes`, which start at `base` in the file.
    static func read(
        _ bytes: [UInt8], at position: Int, base: Int, requiresChecksum: Bool,
        rows: RowShape = .flat
    ) throws(ParquetError) -> PageHeader {
        let end = min(bytes.count, position + ParquetLimits.pageHeaderSizeMax)
        var reader = ThriftCompactReader(bytes, range: position..<end, base: base)
        var fields = Fields()
        var checksum = StructChecksum.State.absent
        try reader.structure { reader, field throws(ParquetError) in
            switch field.id {
            case 1: fields.type = PageType(rawValue: try reader.int32(field))
            case 2: fields.rawSize = try reader.int32(field)
            case 3: fields.storedSize = try reader.int32(field)
            case 4: fields.crc = UInt32(bitPattern: try reader.int32(field))
            case 5, 7, 8: try fields.readKind(field, &reader)
            case StructChecksum.fieldID:
                checksum = try StructChecksum.read(field, from: &reader, start: position)
            default: return false
            }
            return true
        }
        let place = base + position
        try checksum.verify(isRequired: requiresChecksum, "page header", at: place)
        guard var header = fields.header(rows) else {
            throw ParquetError("page header that makes no sense", at: place)
        }
        header.headerSize = reader.position - position
        return header
    }

    /// Fields as they come, before anything is believed.
    private struct Fields {
        var type: PageType?
        var rawSize: Int32 = -1
        var storedSize: Int32 = -1
        var crc: UInt32?
        var kind: Int16 = 0
        var valueCount: Int32 = -1
        var nullCount: Int32?
        var rowCount: Int32?
        var encoding: Encoding?
        var levelEncoding: Int32 = 3
        var definitionLevelSize: Int32 = 0
        var repetitionLevelSize: Int32 = 0
        var isCompressed = true

        mutating func readKind(
            _ field: ThriftCompactReader.Field, _ reader: inout ThriftCompactReader
        ) throws(ParquetError) {
            var kind = self
            kind.kind = field.id
            try reader.structureField(field)
            try reader.structure { reader, inner throws(ParquetError) in
                switch (field.id, inner.id) {
                case (_, 1): kind.valueCount = try reader.int32(inner)
                case (5, 2), (7, 2), (8, 4):
                    kind.encoding = Encoding(rawValue: try reader.int32(inner))
                case (5, 3): kind.levelEncoding = try reader.int32(inner)
                case (8, 2): kind.nullCount = try reader.int32(inner)
                case (8, 3): kind.rowCount = try reader.int32(inner)
                case (8, 5): kind.definitionLevelSize = try reader.int32(inner)
                case (8, 6): kind.repetitionLevelSize = try reader.int32(inner)
                case (8, 7): kind.isCompressed = try reader.bool(inner)
                default: return false
                }
                return true
            }
            self = kind
        }

        /// `nil` if the fields contradict each other or the limits.
        func header(_ rows: RowShape) -> PageHeader? {
            let sizes = 0...Int32(ParquetLimits.pageSizeMax)
            guard let type, sizes.contains(rawSize), sizes.contains(storedSize) else { return nil }
            var header = PageHeader(
                type: type, rawSize: Int(rawSize), storedSize: Int(storedSize), crc: crc,
                valueCount: Int(valueCount), encoding: encoding ?? .plain)
            // Pages of other kinds are passed over by their size.
            if type == .index { return header }
            guard valueCount >= 0, encoding != nil else { return nil }
            switch type {
            case .data:
                guard kind == 5 else { return nil }
                guard levelEncoding == Encoding.rle.rawValue else { return nil }
            case .dictionary: guard kind == 7 else { return nil }
            case .dataV2:
                guard kind == 8, let rowCount, (0...valueCount).contains(rowCount),
                    rows == .nested || rowCount == valueCount && repetitionLevelSize == 0,
                    let nullCount, (0...valueCount).contains(nullCount), definitionLevelSize >= 0,
                    repetitionLevelSize >= 0, definitionLevelSize <= min(rawSize, storedSize),
                    repetitionLevelSize <= min(rawSize, storedSize) - definitionLevelSize
                else { return nil }
                header.rowCount = Int(rowCount)
                header.repetitionLevelSize = Int(repetitionLevelSize)
                header.nullCount = Int(nullCount)
                header.definitionLevelSize = Int(definitionLevelSize)
                header.isCompressed = isCompressed
            case .index: break
            }
            return header
        }
    }
}
