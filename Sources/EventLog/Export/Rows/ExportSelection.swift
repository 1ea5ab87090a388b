import Columns

/// Which events an export takes: conditions on columns, each decided once for each distinct text.
struct ExportSelection {
    private enum Condition {
        case times(ClosedRange<Int64>)
        case oneOf(Set<String>)
        case noneOf(Set<String>)

        var bound: ColumnBound.Condition? {
            switch self {
            case .times(let range):
                .range(lower: .timestamp(range.lowerBound), upper: .timestamp(range.upperBound))
            case .oneOf(let texts): .oneOf(texts.sorted().map { .string($0) })
            case .noneOf: nil
            }
        }
    }

    private let conditions: [(column: Int, condition: Condition)]
    /// In the order in which `rows` wants them.
    var columns: [Int] { conditions.map(\.column) }

    /// What a scan may go by. Who did it is worked out from rows and confines no scan.
    var bounds: [ColumnBound] {
        conditions.compactMap { column, condition in
            guard column != person else { return nil }
            return condition.bound.map { ColumnBound(column: column, $0) }
        }
    }

    private let person: Int?

    /// Events of a range; texts are compared with the columns of the same names.
    init(_ range: ExportRequest.Range) {
        func at(_ column: EventColumn) -> Int { Int(column.rawValue) }
        var conditions: [(Int, Condition)] = [
            (at(.timestamp), .times(ExportDate.times(range.days)))
        ]
        if let types = Self.eventTypes(range.dataTypes) { conditions.append((at(.event), types)) }
        let filters = range.filters
        if !filters.eventTypes.isEmpty {
            conditions.append((at(.event), .oneOf(Set(filters.eventTypes))))
        }
        if !filters.contentIds.isEmpty {
            conditions.append((at(.contentId), .oneOf(Set(filters.contentIds))))
        }
        if !filters.userIds.isEmpty {
            conditions.append((at(.userId), .oneOf(Set(filters.userIds))))
        }
        self.conditions = conditions
        person = nil
    }

    /// Events between two moments (µs since 1970 UTC) whose columns have one of the texts.
    init(times: ClosedRange<Int64>?, _ texts: [(column: EventColumn, oneOf: [String])]) {
        var conditions: [(Int, Condition)] = []
        if let times { conditions.append((Int(EventColumn.timestamp.rawValue), .times(times))) }
        for (column, wanted) in texts where !wanted.isEmpty {
            conditions.append((Int(column.rawValue), .oneOf(Set(wanted))))
        }
        self.conditions = conditions
        person = nil
    }

    /// All events of a person.
    /// - Parameter column: `personId` in the table.
    init(person id: String, column: Int) {
        conditions = [(column, .oneOf([id]))]
        person = column
    }

    // Both are kinds of what a player reports; everything else, with every custom event, is `events`.
    static let quality: Set = ["rebuffer", "qualityChange", "error", "playbackFallback"]
    static let ads: Set = [
        "adImpression", "adCompletion", "adRequest", "adStart", "adProgress", "adComplete",
        "adSkip",
    ]

    private static func eventTypes(_ types: Set<ExportRequest.DataType>) -> Condition? {
        var named: Set<String> = []
        if types.contains(.events) {
            if !types.contains(.quality) { named.formUnion(quality) }
            if !types.contains(.ads) { named.formUnion(ads) }
            return named.isEmpty ? nil : .noneOf(named)
        }
        if types.contains(.quality) { named.formUnion(quality) }
        if types.contains(.ads) { named.formUnion(ads) }
        return .oneOf(named)
    }

    /// The rows that are wanted and can be read.
    /// - Parameter block: of `columns`.
    func rows(in block: Block) -> [UInt32] {
        var isWanted = [Bool](repeating: true, count: block.rowCount)
        for range in block.unreadable {
            for row in range { isWanted[row] = false }
        }
        for (place, entry) in conditions.enumerated() {
            Self.apply(entry.condition, block.columns[place], to: &isWanted)
        }
        return isWanted.indices.filter { isWanted[$0] }.map { UInt32($0) }
    }

    private static func apply(
        _ condition: Condition, _ column: Column, to isWanted: inout [Bool]
    ) {
        switch condition {
        case .times(let range):
            guard case .int64(let times) = column.values else { return }
            for row in isWanted.indices where !range.contains(times[row]) { isWanted[row] = false }
        case .oneOf(let texts):
            apply(column, to: &isWanted, null: false) { texts.contains($0) }
        case .noneOf(let texts):
            apply(column, to: &isWanted, null: true) { !texts.contains($0) }
        }
    }

    private static func apply(
        _ column: Column, to isWanted: inout [Bool], null: Bool, _ matches: (String) -> Bool
    ) {
        guard case .string(let codes, let dictionary) = column.values else {
            // All null.
            if !null { for row in isWanted.indices { isWanted[row] = false } }
            return
        }
        var known = [Bool?](repeating: nil, count: dictionary.count)
        for row in isWanted.indices where isWanted[row] {
            let code = Int(codes[row])
            guard code >= 0 else {
                isWanted[row] = null
                continue
            }
            if let decided = known[code] {
                isWanted[row] = decided
            } else {
                isWanted[row] = matches(dictionary[code])
                known[code] = isWanted[row]
            }
        }
    }
}
