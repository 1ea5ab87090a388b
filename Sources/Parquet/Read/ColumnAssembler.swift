import Columns

/// Puts the pages of a column together. Rows that no page was added for are null.
struct ColumnAssembler {
    // One of these has a place for each row, by the type. They are apart, so that a page is put into its
    // place without a copy of all that is there.
    private var bools: [UInt8] = []
    private var integers: [Int64] = []
    private var doubles: [Double] = []
    private var codes: [Int32] = []
    private let type: ColumnType
    private let rowCount: Int
    /// By row; made when the first null comes.
    private var validity: [UInt8]?
    private var hasValues = false
    private let dictionary: ChunkDictionary?
    /// Strings that pages bring themselves; their codes come after those of the dictionary.
    var strings = StringList()

    init(type: ColumnType, rowCount: Int, dictionary: ChunkDictionary?) {
        self.type = type
        self.rowCount = rowCount
        self.dictionary = dictionary
        switch type {
        case .bool: bools = [UInt8](repeating: 0, count: rowCount)
        case .int64, .timestamp: integers = [Int64](repeating: 0, count: rowCount)
        case .double: doubles = [Double](repeating: 0, count: rowCount)
        case .string: codes = [Int32](repeating: -1, count: rowCount)
        }
    }

    /// Leaves `rows` null.
    mutating func addNulls(_ rows: Range<Int>) {
        if type == .string { return }
        if validity == nil { validity = [UInt8](repeating: 1, count: rowCount) }
        validity?.withUnsafeMutableBufferPointer { validity in
            UnsafeMutableBufferPointer(rebasing: validity[rows]).update(repeating: 0)
        }
    }

    /// - Parameter stringStart: how many strings there were before this page brought its own.
    mutating func add(_ page: PageDecoder.Page, at rows: Range<Int>, stringStart: Int) {
        if page.valueCount == 0 { return addNulls(rows) }
        hasValues = true
        if let mask = page.validity, type != .string {
            if validity == nil { validity = [UInt8](repeating: 1, count: rowCount) }
            validity?.withUnsafeMutableBufferPointer {
                Self.copy(mask, into: $0, at: rows.lowerBound)
            }
        }
        switch page.values {
        case .bools(let values):
            Self.place(values, page.validity, into: &bools, at: rows.lowerBound)
        case .integers(let values):
            Self.place(values, page.validity, into: &integers, at: rows.lowerBound)
        case .doubles(let values):
            Self.place(values, page.validity, into: &doubles, at: rows.lowerBound)
        case .strings:
            // The dictionary's codes come first; where there is none, codes are places in `strings`.
            let first = (dictionary?.count ?? 0) + stringStart
            let own = (0..<page.valueCount).map { Int32(truncatingIfNeeded: first &+ $0) }
            Self.place(own, page.validity, into: &codes, at: rows.lowerBound)
        case .indices(let indices): place(indices, page.validity, at: rows.lowerBound)
        case .none: preconditionFailure("a page with values has some")
        }
    }

    private mutating func place(_ indices: [UInt32], _ validity: [UInt8]?, at start: Int) {
        switch (type, dictionary?.entries) {
        case (.string, _):
            Self.place(indices.map { Int32(bitPattern: $0) }, validity, into: &codes, at: start)
        case (.int64, .integers(let entries)), (.timestamp, .integers(let entries)):
            Self.place(indices.map { entries[Int($0)] }, validity, into: &integers, at: start)
        case (.double, .doubles(let entries)):
            Self.place(indices.map { entries[Int($0)] }, validity, into: &doubles, at: start)
        default: preconditionFailure("dictionary of another column")
        }
    }

    func finish() -> Column {
        guard hasValues else { return Column(nulls: rowCount, type: type) }
        return switch type {
        case .bool: Column(bools: bools, validity: validity)
        case .int64: Column(integers: integers, validity: validity)
        case .timestamp: Column(timestamps: integers, validity: validity)
        case .double: Column(doubles: doubles, validity: validity)
        case .string: Column(codes: codes, dictionary: joinedDictionary())
        }
    }

    private func joinedDictionary() -> StringDictionary {
        guard let shared = dictionary?.strings else { return strings.dictionary(isDistinct: false) }
        if strings.count == 0 { return shared }
        // Writers that give up on a dictionary halfway leave both kinds of pages.
        let start = UInt32(truncatingIfNeeded: shared.bytes.count)
        return StringDictionary(
            bytes: shared.bytes + strings.bytes,
            offsets: shared.offsets + strings.offsets.dropFirst().map { $0 &+ start },
            isDistinct: false)
    }

    /// Spreads values over the rows that have one.
    private static func place<Element: BitwiseCopyable>(
        _ values: [Element], _ validity: [UInt8]?, into all: inout [Element], at start: Int
    ) {
        all.withUnsafeMutableBufferPointer { all in
            guard let validity else { return copy(values, into: all, at: start) }
            values.withUnsafeBufferPointer { values in
                validity.withUnsafeBufferPointer { validity in
                    var next = 0
                    for row in 0..<validity.count where validity[row] != 0 {
                        all[start &+ row] = values[next]
                        next &+= 1
                    }
                }
            }
        }
    }

    /// - Precondition: there is room.
    private static func copy<Element: BitwiseCopyable>(
        _ values: [Element], into all: UnsafeMutableBufferPointer<Element>, at start: Int
    ) {
        let target = UnsafeMutableBufferPointer(rebasing: all[start..<start + values.count])
        _ = target.update(fromContentsOf: values)
    }
}
