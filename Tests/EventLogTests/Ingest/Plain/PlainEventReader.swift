import Columns

@testable import EventLog

/// The rules of the vocabulary applied in the plainest way: dictionaries, strings, one event at a time.
struct PlainEventReader {
    enum Verdict: Equatable {
        case blank
        case control
        case accepted(ReadableRow)
        /// The code, and the fields that are wrong with their reasons.
        case refused(Refusal.Code, [String])
    }

    enum Content: Equatable {
        case string(String)
        case integer(Int64)
        case double(Double)
        case bool(Bool)
    }

    struct Slot {
        var content: Content?
        var name: String
        var raw: String
        var isCanonical = false
        var inPayload = false
        var problem = EventFields.Problem.none
    }

    struct Kept {
        var name: String
        var inPayload: Bool
        var text: String
    }

    let now: Int64
    let options: IngestOptions
    var slots: [EventColumn: Slot] = [:]
    var kept: [Kept] = []
    var type = EventType.custom
    var isPayloadWrong = false

    static func verdict(on line: [UInt8], now: Int64, options: IngestOptions) -> Verdict {
        var reader = PlainEventReader(now: now, options: options)
        do {
            guard let fields = try PlainJSON.object(in: line) else { return .blank }
            guard Set(fields.map { Array($0.name.utf8) }).count == fields.count else {
                throw PlainJSON.Invalid()
            }
            return reader.read(fields)
        } catch {
            return .refused(.invalidRequest, [])
        }
    }

    private init(now: Int64, options: IngestOptions) {
        self.now = now
        self.options = options
    }

    // MARK: Fields

    private mutating func read(_ fields: [PlainJSON.Field]) -> Verdict {
        let payload = payloadField(fields)
        var hasOp = false
        var isTypeKnown = false
        var pending: [PlainJSON.Field]?
        for field in fields {
            if Self.payloadWords.contains(field.name) {
                guard field.name == payload?.name else {
                    if !field.isNull { keep(field, inPayload: false) }
                    continue
                }
                guard case .object(let inner) = field.value else {
                    isPayloadWrong = true
                    continue
                }
                if isTypeKnown { readPayload(inner) } else { pending = inner }
            } else if let (column, isCanonical) = Self.envelopeWords[field.name] {
                place(
                    field, column, isCanonical: isCanonical, .same, isStrict: true, inPayload: false
                )
                if column == .event, isCanonical, slots[.event]?.isCanonical == true, !isTypeKnown {
                    isTypeKnown = true
                    resolveType()
                }
            } else {
                if field.name == "op" {
                    if let name = field.identityRecord {
                        put(
                            .event,
                            Slot(content: .string(name), name: "op", raw: field.raw))
                    } else {
                        hasOp = true
                    }
                }
                keep(field, inPayload: false)
            }
        }
        if slots[.event] != nil, !isTypeKnown { resolveType() }
        if let pending { readPayload(pending) }
        if hasOp, slots[.event] == nil { return .control }
        return judge()
    }

    private static let payloadWords = ["data", "eventData", "event_data"]

    /// `data` unless it is null, else the first of its aliases that is not.
    private func payloadField(_ fields: [PlainJSON.Field]) -> PlainJSON.Field? {
        let found = fields.filter { Self.payloadWords.contains($0.name) && !$0.isNull }
        return found.first { $0.name == "data" } ?? found.first
    }

    private static let envelopeWords: [String: (EventColumn, Bool)] = {
        var words: [String: (EventColumn, Bool)] = [:]
        for alias in EventType.envelope {
            let own = ["", "data."].contains { $0 + alias.name == alias.column.definition.name }
            words[snakeCase(alias.name)] = (alias.column, false)
            words[alias.name] = (alias.column, own)
        }
        return words
    }()

    private mutating func readPayload(_ fields: [PlainJSON.Field]) {
        let last = Dictionary(
            fields.enumerated().map { (Array($0.element.name.utf8), $0.offset) },
            uniquingKeysWith: { $1 })
        for (index, field) in fields.enumerated()
        where last[Array(field.name.utf8)] == index {
            guard let (column, conversion, isCanonical) = column(of: field.name) else {
                keepCustom(field)
                continue
            }
            let isStrict = (type.required + type.requiredOneOf + type.typed).contains(column)
            place(
                field, column, isCanonical: isCanonical, conversion, isStrict: isStrict,
                inPayload: true)
        }
    }

