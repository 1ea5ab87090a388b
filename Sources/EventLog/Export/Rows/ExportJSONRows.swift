import Columns

/// Writes events as JSON objects (docs/Export.md, Rows).
struct ExportJSONRows {
    fileprivate struct Field {
        /// `"name":`
        let key: [UInt8]
        /// In the blocks that come.
        let place: Int
        let absent: [UInt8]
    }

    /// Of the table, in the order in which blocks have them.
    let columns: [Int]
    fileprivate let required: [Field]
    fileprivate let further: [Field]
    fileprivate let data: [Field]
    fileprivate let dataOpening: [UInt8]
    fileprivate let extra: Int
    fileprivate let reader = ExtraReader()

    init(_ layout: ExportLayout) {
        columns = (layout.envelope + layout.data).map(\.column) + [layout.extra]
        func fields(_ fields: [ExportLayout.Field], from start: Int) -> [Field] {
            fields.enumerated().map { number, field in
                var key: [UInt8] = []
                JSONText.appendString(field.name, to: &key)
                key.append(UInt8(ascii: ":"))
                return Field(key: key, place: start + number, absent: Array(field.absent.utf8))
            }
        }
        dataOpening = Array(",\"\(layout.dataName)\":{".utf8)
        required = fields(layout.required, from: 0)
        further = fields(layout.further, from: layout.required.count)
        data = fields(layout.data, from: layout.envelope.count)
        extra = columns.count - 1
    }

    /// The rows of one block.
    func of(_ block: Block) -> ExportJSONBlock { ExportJSONBlock(self, block) }
}

/// Writes the rows of one block: a block has few of the many fields that there are.
struct ExportJSONBlock {
    private let rows: ExportJSONRows
    private let columns: [Column]
    private let further: [ExportJSONRows.Field]
    private let data: [ExportJSONRows.Field]
    private let hasExtra: Bool

    init(_ rows: ExportJSONRows, _ block: Block) {
        self.rows = rows
        columns = block.columns
        further = rows.further.filter { block.columns[$0.place].hasValues }
        data = rows.data.filter { block.columns[$0.place].hasValues }
        hasExtra = block.columns[rows.extra].hasValues
    }

    private static let brace = Array("{".utf8)

    /// Appends one event as an object, without a line feed.
    /// - Parameter opening: how it begins.
    /// - Throws: `JSONError` if `extra` is not what the store writes; nothing has been appended then.
    func append(_ row: Int, opening: [UInt8] = Self.brace, to text: inout [UInt8]) throws {
        let kept =
            hasExtra
            ? try columns[rows.extra].textBytes(row).map(rows.reader.fields) ?? [] : []
        text += opening
        for (number, field) in rows.required.enumerated() {
            if number > 0 { text.append(UInt8(ascii: ",")) }
            text += field.key
            if !append(row, of: columns[field.place], to: &text) { text += field.absent }
        }
        text += rows.dataOpening
        var isFirst = true
        for field in data { append(field, row, to: &text, &isFirst) }
        append(kept.filter(\.inPayload), to: &text, &isFirst)
        text.append(UInt8(ascii: "}"))
        isFirst = false
        for field in further { append(field, row, to: &text, &isFirst) }
        let beside = kept.filter { !$0.inPayload }
        if !beside.isEmpty {
            text += #","extra":{"#.utf8
            isFirst = true
            append(beside, to: &text, &isFirst)
            text.append(UInt8(ascii: "}"))
        }
        text.append(UInt8(ascii: "}"))
    }

    private func append(
        _ field: ExportJSONRows.Field, _ row: Int, to text: inout [UInt8], _ isFirst: inout Bool
    ) {
        guard columns[field.place].hasValue(row) else { return }
        if !isFirst { text.append(UInt8(ascii: ",")) }
        isFirst = false
        text += field.key
        _ = append(row, of: columns[field.place], to: &text)
    }

    private func append(
        _ fields: [ExportExtraField], to text: inout [UInt8], _ isFirst: inout Bool
    ) {
        for field in fields {
            if !isFirst { text.append(UInt8(ascii: ",")) }
            isFirst = false
            JSONText.appendString(field.name, to: &text)
            text.append(UInt8(ascii: ":"))
            text += field.json
        }
    }

    /// - Returns: whether there was a value.
    private func append(_ row: Int, of column: Column, to text: inout [UInt8]) -> Bool {
        if let validity = column.validity, validity[row] == 0 { return false }
        switch column.values {
        case .allNull: return false
        case .bool(let values): text += (values[row] != 0 ? "true" : "false").utf8
        case .double(let values): JSONText.appendNumber(values[row], to: &text)
        case .int64(let values):
            guard column.type == .timestamp else {
                text += String(values[row]).utf8
                return true
            }
            text.append(0x22)
            RFC3339.append(values[row], to: &text)
            text.append(0x22)
        case .string:
            guard let bytes = column.textBytes(row) else { return false }
            JSONText.appendString(bytes, to: &text)
        }
        return true
    }
}
