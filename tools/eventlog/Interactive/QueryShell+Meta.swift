import Columns
import Glibc
import Query
import Shell

extension QueryShell {
    /// - Returns: `false` if the conversation is over.
    mutating func obey(_ command: MetaCommand) throws -> Bool {
        switch command {
        case .describe(nil):
            try show(tables.map { [$0.name, $0.summary] }, Self.noTables)
        case .describe(let name?): try describe(name)
        case .functions(let name):
            let found = QueryWords.functions.filter { $0.name.contains(name?.lowercased() ?? "") }
            try show(
                found.map { function in
                    let others = function.aliases.joined(separator: ", ")
                    return [
                        function.usage,
                        function.summary + (others.isEmpty ? "" : " (also \(others))"),
                    ]
                }, "no function has that in its name")
        case .format(nil): try Terminal.print("format is \(format.rawValue)")
        case .format(let name?):
            guard let wanted = OutputFormat(rawValue: name) else {
                let names = OutputFormat.allCases.map(\.rawValue).joined(separator: ", ")
                throw ToolFailure("format is one of \(names)")
            }
            format = wanted
        case .expanded(let name):
            guard let wanted = ResultLayout.Expansion(rawValue: name ?? next.rawValue) else {
                throw ToolFailure("\\x takes auto, on or off")
            }
            expanded = wanted
            try Terminal.print("expanded is \(expanded.rawValue)")
        case .timing:
            isTimed.toggle()
            try Terminal.print("timing is \(isTimed ? "on" : "off")")
        case .watch(let seconds):
            guard !lastQuery.isEmpty else { throw ToolFailure("there is no query to watch yet") }
            try Watch(source: source, questions: [question(lastQuery)], seconds: seconds).run()
            try Terminal.print("")
        case .edit:
            draft = try handingOverTerminal { [lastQuery] () throws(ToolFailure) in
                try TextEditor.edit(lastQuery)
            }
        case .include(let path):
            for statement in StatementScanner.statements(of: try TextFile.read(path)) {
                try ask(statement)
            }
        case .output(let path):
            if let path { try OutputText.begin(path) }
            outputPath = path
        case .set(let name, let value):
            guard let parameter = QueryParameter(argument: "\(name)=\(value)") else {
                throw ToolFailure("\\set takes a name and a value")
            }
            parameters[parameter.name] = parameter.value
        case .parameters:
            try show(
                parameters.sorted { $0.key < $1.key }.map {
                    ["@\($0.key)", Self.text(of: $0.value)]
                },
                "no parameter has a value; \\set NAME VALUE gives it one")
        case .unset(let name): parameters[name] = nil
        case .report(let words):
            guard !words.isEmpty else { return try list() }
            try ask(ReportCommand.question(words, question("")))
        case .help:
            try show(
                MetaCommand.usage.map { [$0.name, $0.arguments, $0.meaning] }, "")
            try Terminal.print(
                """
                Tab completes. Arrows move in the text and in the history; Ctrl-R searches.
                Alt-Enter makes a new line. Ctrl-C gives up a text or stops a query.
                All else is a query: docs/QueryLanguage.md.
                """)
        case .quit: return false
        case .wrong(let message): throw ToolFailure(harmless(message))
        }
        return true
    }

    /// What `\x` alone changes to.
    private var next: ResultLayout.Expansion { expanded == .on ? .auto : .on }

    private static let noTables = "this daemon does not say which tables it has"

    private func list() throws -> Bool {
        try show(Report.all.map { [$0.usage, $0.summary] }, "")
        return true
    }

    private func describe(_ name: String) throws {
        guard let table = tables.first(where: { $0.name.lowercased() == name.lowercased() }) else {
            throw ToolFailure(
                tables.isEmpty
                    ? Self.noTables : "there is no table \(harmless(name)); \\d lists them")
        }
        if !table.summary.isEmpty { try Terminal.print(harmless(table.summary)) }
        try show(
            table.columns.map { [$0.name, $0.type, $0.unit ?? "", $0.summary] }, "no columns")
    }

    /// Cells in columns, as wide as they need.
    private func show(_ rows: [[String]], _ nothing: String) throws {
        guard !rows.isEmpty else { return try Terminal.print(nothing) }
        let widths = (0..<(rows[0].count - 1)).map { column in
            rows.map { DisplayWidth.of(harmless($0[column])) }.max() ?? 0
        }
        let lines = rows.map { row in
            let cells = row.enumerated().map { column, cell in
                column < widths.count
                    ? DisplayWidth.padded(harmless(cell), to: widths[column]) : harmless(cell)
            }
            let line = cells.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed()) + "\n"
        }
        try Presentation.show(Array(lines.joined().utf8), .table)
    }

    private static func text(of value: Value) -> String {
        switch value {
        case .null: "null"
        case .bool(let value): "\(value)"
        case .int64(let value), .timestamp(let value): "\(value)"
        case .double(let value): "\(value)"
        case .string(let value): "'\(value)'"
        }
    }
}