    /// What a word of the payload means in an event of this type: its aliases, then the common ones, then
    /// the columns' own names; each also in snake case.
    private func column(
        of name: String
    ) -> (EventColumn, EventType.Conversion, isCanonical: Bool)? {
        for aliases in [type.aliases, EventType.commonAliases] {
            for alias in aliases where alias.name == name || snakeCase(alias.name) == name {
                return (alias.column, alias.conversion, false)
            }
        }
        for column in EventColumn.allCases where column.isDataLeaf && column != .customAction {
            let own = payloadName(column)
            if own == name || snakeCase(own) == name { return (column, .same, own == name) }
        }
        return nil
    }

    private mutating func place(
        _ field: PlainJSON.Field, _ column: EventColumn, isCanonical: Bool,
        _ conversion: EventType.Conversion, isStrict: Bool, inPayload: Bool
    ) {
        let (content, problem) = PlainFieldCheck.check(field.value, column, conversion)
        let mayKeep = inPayload ? !isStrict : column.isDataLeaf || column == .clientTimestamp
        guard !field.isNull, problem == .none || !mayKeep else {
            return keep(field, inPayload: inPayload)
        }
        put(
            column,
            Slot(
                content: content, name: field.name, raw: field.raw, isCanonical: isCanonical,
                inPayload: inPayload, problem: problem))
    }

    mutating func put(_ column: EventColumn, _ slot: Slot) {
        guard let old = slots[column] else { return slots[column] = slot }
        let wins =
            slot.isCanonical != old.isCanonical
            ? slot.isCanonical : !slot.inPayload && old.inPayload
        let loser = wins ? old : slot
        if wins { slots[column] = slot }
        let isSame =
            slot.problem == .none && old.problem == .none && slot.content == old.content
            && slot.content.map { "\($0)" } == old.content.map { "\($0)" }
        if !isSame { keep(loser) }
    }

    mutating func setAside(_ column: EventColumn) {
        if let slot = slots.removeValue(forKey: column) { keep(slot) }
    }

    private mutating func keep(_ slot: Slot) {
        keep(Kept(name: slot.name, inPayload: slot.inPayload, text: "json " + slot.raw))
    }

    private mutating func keep(_ field: PlainJSON.Field, inPayload: Bool) {
        keep(Kept(name: field.name, inPayload: inPayload, text: "json " + field.raw))
    }

    private mutating func keepCustom(_ field: PlainJSON.Field) {
        let text: String? =
            switch field.value {
            case .string(let text): "'\(text)'"
            case .bool(let flag): "\(flag)"
            case .number(let text): PlainFieldCheck.customNumber(text)
            case .null, .array, .object: nil
            }
        keep(Kept(name: field.name, inPayload: true, text: text ?? "json " + field.raw))
    }

    private mutating func keep(_ new: Kept) {
        kept.removeAll {
            Array($0.name.utf8) == Array(new.name.utf8) && $0.inPayload == new.inPayload
        }
        kept.append(new)
    }

    // MARK: Type

    private mutating func resolveType() {
        guard let slot = slots[.event], slot.problem == .none, case .string(let name) = slot.content
        else { return }
        guard name.utf8.count <= 64, let found = Self.type(named: name) else { return }
        type = found
        guard found.name != name else { return }
        setAside(.event)
        slots[.event] = Slot(
            content: .string(found.name), name: "", raw: found.name, isCanonical: slot.isCanonical)
    }

    private static func plain(_ name: String) -> String {
        String(
            decoding: name.utf8.filter { !" _-".utf8.contains($0) }
                .map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
    }

    private static func type(named name: String) -> EventType? {
        EventType.all.dropFirst().first { type in
            ([type.name] + type.synonyms).contains { plain($0) == plain(name) }
        }
    }
}

extension PlainJSON.Field {
    fileprivate var isNull: Bool { if case .null = value { true } else { false } }

    /// The name of an identity record in the field `op`.
    fileprivate var identityRecord: String? {
        guard case .string(let text) = value else { return nil }
        let names = EventType.all
            .filter { ["identify", "clear"].contains($0.name) || $0.isAdministrative }
            .flatMap { [$0.name] + $0.synonyms }
        let plain = names.map { $0.lowercased().filter { !"_- ".contains($0) } }
        return (names + plain).contains(text) ? text : nil
    }
}
