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

        /// Whether both are the same value once each is in the column's own form.
        func saysTheSame(as other: Slot) -> Bool {
            guard problem == .none, other.problem == .none, value.kind == other.value.kind else {
                return false
            }
            guard value.kind == .string else { return value.bits == other.value.bits }
            return value.count == other.value.count
                && memcmp(value.text, other.value.text, value.count) == 0
        }
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
    /// Words seen so far, by number: four of the envelope, then four of the payload.
    private let words: UnsafeMutablePointer<UInt64>
    /// What was odd so far, a bit for each `IngestWarning`.
    private(set) var warned: UInt16 = 0

    init() {
        slots = .allocate(capacity: EventColumn.count)
        others = .allocate(capacity: Self.otherCountMax)
        words = .allocate(capacity: 8)
        words.initialize(repeating: 0, count: 8)
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
        warned = 0
        for index in 0..<8 { words[index] = 0 }
    }

    @inline(__always)
    mutating func warn(_ warning: IngestWarning) {
        warned |= 1 &<< UInt16(warning.rawValue)
    }

    /// - Returns: whether this word of the envelope has not come before.
    @inline(__always)
    mutating func markWord(_ word: Int) -> Bool { mark(word, word &>> 6 & 3) }

    /// - Returns: whether this word of the payload has not come before.
    @inline(__always)
    mutating func markPayloadWord(_ word: Int) -> Bool { mark(word, 4 &+ (word &>> 6 & 3)) }

    @inline(__always)
    private mutating func mark(_ word: Int, _ index: Int) -> Bool {
        let bit = 1 as UInt64 &<< UInt64(word & 63)
        let seen = words[index]
        words[index] = seen | bit
        return seen & bit == 0
    }

    @inline(__always)
    func has(_ column: EventColumn) -> Bool { filled.contains(column) }

    @inline(__always)
    subscript(_ column: EventColumn) -> JSONValue { slots[Int(column.rawValue)].value }

    /// Puts a value into its column.
    ///
    /// The column's own name wins over an alias, the first alias over another, of equals the envelope.
    /// A loser that says something else is kept beside the columns. No object has a name twice here.
    @inline(__always)
    mutating func put(_ column: EventColumn, _ slot: Slot) {
        if !filled.insert(column) {
            settle(column, slot)
            return
        }
        slots[Int(column.rawValue)] = slot
        if slot.problem != .none { wrong.insert(column) }
    }

    @inline(never)
    private mutating func settle(_ column: EventColumn, _ slot: Slot) {
        let index = Int(column.rawValue)
        let old = slots[index]
        let wins =
            (slot.isCanonical && !old.isCanonical)
            || (slot.isCanonical == old.isCanonical && !slot.inPayload && old.inPayload)
        let loser = wins ? old : slot
        if wins {
            slots[index] = slot
            if slot.problem == .none { wrong.remove(column) } else { wrong.insert(column) }
        }
        guard !old.saysTheSame(as: slot) else { return }
        warn(.aliasConflict)
        keep(
            Other(
                value: loser.value, name: loser.name, nameCount: loser.nameCount,
                inPayload: loser.inPayload, asJSON: true))
    }

    /// Fills a column that the event implies but does not say.
    mutating func derive(_ column: EventColumn, _ value: JSONValue, isCanonical: Bool = true) {
        filled.insert(column)
        slots[Int(column.rawValue)] = Slot(
            value: value, name: value.raw, nameCount: 0, isCanonical: isCanonical,
            inPayload: false, problem: .none)
    }

    /// Replaces the number in a column of doubles.
    mutating func setNumber(_ column: EventColumn, _ number: Double) {
        slots[Int(column.rawValue)].value.bits = number.bitPattern
    }

    mutating func markWrong(_ column: EventColumn, _ problem: Problem) {
        slots[Int(column.rawValue)].problem = problem
        wrong.insert(column)
    }

    /// The value that was kept under either spelling of a name: of the envelope, else of the payload.
    func place(of name: TypeRule.StaticName) -> Int? {
        for inPayload in [false, true] {
            for spelling in [name.camel, name.snake] {
                let found = (0..<otherCount).first {
                    let other = others[$0]
                    return other.inPayload == inPayload && other.nameCount == spelling.count
                        && memcmp(other.name, spelling.start, spelling.count) == 0
                }
                if let found { return found }
            }
        }
        return nil
    }

    /// Keeps a value in the envelope under its own name, however it was sent.
    mutating func rename(_ place: Int, to name: StaticBytes) {
        others[place].name = name.start
        others[place].nameCount = name.count
        others[place].inPayload = false
        others[place].asJSON = true
    }

    /// As `setAside`, under the column's own name.
    mutating func setAside(_ column: EventColumn, as name: StaticBytes) {
        setAside(column)
        let slot = slots[Int(column.rawValue)]
        let sent = Other(
            value: slot.value, name: slot.name, nameCount: slot.nameCount,
            inPayload: slot.inPayload, asJSON: true)
        if let place = place(of: sent) { rename(place, to: name) }
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

    /// Whether a field of this name is kept already, from the same object.
    func isKept(_ other: Other) -> Bool { place(of: other) != nil }

    private func place(of other: Other) -> Int? {
        (0..<otherCount).first {
            others[$0].nameCount == other.nameCount && others[$0].inPayload == other.inPayload
                && memcmp(others[$0].name, other.name, other.nameCount) == 0
        }
    }

    /// Keeps a field without a column.
    /// - Returns: whether the name had come before in the same object; it is replaced.
    @discardableResult
    mutating func keep(_ other: Other) -> Bool {
        if let index = place(of: other) {
            others[index] = other
            return true
        }
        precondition(otherCount < Self.otherCountMax, "more fields than two objects can have")
        others[otherCount] = other
        otherCount += 1
        return false
    }
}
