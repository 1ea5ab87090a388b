import Columns

/// Writes a Parquet file of nested rows to memory, as one row group.
///
/// Each value goes to the column of its leaf with two levels (page "Nested Encoding"): how much of
/// the path to it is there, and which list on the path it continues. For small files that are
/// written seldom: no dictionaries, limits or indexes.
package struct NestedParquetWriter {
    private let fields: [NestedField]
    private let options: ParquetWriterOptions
    private var columns: [NestedColumnBuilder]
    private var rowCount = 0

    package init(
        fields: [NestedField], options: ParquetWriterOptions = ParquetWriterOptions()
    ) {
        self.fields = fields
        self.options = options
        columns = NestedField.leaves(of: fields).map { NestedColumnBuilder($0, options) }
        precondition(!columns.isEmpty && options.pageRowCount > 0)
    }

    /// Where a value stands in the tree.
    private struct Place {
        /// The level at which what is around the value is there.
        var definition = 0
        /// What the value continues: the row, or a list around it.
        var repetition = 0
        /// Lists and maps around it.
        var depth = 0
    }

    /// - Parameter row: by field.
    /// - Throws: a null that is required to be there, or a value too large for any page. The file is
    ///   lost then.
    /// - Precondition: values have the shapes of their fields.
    package mutating func append(_ row: [NestedValue]) throws(ParquetError) {
        guard rowCount < ParquetLimits.rowGroupRowCountMax else {
            throw ParquetError("row group of more than \(rowCount) rows")
        }
        rowCount += 1
        for column in columns.indices { columns[column].beginRow() }
        var column = 0
        try append(row, fields, &column, Place())
    }

    private mutating func append(
        _ values: [NestedValue], _ fields: [NestedField], _ column: inout Int, _ place: Place
    ) throws(ParquetError) {
        precondition(fields.count == values.count)
        for (field, value) in zip(fields, values) { try append(value, field, &column, place) }
    }

    /// - Parameter column: the first of the field's columns; becomes the one after its last.
    private mutating func append(
        _ value: NestedValue, _ field: NestedField, _ column: inout Int, _ place: Place
    ) throws(ParquetError) {
        if value == .null {
            if field.isRequired { throw ParquetError("\(field.name): null where it is required") }
            return appendNulls(field, &column, place)
        }
        var inner = place
        if !field.isRequired { inner.definition += 1 }
        switch (field.shape, value) {
        case (.leaf, .value(let value)), (.int32, .value(let value)):
            try columns[column].append(value, place.repetition)
            column += 1
        case (.group(let fields), .group(let values)):
            try append(values, fields, &column, inner)
        case (.list(let element), .list(let values)):
            try append(
                items: values.map { [$0] }, [.element(element)], of: field, &column, inner)
        case (.map(let value), .map(let entries)):
            try append(
                items: entries.map { [.value(.string($0.key)), $0.value] }, [.key, .value(value)],
                of: field, &column, inner)
        default: preconditionFailure("\(field.name): a value of another shape")
        }
    }

    /// The items of a list or a map.
    private mutating func append(
        items: [[NestedValue]], _ fields: [NestedField], of field: NestedField,
        _ column: inout Int, _ place: Place
    ) throws(ParquetError) {
        if items.isEmpty { return appendNulls(field, &column, place) }
        let first = column
        var inner = place
        inner.definition += 1
        inner.depth += 1
        for item in items {
            column = first
            try append(item, fields, &column, inner)
            // The first item continues what is around the list, the others the list itself.
            inner.repetition = inner.depth
        }
    }

    private mutating func appendNulls(
        _ field: NestedField, _ column: inout Int, _ place: Place
    ) {
        for _ in 0..<field.leafCount {
            columns[column].appendNull(place.repetition, place.definition)
            column += 1
        }
    }

    /// - Returns: the whole file.
    package consuming func finish(keyValues: [(String, String)] = []) -> [UInt8] {
        var bytes = ParquetWriter.magic
        var group = WrittenRowGroup(rowCount: rowCount, offset: bytes.count, chunks: [])
        for column in columns.indices {
            columns[column].endPage()
            let built = columns[column]
            group.chunks.append(
                WrittenChunk(
                    encoding: .plain, codec: built.codec, valueCount: built.valueCount,
                    rawSize: built.rawSize, compressedSize: built.bytes.count,
                    dataPageOffset: bytes.count, pageCount: built.pageCount,
                    nullCount: built.nullCount))
            bytes.append(contentsOf: built.bytes)
        }
        let leaves = columns.map { column in
            FooterLeaf(
                path: column.leaf.path, physicalType: column.leaf.physicalType,
                hasLevels: column.leaf.definitionLevelMax > 0)
        }
        let fields = fields
        let footer = FooterWriter.serialize(
            leaves: leaves, rowGroups: rowCount > 0 ? [group] : [], sorting: [],
            keyValues: keyValues, createdBy: options.createdBy
        ) { NestedField.write(fields, to: &$0, field: $1) }
        bytes.append(contentsOf: footer)
        bytes.append(littleEndian: UInt32(footer.count))
        return bytes + ParquetWriter.magic
    }
}
