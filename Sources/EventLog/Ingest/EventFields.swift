#if canImport(Glibc)
    import Glibc
#endif

/// The fields of one event while it is being read: one slot per column, a list for all others.
///
/// The slots only point into the document, so that nothing is copied before the event is known to be
/// good. Reused from event to event.
struct EventFields: ~Copyable {
    /// Why a value does not fit its column.
    enum Problem: UInt8 {
        case none, notString, notNumber, notInteger, notBoolean, negative, empty, tooLong
        case controlCharacter, notTimestamp

        var reason: String {
            switch self {
            case .none: ""
            case .notString: "must be a string"
            case .notNumber: "must be a number"
            case .notInteger: "must be a whole number, 0 or more"
            case .notBoolean: "must be true or false"
            case .negative: "must not be negative"
            case .empty: "must not be empty"
            case .tooLong: "is too long"
            case .controlCharacter: "must not contain control characters"
            case .notTimestamp:
                "must be an RFC 3339 date-time with an offset, like 2026-11-21T12:00:00.000Z"
            }
        }
    }

    struct Slot {
        var value: JSONValue
        var name: UnsafePointer<UInt8>
        var nameCount: Int
        var isCanonical: Bool
        var inPayload: Bool
        var problem: Problem
    }

    /// A field without a column.
    struct Other {
        var value: JSONValue
        var name: UnsafePointer<UInt8>
        var nameCount: Int
        var inPayload: Bool
        /// Kept as JSON text: it has a column's name, but is not the column's value.
        var asJSON: Bool
    }

    /// Fields of two full objects, and one for each column that may lose to another spelling.
    private static let otherCountMax = 2 * Limits.fieldCountMax + EventColumn.count + 8

    let slots: UnsafeMutablePointer<Slot>
    let others: UnsafeMutablePointer<Other>
    private(set) var otherCount = 0
    private(set) var filled = ColumnSet()
    private(set) var wrong = ColumnSet()
    /// Words of the envelope seen so far, by number.
    private let words: UnsafeMutablePointer<UInt64>

    init() {
        slots = .allocate(capacity: EventColumn.count)
        others = .allocate(capacity: Self.otherCountMax)
        words = .allocate(capacity: 4)
        words.initialize(repeating: 0, count: 4)
    }

    deinit {
        slots.deallocate()
        others.deallocate()
        words.deallocate()
    }

    @inline(__always)
    mutating func reset() {
        otherCount = 0
        filled = ColumnSet()
        wrong = ColumnSet()
        for index in 0..<4 { words[index] = 0 }
    }

    /// - Returns: whether this word of the envelope has not come before.
    @inline(__always)
    mutating func markWord(_ word: Int) -> Bool {
        let bit = 1 as UInt64 &<< UInt64(word & 63)
        let seen = words[word &>> 6 & 3]
        words[word &>> 6 & 3] = seen | bit
        return seen & bit == 0
    }

    @inline(__always)
    func has(_ column: EventColumn) -> Bool { filled.contains(column) }

    @inline(__always)
    subscript(_ column: EventColumn) -> JSONValue { slots[Int(column.rawValue)].value }

    /// Puts a value into its column.
    ///
    /// The column's own name wins over an alias, the first alias over another; the same name again (in
    /// the payload: the envelope has no name twice) replaces what was there. A loser that says
    /// something else is kept beside the columns.
    @inline(__always)
    mutating func put(_ column: EventColumn, _ slot: Slot) {
        if !filled.insert(column) {
            replace(column, slot)
            return
        }
        slots[Int(column.rawValue)] = slot
        if slot.problem != .none { wrong.insert(column) }
    }

    @inline(never)
    private mutating func replace(_ column: EventColumn, _ slot: Slot) {
        let index = Int(column.rawValue)
        let old = slots[index]
        let isSameField =
            old.inPayload == slot.inPayload && old.nameCount == slot.nameCount
            && memcmp(old.name, slot.name, slot.nameCount) == 0
        let wins =
            isSameField || (slot.isCanonical && !old.isCanonical)
            || (slot.isCanonical == old.isCanonical && !slot.inPayload && old.inPayload)
        let loser = wins ? old : slot
        if wins {
            slots[index] = slot
            if slot.problem == .none { wrong.remove(column) } else { wrong.insert(column) }
        }
        let sayTheSame =
            old.value.rawCount == slot.value.rawCount
            && memcmp(old.value.raw, slot.value.raw, slot.value.rawCount) == 0
        if !isSameField && !sayTheSame {
            keep(
                Other(
                    value: loser.value, name: loser.name, nameCount: loser.nameCount,
                    inPayload: loser.inPayload, asJSON: true))
        }
    }

    /// Fills a column that the event implies but does not say.
    mutating func derive(_ column: EventColumn, _ value: JSONValue, isCanonical: Bool = true) {
        filled.insert(column)
        slots[Int(column.rawValue)] = Slot(
            value: value, name: value.raw, nameCount: 0, isCanonical: isCanonical,
            inPayload: false, problem: .none)
    }

    mutating func markWrong(_ column: EventColumn, _ problem: Problem) {
        slots[Int(column.rawValue)].problem = problem
        wrong.insert(column)
    }

    /// Takes a column's value out, and keeps it beside the columns as sent.
    mutating func setAside(_ column: EventColumn) {
        let slot = slots[Int(column.rawValue)]
        filled.remove(column)
        wrong.remove(column)
        keep(
            Other(
                value: slot.value, name: slot.name, nameCount: slot.nameCount,
                inPayload: slot.inPayload, asJSON: true))
    }

    /// Keeps a field without a column. In the payload the last of a name wins.
    /// - Returns: whether the name had come before in the same object.
    @discardableResult
    mutating func keep(_ other: Other) -> Bool {
        for index in 0..<otherCount
        where others[index].nameCount == other.nameCount
            && others[index].inPayload == other.inPayload
            && memcmp(others[index].name, other.name, other.nameCount) == 0
        {
            others[index] = other
            return true
        }
        precondition(otherCount < Self.otherCountMax, "more fields than two objects can have")
        others[otherCount] = other
        otherCount += 1
        return false
    }
}
