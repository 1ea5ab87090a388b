import Columns

/// Writes events as CSV (RFC 4180; docs/Export.md, CSV): one column for each field of `data`, text that
/// a spreadsheet would run disarmed, numbers as they are.
struct ExportCSVRows {
    private static let lineEnd: [UInt8] = [0x0D, 0x0A]

    /// Of the table, in the order in which blocks have them.
    let columns: [Int]
    private let envelopeCount: Int
    private let fields: [ExportLayout.Field]
    /// Where the field of `data` of a name stands, among columns and beyond them.
    private let places: [String: Int]
    private let cellCount: Int
    private let hasOthers: Bool
    private let names: [String]
    private let reader = ExtraReader()

    init(_ layout: ExportLayout, _ use: ExportUse) {
        fields = layout.envelope + use.data
        envelopeCount = layout.envelope.count
        columns = fields.map(\.column) + [layout.extra]
        let known = Set(use.data.map(\.name))
        let beyond = use.names.filter { !known.contains($0) }
        names = layout.envelope.map(\.name) + (use.data.map(\.name) + beyond).map { "data." + $0 }
        places = Dictionary(
            uniqueKeysWithValues: (use.data.map(\.name) + beyond).enumerated()
                .map { ($1, layout.envelope.count + $0) })
        hasOthers = use.hasOthers
        cellCount = names.count
    }

    /// The line with the names of the columns.
    func appendHeader(to text: inout [UInt8]) {
        for (number, name) in (names + (hasOthers ? ["extra"] : [])).enumerated() {
            if number > 0 { text.append(UInt8(ascii: ",")) }
            Self.append(Array(name.utf8)[...], to: &text)
        }
        text += Self.lineEnd
    }

    /// - Throws: `JSONError` if `extra` is not what the store writes; nothing has been appended then.
    func append(_ row: Int, of block: Block, to text: inout [UInt8]) throws {
        let extra = try block.columns[fields.count].textBytes(row).map(reader.fields) ?? []
        var byPlace: [Int: ExportExtraField] = [:]
        var others: [ExportExtraField] = []
        for field in extra {
            // The same name may be in both: as a column of one type, and here where it had another.
            if field.inPayload, let place = places[field.name], byPlace[place] == nil {
                byPlace[place] = field
            } else {
                others.append(field)
            }
        }
        for place in 0..<cellCount {
            if place > 0 { text.append(UInt8(ascii: ",")) }
            if place < fields.count, Self.append(row, of: block.columns[place], to: &text) {
                continue
            }
            if let field = byPlace[place] { Self.append(field, to: &text) }
        }
        if hasOthers {
            text.append(UInt8(ascii: ","))
            if !others.isEmpty { Self.append(Self.object(others)[...], to: &text) }
        }
        text += Self.lineEnd
    }

    private static func append(_ field: ExportExtraField, to text: inout [UInt8]) {
        if let string = field.text {
            append(Array(string.utf8)[...], to: &text)
        } else if field.json.elementsEqual("null".utf8) {
            return
        } else {
            append(field.json[...], to: &text)
        }
    }

    /// As the store has them: those of `data` within one.
    private static func object(_ fields: [ExportExtraField]) -> [UInt8] {
        func members(_ fields: [ExportExtraField]) -> [UInt8] {
            var text: [UInt8] = []
            for (number, field) in fields.enumerated() {
                if number > 0 { text.append(UInt8(ascii: ",")) }
                JSONText.appendString(field.name, to: &text)
                text.append(UInt8(ascii: ":"))
                text += field.json
            }
            return text
        }
        let data = fields.filter(\.inPayload)
        var text = Array("{".utf8) + members(fields.filter { !$0.inPayload })
        if !data.isEmpty {
            if text.count > 1 { text.append(UInt8(ascii: ",")) }
            text += #""data":{"#.utf8
            text += members(data)
            text.append(UInt8(ascii: "}"))
        }
        return text + "}".utf8
    }

    /// - Returns: whether there was a value; null is nothing.
    private static func append(_ row: Int, of column: Column, to text: inout [UInt8]) -> Bool {
        if let validity = column.validity, validity[row] == 0 { return false }
        switch column.values {
        case .allNull: return false
        case .bool(let values): text += (values[row] != 0 ? "true" : "false").utf8
        case .double(let values): JSONText.appendNumber(values[row], to: &text)
        case .int64(let values):
            if column.type == .timestamp {
                RFC3339.append(values[row], to: &text)
            } else {
                text += String(values[row]).utf8
            }
        case .string:
            guard let bytes = column.textBytes(row) else { return false }
            append(bytes, to: &text)
        }
        return true
    }

    /// A text: plain if it is one word of harmless bytes, as nearly all are.
    static func append(_ bytes: ArraySlice<UInt8>, to text: inout [UInt8]) {
        if let first = bytes.first, isHarmlessStart(first), bytes.allSatisfy(isPlain) {
            text += bytes
            return
        }
        let disarmed = FormulaText.disarmed(String(decoding: bytes, as: UTF8.self))
        let needsQuotes =
            disarmed.isEmpty || disarmed.first == " " || disarmed.last == " "
            || disarmed.utf8.contains { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }
        guard needsQuotes else {
            text += disarmed.utf8
            return
        }
        text.append(0x22)
        for byte in disarmed.utf8 {
            if byte == 0x22 { text.append(0x22) }
            text.append(byte)
        }
        text.append(0x22)
    }

    private static func isHarmlessStart(_ byte: UInt8) -> Bool {
        (byte >= 0x30 && byte <= 0x39) || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A)
    }

    /// No blank, quote, comma or control character, and ASCII.
    private static func isPlain(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte < 0x7F && byte != 0x22 && byte != 0x2C
    }
}
