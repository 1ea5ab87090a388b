import Columns

/// What a word of a payload or an envelope stands for.
struct FieldRule: Sendable, BitwiseCopyable {
    private static let nothing: UInt8 = 0xFF
    private static let payloadObject: UInt8 = 0xFE
    private static let operation: UInt8 = 0xFD

    private var target = FieldRule.nothing
    private var bits: UInt8 = 0

    static let none = FieldRule()
    /// The envelope's field that holds the payload.
    static func payload(isCanonical: Bool) -> FieldRule {
        var rule = FieldRule(target: payloadObject)
        rule.bits = isCanonical ? 1 : 0
        return rule
    }
    /// The envelope's field that makes a line a control line.
    static let operationName = FieldRule(target: operation)

    private init(target: UInt8 = FieldRule.nothing) { self.target = target }

    init(_ column: EventColumn, canonical: Bool, strict: Bool, milliseconds: Bool = false) {
        target = UInt8(column.rawValue)
        bits = (canonical ? 1 : 0) | (strict ? 2 : 0) | (milliseconds ? 4 : 0)
    }

    /// The same word where watch times come in milliseconds.
    var forwarded: FieldRule {
        var rule = self
        if let column = eventColumn, EventType.forwardedInMilliseconds.contains(column) {
            rule.bits |= 4
        }
        return rule
    }

    @inline(__always)
    var eventColumn: EventColumn? { EventColumn(number: Int(target)) }
    var isPayload: Bool { target == Self.payloadObject }
    var isOperation: Bool { target == Self.operation }
    /// The column's own name, which wins over any alias.
    var isCanonical: Bool { bits & 1 != 0 }
    /// A value of the wrong type is refused, rather than kept beside the columns.
    var isStrict: Bool { bits & 2 != 0 }
    var isMilliseconds: Bool { bits & 4 != 0 }
}

extension EventColumn {
    /// The column of this number, without the comparisons of `init(rawValue:)`: once for each field.
    ///
    /// Its bound: raw values are 0, 1, 2 … in the order of the cases, and so are the bytes that stand for
    /// them in memory, as long as there are at most 256 cases. `VocabularyTable` checks both.
    @inline(__always)
    init?(number: Int) {
        guard number < EventColumn.caseCount else { return nil }
        self = unsafeBitCast(UInt8(truncatingIfNeeded: number), to: EventColumn.self)
    }

    private static var caseCount: Int { Int(EventColumn.deviceType.rawValue) + 1 }

    fileprivate static func checkNumbers() {
        precondition(MemoryLayout<EventColumn>.size == 1 && caseCount == allCases.count)
        for (number, column) in allCases.enumerated() {
            precondition(EventColumn(number: number) == column && column.rawValue == number)
        }
    }
}

/// What the parser asks of one event type.
struct TypeRule: Sendable {
    /// Types with rules of their own for what they imply.
    enum Kind: Sendable { case plain, completion, swipe, identity, administration }

    var kind = Kind.plain
    let required: ColumnSet
    let requiredOneOf: ColumnSet
    let requiredBeside: [StaticName]
    let implies: EventColumn?
    let name: StaticBytes
    let action: StaticBytes?
    let actionColumn: EventColumn?
    /// Whether the references list what `entryPoint` may be.
    let hasEntryPoints: Bool

    init(_ type: EventType) {
        required = ColumnSet(type.required)
        requiredOneOf = ColumnSet(type.requiredOneOf)
        requiredBeside = type.requiredBeside.map(StaticName.init)
        implies = type.implies
        name = StaticBytes(type.name)
        hasEntryPoints = !type.entryPoints.isEmpty
        switch type.action {
        case .none: (action, actionColumn) = (nil, nil)
        case .constant(let text): (action, actionColumn) = (StaticBytes(text), nil)
        case .column(let column): (action, actionColumn) = (nil, column)
        }
        switch type.name {
        case "completion": kind = .completion
        case "swipe": kind = .swipe
        case "identify", "clear": kind = .identity
        default: kind = type.isAdministrative ? .administration : .plain
        }
    }

    /// A name in both of its spellings.
    struct StaticName: Sendable {
        let text: String
        let camel: StaticBytes
        let snake: StaticBytes

        init(_ name: String) {
            text = name
            camel = StaticBytes(name)
            snake = StaticBytes(snakeCase(name))
        }
    }
}

