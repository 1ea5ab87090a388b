import Columns

/// Writes stored events back as lines of NDJSON, such that the parser makes the same event of each.
///
/// An event is given field by field, from a row (`EventJSON+Row`) or from columns (`EventJSON+Block`), and
/// written as a whole by `finish`. A line has the canonical names and units, and beside them, as they
/// came, the fields without a column. It has no `action` and no arrival (`seq`, `receivedAt`, …): the store
/// that takes it derives its own. What comes out differently from how it was sent: spellings of names,
/// white space, numbers and escapes; a time that was unusable and has been replaced is left out.
///
/// Memory is kept from event to event, as much as the largest needed.
package struct EventJSON {
    struct Other {
        /// Without escapes.
        var name: Range<Int>
        var json: Range<Int>
        var inPayload: Bool
    }

    /// Values as JSON text, and names; ranges point into it.
    var arena: [UInt8] = []
    private(set) var filled = ColumnSet()
    private(set) var values = [Range<Int>](repeating: 0..<0, count: EventColumn.count)
    private(set) var others: [Other] = []
    let table = VocabularyTable.shared
    private let spellings = FieldSpellings.shared
    let extraReader = ExtraReader()

    package init() {}

    // MARK: The fields of one event

    /// Forgets the event before.
    package mutating func begin(timestamp: Int64) {
        arena.removeAll(keepingCapacity: true)
        others.removeAll(keepingCapacity: true)
        filled = ColumnSet()
        set(.timestamp, integer: timestamp)
    }

    package mutating func set(_ column: EventColumn, integer value: Int64) {
        put(column) { text in
            guard column.type == .timestamp else {
                return text.append(contentsOf: String(value).utf8)
            }
            text.append(0x22)
            RFC3339.append(value, to: &text)
            text.append(0x22)
        }
    }

    package mutating func set(_ column: EventColumn, double value: Double) {
        put(column) { JSONText.appendNumber(value, to: &$0) }
    }

    package mutating func set(_ column: EventColumn, bool value: Bool) {
        put(column) { $0.append(contentsOf: (value ? "true" : "false").utf8) }
    }

    package mutating func set(_ column: EventColumn, string value: UnsafeRawBufferPointer) {
        put(column) { JSONText.appendString(value, to: &$0) }
    }

    private mutating func put(_ column: EventColumn, _ append: (inout [UInt8]) -> Void) {
        // Derived from others, or the store's own.
        guard column != .action, column == .timestamp || !ColumnsByForm.neverInRow.contains(column)
        else { return }
        let start = arena.count
        append(&arena)
        values[Int(column.rawValue)] = start..<arena.count
        filled.insert(column)
    }

    /// A field of `data` without a column.
    package mutating func add(data name: UnsafeRawBufferPointer, _ value: EventRowCustomValue) {
        add(name, inPayload: true) { text in
            switch value {
            case .double(let number): JSONText.appendNumber(number, to: &text)
            case .string(let string): JSONText.appendString(string, to: &text)
            case .bool(let flag): text.append(contentsOf: (flag ? "true" : "false").utf8)
            case .json(let json): JSONText.appendLine(json, to: &text)
            }
        }
    }

    /// A field of the envelope without a column, as JSON text.
    package mutating func add(
        envelope name: UnsafeRawBufferPointer, json: UnsafeRawBufferPointer
    ) {
        add(name, inPayload: false) { JSONText.appendLine(json, to: &$0) }
    }

    private mutating func add(
        _ name: UnsafeRawBufferPointer, inPayload: Bool, _ append: (inout [UInt8]) -> Void
    ) {
        let start = arena.count
        arena.append(contentsOf: name)
        let middle = arena.count
        append(&arena)
        others.append(
            Other(name: start..<middle, json: middle..<arena.count, inPayload: inPayload))
    }

    // MARK: The line

    /// Appends the event as one line, line feed included.
    package mutating func finish(to line: inout [UInt8]) {
        let type = typeIndex()
        let claims = claimedNames(type)
        line.append(UInt8(ascii: "{"))
        var isFirst = true
        /// Columns that need a name which a kept field has; the field said less.
        var evicting = ColumnSet()
        filled.forEach { column in
            guard !column.isDataLeaf, column != .event || !claims.isEventKept else { return }
            let names = spellings.envelope[Int(column.rawValue)]
            if let name = claims.isEmpty ? names.first : names.first(where: { !isTaken($0) }) {
                append(column, as: name, to: &line, &isFirst)
            } else if column == .timestamp || column == .clientTimestamp, let name = names.first {
                evicting.insert(column)
                append(column, as: name, to: &line, &isFirst)
            }
        }
        appendPayload(type, claims, to: &line, &isFirst)
        for other in others where !other.inPayload {
            if !evicting.isEmpty, isEvicted(other, by: evicting) { continue }
            append(other, to: &line, &isFirst)
        }
        line.append(contentsOf: [UInt8(ascii: "}"), 0x0A])
    }

    private func appendPayload(
        _ type: Int, _ claims: Claims, to line: inout [UInt8], _ isFirst: inout Bool
    ) {
        var lent: [(EventColumn, FieldSpellings.Spelling)] = []
        var isEmpty = true
        func open() {
            guard isEmpty else { return }
            isEmpty = false
            if !isFirst { line.append(UInt8(ascii: ",")) }
            isFirst = false
            line.append(contentsOf: #""data":{"#.utf8)
        }
        if claims.isPayloadKept { open() }
        var isFirstOfData = true
        filled.forEach { column in
            guard column.isDataLeaf else { return }
            let names = spellings.payload[type][Int(column.rawValue)]
            guard let name = claims.isEmpty ? names.first : names.first(where: { !isTaken($0) })
            else { return }
            if name.inPayload {
                open()
                append(column, as: name, to: &line, &isFirstOfData)
            } else {
                lent.append((column, name))
            }
        }
        for other in others where other.inPayload {
            open()
            append(other, to: &line, &isFirstOfData)
        }
        if !isEmpty { line.append(UInt8(ascii: "}")) }
        for (column, name) in lent { append(column, as: name, to: &line, &isFirst) }
    }

    private func append(
        _ column: EventColumn, as spelling: FieldSpellings.Spelling, to line: inout [UInt8],
        _ isFirst: inout Bool
    ) {
        if !isFirst { line.append(UInt8(ascii: ",")) }
        isFirst = false
        line.append(0x22)
        line.append(contentsOf: spelling.name)
        line.append(contentsOf: [0x22, UInt8(ascii: ":")])
        let value = arena[values[Int(column.rawValue)]]
        if spelling.isMilliseconds {
            JSONText.appendNumber(Self.milliseconds(value), to: &line)
        } else {
            line.append(contentsOf: value)
        }
    }

    private func append(_ other: Other, to line: inout [UInt8], _ isFirst: inout Bool) {
        if !isFirst { line.append(UInt8(ascii: ",")) }
        isFirst = false
        arena[other.name].withUnsafeBytes { JSONText.appendString($0, to: &line) }
        line.append(UInt8(ascii: ":"))
        line.append(contentsOf: arena[other.json])
    }

    /// The number that divided by 1000 gives these seconds again, to the last bit.
    private static func milliseconds(_ seconds: ArraySlice<UInt8>) -> Double {
        guard let wanted = Double(String(decoding: seconds, as: UTF8.self)) else { return 0 }
        let near = wanted * 1000
        return [near, near.nextUp, near.nextDown].first { $0 / 1000 == wanted } ?? near
    }
}
