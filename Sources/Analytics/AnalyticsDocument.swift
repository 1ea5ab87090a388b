import EventLog
import Query

/// An answer as JSON has it, with its members in the order in which people read them.
enum AnalyticsDocument: Sendable {
    case object([(String, AnalyticsDocument)])
    case list([AnalyticsDocument])
    case text(String)
    case count(Int)
    /// Not a number where there is none: `null`.
    case number(Double?)
    case null

    var json: [UInt8] {
        var text: [UInt8] = []
        write(to: &text)
        return text
    }

    static func time(_ time: Int64?) -> AnalyticsDocument {
        time.map { .text(TimestampText.text(of: $0)) } ?? .null
    }

    private func write(to text: inout [UInt8]) {
        switch self {
        case .object(let members):
            text.append(UInt8(ascii: "{"))
            for (place, member) in members.enumerated() {
                if place > 0 { text.append(UInt8(ascii: ",")) }
                JSONText.appendString(member.0, to: &text)
                text.append(UInt8(ascii: ":"))
                member.1.write(to: &text)
            }
            text.append(UInt8(ascii: "}"))
        case .list(let items):
            text.append(UInt8(ascii: "["))
            for (place, item) in items.enumerated() {
                if place > 0 { text.append(UInt8(ascii: ",")) }
                item.write(to: &text)
            }
            text.append(UInt8(ascii: "]"))
        case .text(let string): JSONText.appendString(string, to: &text)
        case .count(let count): text.append(contentsOf: String(count).utf8)
        case .number(let number?) where number.isFinite: JSONText.appendNumber(number, to: &text)
        case .number, .null: text.append(contentsOf: "null".utf8)
        }
    }
}
