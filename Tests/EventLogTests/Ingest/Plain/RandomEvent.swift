import Columns
import Testing

@testable import EventLog

/// Makes events as senders might, and some as none should: any type, any spelling, any value.
struct RandomEvent {
    var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    private static let payloadWords: [String] = {
        let leaves = EventColumn.allCases.filter(\.isDataLeaf).map(payloadName)
        let aliases = (EventType.commonAliases + EventType.all.flatMap(\.aliases)).map(\.name)
        return Array(Set((leaves + aliases).flatMap { [$0, snakeCase($0)] })).sorted()
    }()

    private static let envelopeWords: [String] =
        Array(Set(EventType.envelope.map(\.name).flatMap { [$0, snakeCase($0)] })).sorted()
        .filter { !["event", "type", "event_type", "eventType"].contains($0) }

    mutating func chance(_ percent: Int) -> Bool {
        Int.random(in: 0..<100, using: &generator) < percent
    }

    mutating func pick<T>(_ list: [T]) -> T {
        list[Int.random(in: 0..<list.count, using: &generator)]
    }

    /// One line; most are valid events.
    mutating func line() -> String {
        let type = EventType.all[Int.random(in: 0..<EventType.all.count, using: &generator)]
        var envelope: [(String, String)] = []
        var name =
            type.name.isEmpty ? pick(["custom_action", "x", "Ünï 漢", "level-up"]) : type.name
        if chance(10) { name = pick([snakeCase(name), name.uppercased()] + type.synonyms) }
        envelope.append(
            (chance(85) ? "event" : pick(["type", "event_type", "eventType"]), quoted(name)))
        if chance(3) { envelope.append(("type", pick([quoted("like"), "null", quoted(name)]))) }
        var data: [(String, String)] = []
        for column in type.required + type.requiredOneOf.prefix(1) where !chance(4) {
            if column.isDataLeaf {
                data.append((spelling(of: column, type), value(for: column)))
            } else {
                envelope.append((envelopeSpelling(of: column), value(for: column)))
            }
        }
        for column in type.typed where chance(60) {
            data.append((spelling(of: column, type), value(for: column)))
        }
        for _ in 0..<Int.random(in: 0...4, using: &generator) where chance(40) {
            envelope.append((pick(Self.envelopeWords), anything()))
        }
        if chance(70) { envelope.append(("eventId", quoted("e\(generator.next())"))) }
        if chance(60) { envelope.append(("timestamp", quoted(time()))) }
        if chance(60) { envelope.append((pick(["userId", "user_id"]), value(for: .userId))) }
        if chance(40) { envelope.append((pick(["deviceId", "anonymous_id"]), quoted("d1"))) }
        if chance(8) { envelope.append((pick(["more", "op", "batch", ""]), anything())) }
        for _ in 0..<Int.random(in: 0...4, using: &generator) where chance(50) {
            data.append((chance(60) ? pick(Self.payloadWords) : customName(), anything()))
        }
        shuffle(&data)
        if !data.isEmpty || chance(20) {
            envelope.append(
                (chance(90) ? "data" : pick(["eventData", "event_data"]), object(data)))
        }
        if chance(3) {
            envelope.append((pick(["data", "event_data"]), pick(["null", "{}", "5"])))
        }
        if chance(50) { shuffle(&envelope) }
        if !chance(3) { envelope = distinct(envelope) }
        return object(envelope)
    }

    private func distinct(_ fields: [(String, String)]) -> [(String, String)] {
        var seen: Set<String> = []
        return fields.filter { seen.insert($0.0).inserted }
    }

    private mutating func shuffle(_ fields: inout [(String, String)]) {
        fields.shuffle(using: &generator)
    }

    private mutating func spelling(of column: EventColumn, _ type: EventType) -> String {
        let aliases = (type.aliases + EventType.commonAliases).filter { $0.column == column }
        let name =
            aliases.isEmpty || chance(60) ? payloadName(column) : pick(aliases.map(\.name))
        return chance(10) ? snakeCase(name) : name
    }

    private mutating func envelopeSpelling(of column: EventColumn) -> String {
        let name = pick(EventType.envelope.filter { $0.column == column }.map(\.name))
        return chance(10) ? snakeCase(name) : name
    }

    private mutating func value(for column: EventColumn) -> String {
        if chance(3) { return anything() }
        if column == .userId {
            return quoted(pick(["u1", "u2", "anonymous", " Null ", "ann@example.org", "user_77"]))
        }
        return switch column.type {
        case .string: quoted(pick(["c1", "c2", "next", "forward", "feed", "bookmark", "720p"]))
        case .bool: pick(["true", "false"])
        case .int64: pick(["0", "3", "3.0", "7e1", "-1", "9007199254740993"])
        case .double: number()
        case .timestamp: quoted(time())
        }
    }

    mutating func time() -> String {
        pick([
            "2026-11-21T11:59:59.123456Z", "2026-11-21T13:30:00+02:00", "2026-11-20 10:00:00z",
            "2026-11-21T12:30:00Z", "2026-11-21T11:59:60Z", "2026-09-01T00:00:00.1Z", "yesterday",
            "0000-01-01T00:00:00+23:59", "9999-12-31T23:59:59.999999999-23:59",
        ])
    }

    private mutating func number() -> String {
        switch Int.random(in: 0..<8, using: &generator) {
        case 0: pick(["0", "-0", "-0.0", "1", "0.5", "1e3", "1E+2", "1e-7", "100"])
        case 1: pick(["9007199254740992", "9007199254740993", "12345678901234567890123"])
        case 2: pick(["5e-324", "1.7976931348623157e308", "4.35", "0.1", "1e22", "1e23"])
        case 3: "\(Int64(bitPattern: generator.next()))"
        default: "\(Double.random(in: 0..<1e6, using: &generator))"
        }
    }

    private mutating func customName() -> String {
        pick(["a", "b", "mood", "deep", "action", "ключ", "", "x y", "tab\\t", "\\u0000", "n\\\"q"])
    }

    /// A value of any kind, as JSON.
    private mutating func anything(_ depth: Int = 0) -> String {
        switch Int.random(in: 0..<(depth < 3 ? 9 : 7), using: &generator) {
        case 0: return pick(["true", "false"])
        case 1: return "null"
        case 2, 3: return number()
        case 4: return quoted(pick(["", "x", "720p", "\\n\\u0001\\/\\u00e4\\ud83d\\ude00", "ä😀漢"]))
        case 5: return quoted("t\(generator.next())")
        case 6: return quoted(pick(["c1", "u1", "guest", "2026-11-21T11:00:00Z"]))
        case 7:
            let items = (0..<Int.random(in: 0...3, using: &generator)).map { _ in
                anything(depth + 1)
            }
            return "[" + items.joined(separator: chance(30) ? " , " : ",") + "]"
        default:
            let count = Int.random(in: 0...3, using: &generator)
            return object((0..<count).map { _ in (customName(), anything(depth + 1)) })
        }
    }

    private func quoted(_ text: String) -> String { "\"\(text)\"" }

    private mutating func object(_ fields: [(String, String)]) -> String {
        let colon = chance(10) ? " : " : ":"
        return "{" + fields.map { "\"\($0.0)\"\(colon)\($0.1)" }.joined(separator: ",") + "}"
    }
}
