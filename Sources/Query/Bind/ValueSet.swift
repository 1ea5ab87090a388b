import Columns

/// The values that a subquery behind IN has given. Equal only to itself.
final class ValueSet: Sendable {
    let type: ColumnType
    let hasNull: Bool
    private let numbers: Set<UInt64>
    /// As bytes: Swift's strings are equal if they look equal, the language's if their code points are.
    private let strings: Set<[UInt8]>

    init(_ columns: [Column], type: ColumnType) {
        self.type = type
        var numbers: Set<UInt64> = []
        var strings: Set<[UInt8]> = []
        var hasNull = false
        for column in columns {
            for row in 0..<column.count {
                switch column[row] {
                case .null: hasNull = true
                case .string(let text): strings.insert(Array(text.utf8))
                case .double(let value): numbers.insert(ValueOrder.key(value))
                case .int64(let value), .timestamp(let value):
                    numbers.insert(ValueOrder.key(value))
                case .bool(let value): numbers.insert(value ? 1 : 0)
                }
            }
        }
        self.numbers = numbers
        self.strings = strings
        self.hasNull = hasNull
    }

    var count: Int { numbers.count + strings.count }
    private var isEmpty: Bool { count == 0 && !hasNull }

    /// Bytes held, roughly.
    var memorySize: Int { numbers.capacity * 16 + strings.reduce(0) { $0 + $1.count + 48 } }

    /// All of them, if they are few enough to be looked for in the statistics of segments.
    func values(atMost countMax: Int) -> [Value]? {
        guard count <= countMax else { return nil }
        return strings.map { .string(String(decoding: $0, as: UTF8.self)) }
            + numbers.sorted().map { Value(key: $0, type) }
    }

    /// For each row: true if its value is among them; null if it is not, and it or one of them is null.
    func contains(_ column: Column) -> Column {
        guard !isEmpty else { return Column(bools: [UInt8](repeating: 0, count: column.count)) }
        var isMember: [UInt8]
        switch column.values {
        case .allNull: return Column(nulls: column.count, type: .bool)
        case .bool(let values): isMember = values.map { numbers.contains(UInt64($0)) ? 1 : 0 }
        case .int64(let values):
            isMember = values.map { numbers.contains(ValueOrder.key($0)) ? 1 : 0 }
        case .double(let values):
            isMember = values.map { numbers.contains(ValueOrder.key($0)) ? 1 : 0 }
        case .string(let codes, let dictionary):
            isMember = codes.map { code in
                guard code >= 0 else { return 0 }
                let text = Array(dictionary.bytes[dictionary.range(at: Int(code))])
                return strings.contains(text) ? 1 : 0
            }
        }
        guard hasNull else { return Column(bools: isMember, validity: column.presence) }
        // Whether one of the unknown values is equal, nobody can say.
        let presence = column.presence
        let validity = isMember.indices.map { row in
            presence?[row] == 0 ? 0 : isMember[row]
        }
        return Column(bools: isMember, validity: validity)
    }
}

extension ValueSet: Hashable {
    static func == (a: ValueSet, b: ValueSet) -> Bool { a === b }
    func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

extension Value {
    /// The value behind a key of `ValueOrder`.
    fileprivate init(key: UInt64, _ type: ColumnType) {
        switch type {
        case .bool: self = .bool(key == 1)
        case .double: self = .double(ValueOrder.double(ofKey: key))
        case .timestamp: self = .timestamp(ValueOrder.int64(ofKey: key))
        case .int64, .string: self = .int64(ValueOrder.int64(ofKey: key))
        }
    }
}
