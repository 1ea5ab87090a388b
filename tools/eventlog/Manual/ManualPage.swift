import ArgumentParser

/// A command's description as a page of man(7).
struct ManualPage {
    private let command: CommandDescription

    init(_ command: CommandDescription) { self.command = command }

    var text: String {
        let title = command.fullName.split(separator: " ").joined(separator: "-")
        var lines = [
            ".TH \(title.uppercased()) 1 \"\" \"eventlog \(EventLogTool.configuration.version)\"",
            ".SH NAME", "\(Self.escaped(title)) \\- \(Self.escaped(command.abstract ?? ""))",
            ".SH SYNOPSIS", ".B \(Self.escaped(command.fullName))", Self.escaped(synopsis),
        ]
        lines += discussion
        if !arguments.isEmpty {
            lines.append(".SH OPTIONS")
            for argument in arguments { lines += [".TP", heading(argument), meaning(argument)] }
        }
        let commands = (command.subcommands ?? []).filter { $0.commandName != "help" }
        if !commands.isEmpty {
            lines.append(".SH COMMANDS")
            for sub in commands {
                lines += [
                    ".TP", ".B \(Self.escaped(sub.commandName))", Self.line(sub.abstract ?? ""),
                ]
            }
        }
        return lines.joined(separator: "\n")
    }

    private var arguments: [CommandDescription.Argument] {
        (command.arguments ?? []).filter(\.shouldDisplay)
    }

    private var synopsis: String {
        arguments.map { argument in
            let value = "<\(argument.valueName ?? "value")>"
            let name = argument.names?.last?.text
            let text =
                switch argument.kind {
                case "flag": name ?? ""
                case "option": "\(name ?? "") \(value)"
                default: value
                }
            return (argument.isOptional ? "[\(text)]" : text) + (argument.isRepeating ? " ..." : "")
        }.joined(separator: " ")
    }

    private func heading(_ argument: CommandDescription.Argument) -> String {
        let names = (argument.names ?? []).map(\.text).joined(separator: ", ")
        let value = argument.kind == "flag" ? "" : "<\(argument.valueName ?? "value")>"
        return ".B " + Self.escaped([names, value].filter { !$0.isEmpty }.joined(separator: " "))
    }

    private func meaning(_ argument: CommandDescription.Argument) -> String {
        let value = argument.defaultValue.map { " Default: \($0)." } ?? ""
        return Self.line((argument.abstract ?? "") + value)
    }

    /// The text of `--help` between abstract and options: lines in capitals are headings, indented
    /// ones are examples.
    private var discussion: [String] {
        var lines = [".SH DESCRIPTION"]
        var isExample = false
        for line in (command.discussion ?? command.abstract ?? "")
            .split(separator: "\n", omittingEmptySubsequences: false)
        {
            let isIndented = line.hasPrefix("  ")
            if isExample, !isIndented { lines.append(".fi") }
            if !isExample, isIndented { lines.append(".nf") }
            isExample = isIndented
            if line.isEmpty {
                lines.append(".PP")
            } else if !isIndented, line == line.uppercased(), line.count < 30 {
                lines.append(".SH \(Self.escaped(line))")
            } else {
                lines.append(Self.line(line))
            }
        }
        if isExample { lines.append(".fi") }
        return lines
    }

    private static func line(_ text: some StringProtocol) -> String {
        let text = escaped(text)
        // A dot or a quote at the beginning would be a request.
        return text.hasPrefix(".") || text.hasPrefix("'") ? "\\&" + text : text
    }

    private static func escaped(_ text: some StringProtocol) -> String {
        text.reduce(into: "") { result, character in
            switch character {
            case "\\": result += "\\e"
            case "-": result += "\\-"
            default: result.append(character)
            }
        }
    }
}
