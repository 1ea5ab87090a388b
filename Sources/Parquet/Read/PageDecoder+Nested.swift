import Columns

/// The levels and values of a page of a nested leaf.
struct NestedPage {
    var repetition: [UInt32]
    var definition: [UInt32]
    var values: [Value]
}

extension PageDecoder {
    /// - Parameter bytes: hold the page's body from `start` on, as long as the header says.
    func decodeNested(
        _ header: PageHeader, _ bytes: [UInt8], at start: Int
    ) throws(ParquetError) -> NestedPage {
        try bytes.withUnsafeBytes { bytes in
            // The walk that found the header has compared its size with the bytes.
            let body = UnsafeRawBufferPointer(rebasing: bytes[start..<start + header.storedSize])
            return Result { () throws(ParquetError) in try self.decodeNested(header, body) }
        }.get()
    }

    private func decodeNested(
        _ header: PageHeader, _ body: UnsafeRawBufferPointer
    ) throws(ParquetError) -> NestedPage {
        if let crc = header.crc, crc != CRC32.checksum(body) {
            throw ParquetError("checksum mismatch")
        }
        guard encodings.isEmpty || encodings.contains(header.encoding) else {
            throw ParquetError("encoding \(header.encoding) is not among those of the chunk")
        }
        if header.type == .dataV2 {
            // Both sizes were compared with that of the body when the header was read.
            let split = header.repetitionLevelSize + header.definitionLevelSize
            let repetition = try levels(
                UnsafeRawBufferPointer(rebasing: body[..<header.repetitionLevelSize]),
                stored.repetitionLevelMax, count: header.valueCount)
            let definition = try levels(
                UnsafeRawBufferPointer(rebasing: body[header.repetitionLevelSize..<split]),
                stored.definitionLevelMax, count: header.valueCount)
            return try decompressed(
                UnsafeRawBufferPointer(rebasing: body[split...]), size: header.rawSize - split,
                header.isCompressed ? codec : .uncompressed
            ) { (values) throws(ParquetError) in
                try self.page(header, repetition, definition, values)
            }
        }
        return try decompressed(body, size: header.rawSize, codec) { (body) throws(ParquetError) in
            var rest = body
            let repetition = try self.sizedLevels(
                &rest, self.stored.repetitionLevelMax, count: header.valueCount)
            let definition = try self.sizedLevels(
                &rest, self.stored.definitionLevelMax, count: header.valueCount)
            return try self.page(header, repetition, definition, rest)
        }
    }

    private func levels(
        _ input: UnsafeRawBufferPointer, _ levelMax: Int, count: Int
    ) throws(ParquetError) -> [UInt32] {
        if levelMax == 0 { return [UInt32](repeating: 0, count: count) }
        let levels = try Self.hybrid(
            input, width: BitPacking.width(of: UInt64(levelMax)), count: count)
        guard levels.allSatisfy({ $0 <= UInt32(levelMax) }) else {
            throw ParquetError("a level beyond \(levelMax)")
        }
        return levels
    }

    /// Version 1: four bytes of length before the levels (page "Encodings", "RLE").
    private func sizedLevels(
        _ rest: inout UnsafeRawBufferPointer, _ levelMax: Int, count: Int
    ) throws(ParquetError) -> [UInt32] {
        var input = UnsafeRawBufferPointer(rebasing: rest[..<0])
        if levelMax > 0 {
            guard rest.count >= 4 else { throw ParquetError("levels are missing") }
            let size = Int(rest.loadUnaligned(as: UInt32.self).littleEndian)
            guard size <= rest.count - 4 else { throw ParquetError("levels are cut off") }
            input = UnsafeRawBufferPointer(rebasing: rest[4..<4 + size])
            rest = UnsafeRawBufferPointer(rebasing: rest[(4 + size)...])
        }
        return try levels(input, levelMax, count: count)
    }

    private func page(
        _ header: PageHeader, _ repetition: [UInt32], _ definition: [UInt32],
        _ values: UnsafeRawBufferPointer
    ) throws(ParquetError) -> NestedPage {
        let valueCount = definition.count { $0 == UInt32(stored.definitionLevelMax) }
        guard header.nullCount.map({ $0 == definition.count - valueCount }) ?? true,
            header.rowCount.map({ $0 == repetition.count { $0 == 0 } }) ?? true
        else { throw ParquetError("levels and header disagree") }
        var strings = StringList()
        let page = try decode(
            values, header.encoding, Page(values: .none, valueCount: valueCount), &strings)
        return NestedPage(
            repetition: repetition, definition: definition,
            values: try Self.values(page, strings, dictionary, leaf.type))
    }

    private static func values(
        _ page: Page, _ strings: StringList, _ dictionary: ChunkDictionary?, _ type: ColumnType
    ) throws(ParquetError) -> [Value] {
        func number(_ value: Int64) -> Value {
            type == .timestamp ? .timestamp(value) : .int64(value)
        }
        switch page.values {
        case .none: return []
        case .bools(let values): return values.map { .bool($0 != 0) }
        case .integers(let values): return values.map(number)
        case .doubles(let values): return values.map { .double($0) }
        case .strings:
            var values: [Value] = []
            for index in 0..<strings.count {
                guard let text = strings[index] else {
                    throw ParquetError("a string that is not UTF-8")
                }
                values.append(.string(text))
            }
            return values
        case .indices(let indices):
            // Each was compared with the number of entries.
            switch dictionary?.entries {
            case .strings(let entries): return indices.map { .string(entries[Int($0)]) }
            case .integers(let entries): return indices.map { number(entries[Int($0)]) }
            case .doubles(let entries): return indices.map { .double(entries[Int($0)]) }
            case nil: throw ParquetError("dictionary is missing")
            }
        }
    }
}

extension StringList {
    /// - Returns: `nil` if it is not UTF-8.
    fileprivate subscript(index: Int) -> String? {
        String(
            validating: bytes[Int(offsets[index])..<Int(offsets[index + 1])], as: UTF8.self)
    }
}
