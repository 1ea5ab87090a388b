import Columns

/// Collects the levels and values of one leaf and turns them into pages, in plain encoding.
struct NestedColumnBuilder {
    let leaf: NestedLeaf
    private let pageRowCount: Int
    private let compression: LZ4.Effort
    private var repetition: [UInt32] = []
    private var definition: [UInt32] = []
    private var values: [UInt8] = []
    /// Booleans share bytes, so they are packed when the page is complete.
    private var bools: [Bool] = []
    private var rowCount = 0

    /// Pages with their headers.
    private(set) var bytes: [UInt8] = []
    private(set) var pageCount = 0
    private(set) var valueCount = 0
    private(set) var nullCount = 0
    private(set) var rawSize = 0
    private(set) var codec = Codec.uncompressed

    /// Bytes of values after which a page ends with its row.
    private static let pageSizeAim = 1 << 20

    init(_ leaf: NestedLeaf, _ options: ParquetWriterOptions) {
        self.leaf = leaf
        pageRowCount = options.pageRowCount
        compression = options.compression
    }

    mutating func beginRow() {
        if rowCount >= pageRowCount || values.count >= Self.pageSizeAim { endPage() }
        rowCount += 1
    }

    /// Nothing there: `level` says how much of the path to it is.
    mutating func appendNull(_ repetitionLevel: Int, _ level: Int) {
        repetition.append(UInt32(repetitionLevel))
        definition.append(UInt32(level))
    }

    mutating func append(_ value: Value, _ repetitionLevel: Int) throws(ParquetError) {
        switch (value, leaf.physicalType) {
        case (.bool(let value), .boolean): bools.append(value)
        case (.int64(let value), .int64), (.timestamp(let value), .int64):
            values.append(littleEndian: value)
        case (.int64(let value), .int32):
            guard let value = Int32(exactly: value) else {
                throw ParquetError("column \(name): \(value) in 32 bits")
            }
            values.append(littleEndian: value)
        case (.double(let value), .double): values.append(littleEndian: value.bitPattern)
        case (.string(let value), .byteArray):
            let size = value.utf8.count
            guard size <= ParquetLimits.pageSizeMax - values.count - Self.pageSizeAim else {
                throw ParquetError("column \(name): a string of \(size) bytes")
            }
            values.append(littleEndian: UInt32(size))
            values.append(contentsOf: value.utf8)
        default: preconditionFailure("column \(name): a value of another type")
        }
        repetition.append(UInt32(repetitionLevel))
        definition.append(UInt32(leaf.definitionLevelMax))
    }

    private var name: String { leaf.path.joined(separator: ".") }

    mutating func endPage() {
        if rowCount == 0 { return }
        packBools()
        let repetitionLevels = PageWriter.levels(repetition, levelMax: leaf.repetitionLevelMax)
        let definitionLevels = PageWriter.levels(definition, levelMax: leaf.definitionLevelMax)
        var header = PageHeader(
            type: .dataV2, rawSize: 0, storedSize: 0, valueCount: definition.count,
            encoding: .plain)
        header.rowCount = rowCount
        header.nullCount = definition.count { $0 < UInt32(leaf.definitionLevelMax) }
        header.repetitionLevelSize = repetitionLevels.count
        header.definitionLevelSize = definitionLevels.count
        let written = PageWriter.append(
            &header, levels: repetitionLevels + definitionLevels, values: values,
            compression: compression, to: &bytes)
        rawSize += written.rawSize
        if written.isCompressed { codec = .lz4Raw }
        pageCount += 1
        valueCount += definition.count
        nullCount += header.nullCount ?? 0
        repetition.removeAll(keepingCapacity: true)
        definition.removeAll(keepingCapacity: true)
        values.removeAll(keepingCapacity: true)
        rowCount = 0
    }

    private mutating func packBools() {
        for start in stride(from: 0, to: bools.count, by: 8) {
            var byte: UInt8 = 0
            for bit in 0..<min(8, bools.count - start) where bools[start + bit] {
                byte |= 1 << UInt8(bit)
            }
            values.append(byte)
        }
        bools.removeAll(keepingCapacity: true)
    }
}
