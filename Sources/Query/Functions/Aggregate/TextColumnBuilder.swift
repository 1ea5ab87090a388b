import Columns

/// A column of texts that an aggregate makes, one a group, within bounds.
struct TextColumnBuilder {
    /// Bytes of all texts of one aggregate: many groups with long texts must not fill the memory.
    static let columnSizeMax = 256 << 20

    private let columnSizeMax: Int
    private var strings = StringDictionaryBuilder(seed: 0x5445_5854)
    private var codes: [Int32] = []
    private var size = 0

    init(columnSizeMax: Int = Self.columnSizeMax) { self.columnSizeMax = columnSizeMax }

    /// - Parameter text: UTF-8, at most as long as any text that a query makes; `nil` is null.
    mutating func append(_ text: [UInt8]?) throws(QueryError) {
        guard let text else {
            codes.append(-1)
            return
        }
        try MadeText.check(text.count)
        size += text.count
        guard size <= columnSizeMax else {
            throw QueryError(
                .limit, "the texts of all groups would be longer than \(columnSizeMax) bytes")
        }
        codes.append(Int32(strings.intern(String(decoding: text, as: UTF8.self))))
    }

    func column() -> Column { Column(codes: codes, dictionary: strings.build()) }
}

extension Column {
    /// Doubles, some of them null.
    init(optionalDoubles cells: [Double?]) {
        let validity = cells.map { $0 == nil ? UInt8(0) : 1 }
        self.init(
            doubles: cells.map { $0 ?? 0 }, validity: validity.contains(0) ? validity : nil)
    }
}
