import Columns

/// Puts the pages of a column together. Rows that no page was added for are null.
struct ColumnAssembler {
    private enum Storage {
        case bools([UInt8])
        case integers([Int64])
        case doubles([Double])
        case codes([Int32])
    }

    private let type: ColumnType
    private let rowCount: Int
    private var storage: Storage
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
        case .bool: storage = .bools([UInt8](repeating: 0, count: rowCount))
        case .int64, .timestamp: storage = .integers([Int64](repeating: 0, count: rowCount))
        case .double: storage = .doubles([Double](repeating: 0, count: rowCount))
        case .string: storage = .codes([Int32](repeating: -1, count: rowCount))
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
            validity?.replaceSubrange(rows, with: mask)
        }
        switch (page.values, storage) {
        case (.bools(let values), .bools(var all)):
            storage = .bools([])
            Self.place(values, page.validity, into: &all, at: rows.lowerBound)
            storage = .bools(all)
        case (.integers(let values), .integers(var all)):
            storage = .integers([])
            Self.place(values, page.validity, into: &all, at: rows.lowerBound)
            storage = .integers(all)
        case (.doubles(let values), .doubles(var all)):
            storage = .doubles([])
            Self.place(values, page.validity, into: &all, at: rows.lowerBound)
            storage = .doubles(all)
        case (.strings, .codes(var all)):
            storage = .codes([])
            // The dictionary's codes come first; where there is none, codes are places in `strings`.
            let first = (dictionary?.count ?? 0) + stringStart
            let codes = (0..<page.valueCount).map { Int32(truncatingIfNeeded: first &+ $0) }
            Self.place(codes, page.validity, into: &all, at: rows.lowerBound)
            storage = .codes(all)
        case (.indices(let indices), .codes(var all)):
            storage = .codes([])
            let codes = indices.map { Int32(bitPattern: $0) }
            Self.place(codes, page.validity, into: &all, at: rows.lowerBound)
            storage = .codes(all)
        case (.indices(let indices), .integers(var all)):
            storage = .integers([])
            guard case .integers(let entries)? = dictionary?.entries else {
                preconditionFailure("dictionary of another column")
            }
            let values = indices.map { entries[Int($0)] }
            Self.place(values, page.validity, into: &all, at: rows.lowerBound)
            storage = .integers(all)
        case (.indices(let indices), .doubles(var all)):
            storage = .doubles([])
            guard case .doubles(let entries)? = dictionary?.entries else {
                preconditionFailure("dictionary of another column")
            }
            let values = indices.map { entries[Int($0)] }
            Self.place(values, page.validity, into: &all, at: rows.lowerBound)
            storage = .doubles(all)
        default: preconditionFailure("values of another type than the column")
        }
    }

    func finish() -> Column {
        guard hasValues else { return Column(nulls: rowCount, type: type) }
        switch storage {
        case .bools(let values): return Column(bools: values, validity: validity)
        case .integers(let values):
            return type == .timestamp
                ? Column(timestamps: values, validity: validity)
                : Column(integers: values, validity: validity)
        case .doubles(let values): return Column(doubles: values, validity: validity)
        case .codes(let codes): return Column(codes: codes, dictionary: joinedDictionary())
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
    private static func place<Element>(
        _ values: [Element], _ validity: [UInt8]?, into all: inout [Element], at start: Int
    ) {
        guard let validity else {
            all.replaceSubrange(start..<start + values.count, with: values)
            return
        }
        all.withUnsafeMutableBufferPointer { all in
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
}