/// `EventType.all` turned into tables for the parser, once per process.
///
/// Unchecked: all memory is written before `shared` is published, is never written again and never
/// freed, so the pointers may be read from any thread.
struct VocabularyTable: @unchecked Sendable {
    static let shared = VocabularyTable()

    static let customType = 0
    /// One more than the largest number in `words`.
    let wordCount: Int
    let words: NameTable
    let types: NameTable
    let typeRules: UnsafeMutablePointer<TypeRule>
    /// By type: its `entryPoints`.
    let entryPoints: UnsafeMutablePointer<NameTable>
    /// By word.
    let envelope: UnsafeMutablePointer<FieldRule>
    /// By type × `wordCount` + word.
    let payload: UnsafeMutablePointer<FieldRule>
    /// The same for events that come forwarded.
    let forwardedPayload: UnsafeMutablePointer<FieldRule>

    private init() {
        EventColumn.checkNumbers()
        var numbers: [String: Int] = [:]
        func word(_ name: String) -> Int {
            if let number = numbers[name] { return number }
            let number = numbers.count + 1
            numbers[name] = number
            return number
        }
        /// A word and the form that clients with snake case send.
        func spellings(_ name: String) -> [Int] {
            let snake = snakeCase(name)
            return snake == name ? [word(name)] : [word(name), word(snake)]
        }
        let all = EventType.all
        let leaves = EventColumn.allCases.filter { $0.isDataLeaf && $0 != .customAction }
        for column in leaves { _ = spellings(payloadName(column)) }
        for alias in all.flatMap(\.aliases) { _ = spellings(alias.name) }
        for alias in EventType.commonAliases + EventType.envelope { _ = spellings(alias.name) }
        let payloadWords = EventType.payloadNames.flatMap(spellings)
        let operationWord = word("op")
        let wordCount = numbers.count + 1
        precondition(wordCount <= 256, "a parser's set of words has 256 bits")
        self.wordCount = wordCount
        words = NameTable(numbers.map { ($0.key, $0.value) })

        envelope = .allocate(capacity: wordCount)
        envelope.initialize(repeating: .none, count: wordCount)
        for number in payloadWords {
            envelope[number] = .payload(isCanonical: number == payloadWords.first)
        }
        envelope[operationWord] = .operationName
        for alias in EventType.envelope {
            let name = alias.column.definition.name
            let own = name == alias.name || name == "data." + alias.name
            for number in spellings(alias.name) {
                envelope[number] = FieldRule(
                    alias.column, canonical: own && number == word(alias.name), strict: true)
            }
        }

        payload = .allocate(capacity: wordCount * all.count)
        payload.initialize(repeating: .none, count: wordCount * all.count)
        typeRules = .allocate(capacity: all.count)
        entryPoints = .allocate(capacity: all.count)
        var names: [(String, Int)] = []
        for (index, type) in all.enumerated() {
            let row = payload + index * wordCount
            let strict = Set(type.required + type.requiredOneOf + type.typed)
            for column in leaves {
                let name = payloadName(column)
                for number in spellings(name) {
                    row[number] = FieldRule(
                        column, canonical: number == word(name), strict: strict.contains(column))
                }
            }
            for alias in EventType.commonAliases + type.aliases {
                for number in spellings(alias.name) {
                    row[number] = FieldRule(
                        alias.column, canonical: false, strict: strict.contains(alias.column),
                        milliseconds: alias.conversion == .millisecondsToSeconds)
                }
            }
            (typeRules + index).initialize(to: TypeRule(type))
            (entryPoints + index).initialize(to: NameTable(type.entryPoints.map { ($0, 1) }))
            guard index != Self.customType else { continue }
            for name in [type.name] + type.synonyms {
                let plain = name.lowercased().filter { !"_- ".contains($0) }
                names.append((plain, index))
                if name != plain { names.append((name, index)) }
            }
        }
        types = NameTable(names)
        forwardedPayload = .allocate(capacity: wordCount * all.count)
        for index in 0..<wordCount * all.count {
            (forwardedPayload + index).initialize(to: payload[index].forwarded)
        }
    }
}

func payloadName(_ column: EventColumn) -> String {
    String(column.definition.name.dropFirst("data.".count))
}

func snakeCase(_ name: String) -> String {
    var result = ""
    for character in name {
        if character.isUppercase { result += "_" }
        result += character.lowercased()
    }
    return result
}

extension ColumnSet {
    init(_ columns: [EventColumn]) {
        self.init()
        for column in columns { insert(column) }
    }
}
