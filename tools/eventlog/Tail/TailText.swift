import FoundationEssentials
import Glibc
import Query

/// An event as one line for people: when, what, which content, who, and its data.
///
/// ```
/// 12:04:31.220  playStart         cnt_7               alice               startupTime=120 platform="ios"
/// ```
struct TailText {
    private let hasColors = Terminal.hasColors
    /// Cells of the columns; what is longer is cut, so that lines stay below each other.
    private static let widths = (event: 17, content: 20, person: 20)
    /// Cells of a line where there is no terminal to say.
    private static let widthUsual = 160

    private struct Line: Decodable {
        var event: Event
    }

    private struct Event: Decodable {
        var event: String?
        var type: String?
        var contentId: String?
        var userId: String?
        var deviceId: String?
        var timestamp: String?
        var data: FlatJSON?
    }

    /// The line with its line feed; what cannot be read is shown as it came.
    func line(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        guard let line = try? JSONDecoder().decode(Line.self, from: Data(bytes)) else {
            return Array((harmless(String(decoding: bytes, as: UTF8.self)) + "\n").utf8)
        }
        let event = line.event
        let width = Terminal.size(of: Terminal.output)?.columns ?? Self.widthUsual
        let name = event.event ?? event.type ?? "-"
        let time = String((event.timestamp ?? "-").drop { $0 != "T" }.dropFirst().prefix(12))
        let widths = Self.widths
        var used = 14 + widths.event + widths.content + widths.person + 3
        var text = painted(cell(time.filter { $0 != "Z" }, 12), "2") + "  "
        text += painted(cell(name, widths.event), name == "error" ? "31" : "36") + " "
        text += cell(event.contentId ?? "-", widths.content) + " "
        let person = event.userId ?? event.deviceId ?? "-"
        text += painted(cell(person, widths.person), event.userId == nil ? "33" : "32") + " "
        let data = event.data?.fields.map { "\(harmless($0.name))=\(harmless($0.text))" }
            .joined(separator: " ")
        used = max(width - used, 0)
        if let data { text += DisplayWidth.cut(data, to: used) }
        return Array((text + "\n").utf8)
    }

    private func cell(_ text: String, _ width: Int) -> String {
        DisplayWidth.padded(DisplayWidth.cut(harmless(text), to: width), to: width)
    }

    private func painted(_ text: String, _ color: String) -> String {
        hasColors ? "\u{1B}[\(color)m\(text)\u{1B}[0m" : text
    }
}

/// The members of an object in the order of their names; what lies deeper is not shown.
private struct FlatJSON: Decodable {
    var fields: [(name: String, text: String)] = []

    private struct Name: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
        let object = try decoder.container(keyedBy: Name.self)
        for name in object.allKeys.sorted(by: { $0.stringValue < $1.stringValue }) {
            let text: String
            if let string = try? object.decode(String.self, forKey: name) {
                text = "\"\(string)\""
            } else if let bool = try? object.decode(Bool.self, forKey: name) {
                text = "\(bool)"
            } else if let number = try? object.decode(Double.self, forKey: name) {
                let isWhole = number == number.rounded() && number.magnitude < 1e15
                text = isWhole ? "\(Int(number))" : "\(number)"
            } else {
                text = "…"
            }
            fields.append((name.stringValue, text))
        }
    }
}
