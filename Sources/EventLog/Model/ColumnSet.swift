import Columns

/// A set of event columns, as bits.
package struct ColumnSet: Sendable, Hashable {
    package private(set) var low: UInt64
    package private(set) var high: UInt64

    package init() {
        low = 0
        high = 0
    }

    package init(_ columns: EventColumn...) {
        self.init()
        for column in columns { insert(column) }
    }

    @inline(__always)
    package func contains(_ column: EventColumn) -> Bool {
        let number = UInt64(column.rawValue)
        return (number < 64 ? low &>> number : high &>> (number &- 64)) & 1 != 0
    }

    /// - Returns: whether the column was not in the set before.
    @discardableResult @inline(__always)
    package mutating func insert(_ column: EventColumn) -> Bool {
        let number = UInt64(column.rawValue)
        if number < 64 {
            let bit = 1 as UInt64 &<< number
            defer { low |= bit }
            return low & bit == 0
        }
        let bit = 1 as UInt64 &<< (number &- 64)
        defer { high |= bit }
        return high & bit == 0
    }

    package mutating func remove(_ column: EventColumn) {
        let number = UInt64(column.rawValue)
        if number < 64 { low &= ~(1 &<< number) } else { high &= ~(1 &<< (number &- 64)) }
    }

    /// The members that are not in `other`.
    @inline(__always)
    package func subtracting(_ other: ColumnSet) -> ColumnSet {
        var result = self
        result.low &= ~other.low
        result.high &= ~other.high
        return result
    }

    @inline(__always)
    package var isEmpty: Bool { low | high == 0 }

    /// Calls `body` with each member, in order.
    package func forEach(_ body: (EventColumn) -> Void) {
        for (word, first) in [(low, 0), (high, 64)] {
            var rest = word
            while rest != 0 {
                if let column = EventColumn(number: first + rest.trailingZeroBitCount) {
                    body(column)
                }
                rest &= rest &- 1
            }
        }
    }

    package var columns: [EventColumn] { EventColumn.allCases.filter(contains) }
}

/// Which columns may stand in a row, by the form of their values (`EventRow`).
struct ColumnsByForm: Sendable {
    var integer = ColumnSet()
    var double = ColumnSet()
    var string = ColumnSet()
    var bool = ColumnSet()

    /// Columns of the row's front, of its batch, and `extra`, which is put together later.
    static let neverInRow = ColumnSet(
        .seq, .timestamp, .receivedAt, .producer, .flags, .peerUid, .peerPid, .extra)

    static let all = ColumnsByForm()

    private init() {
        precondition(EventColumn.count <= 128, "a ColumnSet has 128 bits")
        for column in EventColumn.allCases where !Self.neverInRow.contains(column) {
            switch column.type {
            case .int64, .timestamp: integer.insert(column)
            case .double: double.insert(column)
            case .string: string.insert(column)
            case .bool: bool.insert(column)
            }
        }
    }
}
