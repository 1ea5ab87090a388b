import Columns

/// Looks for a text in all columns of text at once, byte by byte as it is written.
struct TextColumns {
    private static let extra = Int(EventColumn.extra.rawValue)

    private let search: TokenSearch
    private let positions: [Int]

    init(_ text: String, _ columns: [ColumnDefinition]) {
        search = TokenSearch(Array(text.utf8))
        positions = columns.indices.filter { columns[$0].type == .string }
    }

    /// By row, whether the text stands in it.
    func rows(of unit: any ScanUnit) throws -> [Bool] {
        let block = try unit.read(positions)
        var isFound = [Bool](repeating: false, count: block.rowCount)
        for (place, position) in positions.enumerated() {
            guard case .string(let codes, let dictionary) = block.columns[place].values else {
                continue
            }
            // Once for each distinct text, of those that occur here.
            var known = [Bool?](repeating: nil, count: dictionary.count)
            for row in codes.indices where codes[row] >= 0 && !isFound[row] {
                let code = Int(codes[row])
                if known[code] == nil {
                    known[code] = finds(dictionary, code, isJSON: position == Self.extra)
                }
                isFound[row] = known[code] ?? false
            }
        }
        return isFound
    }

    private func finds(_ dictionary: StringDictionary, _ code: Int, isJSON: Bool) -> Bool {
        let range = dictionary.range(at: code)
        if search.isPart(of: dictionary.bytes, range) { return true }
        guard isJSON, dictionary.bytes[range].contains(UInt8(ascii: "\\")) else { return false }
        // What was sent with escapes is kept with them: `\u00e9` and `é` are one text.
        return search.isPart(of: Self.withoutEscapes(dictionary.bytes[range]))
    }

    /// JSON text with what the escapes in its strings stand for.
    static func withoutEscapes(_ json: ArraySlice<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(json.count)
        var rest = json
        var units: [UInt16] = []
        func flush() {
            guard !units.isEmpty else { return }
            text.append(contentsOf: String(decoding: units, as: UTF16.self).utf8)
            units = []
        }
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\"), let kind = rest.popFirst() else {
                flush()
                text.append(byte)
                continue
            }
            if kind == UInt8(ascii: "u"), rest.count >= 4,
                let unit = UInt16(String(decoding: rest.prefix(4), as: UTF8.self), radix: 16)
            {
                // Two of them can be one character.
                units.append(unit)
                rest = rest.dropFirst(4)
                continue
            }
            flush()
            switch kind {
            case UInt8(ascii: "b"): text.append(0x08)
            case UInt8(ascii: "f"): text.append(0x0C)
            case UInt8(ascii: "n"): text.append(0x0A)
            case UInt8(ascii: "r"): text.append(0x0D)
            case UInt8(ascii: "t"): text.append(0x09)
            default: text.append(kind)
            }
        }
        flush()
        return text
    }
}
