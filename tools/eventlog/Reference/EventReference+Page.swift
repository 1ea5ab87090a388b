import Columns
import EventLog

extension EventReference {
    /// Markdown as it grows.
    struct Page {
        private(set) var text = ""

        mutating func line(_ line: String) {
            if !text.isEmpty { text += "\n" }
            text += line + "\n"
        }

        mutating func table(_ head: [String], _ rows: [[String]]) {
            let line = { (cells: [String]) in "| " + cells.joined(separator: " | ") + " |" }
            self.line(
                ([line(head), "|" + String(repeating: "---|", count: head.count)] + rows.map(line))
                    .joined(separator: "\n"))
        }

        mutating func add(_ type: EventType) {
            line("### \(type.name)")
            var about = type.summary.prefix(1).uppercased() + type.summary.dropFirst()
            about += " (\(type.source))."
            if !type.synonyms.isEmpty {
                about += " Also \(type.synonyms.map(code).joined(separator: ", "))."
            }
            switch type.action {
            case .none: break
            case .constant(let text): about += " Its `action` is `\(text)`."
            case .column(let column): about += " Its `action` is its `\(column.shortName)`."
            }
            if type.isAdministrative {
                about += " Taken from administrators only ([Identity.md](Identity.md))."
            }
            if let column = type.implies { about += " Implies `\(column.shortName)`." }
            if !type.entryPoints.isEmpty {
                about +=
                    " Known entry points: \(type.entryPoints.map(code).joined(separator: ", "))."
            }
            line(about)
            let rows = rows(of: type)
            if !rows.isEmpty { table(["field", "type", "unit", "", "also called"], rows) }
        }

        private func rows(of type: EventType) -> [[String]] {
            let listed = type.required + type.requiredOneOf + type.typed
            let others = type.aliases.map(\.column).filter { !listed.contains($0) }
            var seen = Set<EventColumn>()
            let beside = type.requiredBeside.map { [code($0), "text", "", "required", ""] }
            return beside
                + (listed + others).filter { seen.insert($0).inserted }.map { column in
                    let own = column.shortName
                    let aliases = (type.aliases + EventType.commonAliases)
                        .filter { $0.column == column && $0.name != own }
                    let need =
                        type.required.contains(column)
                        ? "required" : type.requiredOneOf.contains(column) ? "one of these" : ""
                    return [
                        code(own), column.typeText, column.definition.unit ?? "", need,
                        aliases.map(Self.text(of:)).joined(separator: ", "),
                    ]
                }
        }

        static func text(of alias: EventType.Alias) -> String {
            switch alias.conversion {
            case .same: code(alias.name)
            case .millisecondsToSeconds: code(alias.name) + " ÷ 1000"
            }
        }
    }
}
