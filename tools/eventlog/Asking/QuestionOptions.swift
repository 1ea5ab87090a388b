import ArgumentParser
import Columns
import Query

/// The options that all subcommands with a question share.
struct QuestionOptions: ParsableArguments {
    @Option(help: "table, vertical, json, ndjson, csv, tsv, markdown or chart.")
    var format: OutputFormat?

    @Option(help: ArgumentHelp("Read this store, no daemon needed; read-only.", valueName: "dir"))
    var store: String?

    @Option(
        help: ArgumentHelp(
            "Characters of a line, for tables and charts. Default: the terminal's.",
            valueName: "count"))
    var width: Int?

    @Option(
        help: ArgumentHelp(
            "Show a table as records, a line for each value. auto, usual on a terminal: where it is "
                + "wider than the line.", valueName: "auto|on|off"))
    var expanded: ResultLayout.Expansion?

    @Option(
        help: ArgumentHelp(
            "Give up after this long. A daemon's own limit holds beside it; with --store it is "
                + "60 s unless this says otherwise.", valueName: "seconds"))
    var timeout: Double?

    @Flag(help: "Say on standard error how long the answer took.")
    var timing = false

    @Option(
        help: ArgumentHelp(
            "Ask again and again, and show the answer anew, until Ctrl-C.", valueName: "seconds"))
    var watch: Double?

    @OptionGroup var damage: DamageOptions

    @OptionGroup var socket: SocketOptions

    func validate() throws {
        if store != nil, socket.explicitPath != nil {
            throw ValidationError("Give --store or --socket, not both.")
        }
        if damage.isJSON, store == nil {
            throw ValidationError(
                "--damage-json goes with --store: a daemon's answer says it in its own form.")
        }
        if let width, !(20...1_000).contains(width) {
            throw ValidationError("--width is a number of characters, 20 to 1000.")
        }
        if let timeout, !(0.001...86_400).contains(timeout) {
            throw ValidationError("--timeout is a number of seconds, 0.001 to 86400.")
        }
        if let watch, !(0.1...86_400).contains(watch) {
            throw ValidationError("--watch is a number of seconds, 0.1 to 86400.")
        }
    }

    func source() throws(ToolFailure) -> QuestionSource {
        if let store { return .store(OfflineStore(path: store)) }
        return .daemon(try socket.client())
    }

    /// A question in the wanted form.
    func question(_ text: String, _ parameters: [String: Value]) -> Question {
        Question(
            text: text, parameters: parameters, format: format ?? .usual, layout: layout,
            timeout: timeout, damage: damage.isJSON ? damage : nil)
    }

    var layout: ResultLayout {
        ResultLayout(
            width: width ?? Terminal.size(of: Terminal.output)?.columns,
            charset: LocaleCharset.isUTF8 ? .unicode : .ascii,
            expanded: expanded ?? (Terminal.isTerminal(Terminal.output) ? .auto : .off))
    }

    /// Asks, shows, and once more if it is to be watched.
    func run(_ questions: [Question]) throws {
        let source = try source()
        if let watch {
            try Watch(source: source, questions: questions, seconds: watch).run()
            return
        }
        var isPartial = false
        for question in questions {
            let start = ContinuousClock.now
            let answer = try source.answer(question)
            let elapsed = ContinuousClock.now - start
            try Presentation.show(answer.document, question.format)
            try answer.warn()
            isPartial = isPartial || answer.isPartial
            if timing { Terminal.complain(Presentation.time(elapsed)) }
        }
        if isPartial { throw ToolFailure("", .damage) }
    }
}

extension ResultLayout.Expansion: ExpressibleByArgument {}
