import Columns
import Glibc
import Query
import Shell

/// The conversation of `eventlog query` on a terminal: reads a text, runs it, shows the answer.
///
/// What keys mean is `LineEditor`'s, what is drawn `LineRenderer`'s, what a backslash means
/// `MetaCommand`'s; here they meet the terminal and the source of answers.
struct QueryShell {
    let source: QuestionSource
    let options: QuestionOptions
    var parameters: [String: Value]
    var format: OutputFormat
    /// When a table is shown as records.
    var expanded: ResultLayout.Expansion
    var isTimed: Bool
    /// The last query that was run, for `\watch` and `\e`.
    var lastQuery = ""
    /// Where answers go instead of the terminal.
    var outputPath: String?
    /// What the next prompt begins with: what came out of the editor.
    var draft = ""
    private(set) var tables: [TableDescription] = []

    private let historyFile = HistoryFile()
    private var editor: LineEditor
    private var renderer = LineRenderer()
    private var screen = TerminalScreen()
    /// Keys that came before they were asked for.
    private var typedAhead: [Key] = []

    private static let prompt = "eventlog> "
    private static let continuation = "     ...> "

    init(source: QuestionSource, options: QuestionOptions, _ parameters: [String: Value]) {
        self.source = source
        self.options = options
        self.parameters = parameters
        format = options.format ?? .table
        expanded = options.expanded ?? .auto
        isTimed = options.timing
        editor = LineEditor(
            history: historyFile.load(), isComplete: StatementScanner.isComplete)
    }

    mutating func run() throws {
        // Asked once: it also tells at once whether anybody answers.
        tables = try source.tables()
        TerminalScreen.prepareSignals()
        try Terminal.print(
            "eventlog: pipe SQL; a query ends with ; or an empty line. \\? helps, \\q leaves.")
        defer { screen.leave() }
        while let text = try readText() {
            if editor.history.append(text) { historyFile.append(text) }
            guard try perform(text) else { return }
        }
    }

    /// - Returns: `false` if this was the last text.
    private mutating func perform(_ text: String) throws -> Bool {
        do {
            if let command = MetaCommand(ifIn: text) { return try obey(command) }
            for statement in StatementScanner.statements(of: text) { try ask(statement) }
        } catch let failure as ToolFailure {
            if !failure.message.isEmpty { Terminal.complain(failure.message) }
        }
        return true
    }

    mutating func ask(_ text: String) throws {
        lastQuery = text
        try ask(question(text))
    }

    func question(_ text: String) -> Question {
        var question = options.question(text, parameters)
        question.format = format
        question.layout.expanded = expanded
        return question
    }

    func ask(_ question: Question) throws {
        let start = ContinuousClock.now
        let answer = try Interruption.catching { try source.answer(question) }
        let elapsed = ContinuousClock.now - start
        if let outputPath {
            try OutputText.append(answer.document, to: outputPath)
        } else {
            try Presentation.show(answer.document, question.format)
        }
        try answer.warn()
        if isTimed { try Terminal.print(Presentation.time(elapsed)) }
    }

    // MARK: Reading

    /// - Returns: `nil` when the conversation is over.
    private mutating func readText() throws(ToolFailure) -> String? {
        editor.begin(draft)
        editor.complete = completer.completion(at:)
        draft = ""
        try screen.enter()
        let text = try edit()
        try screen.pause()
        return text
    }

    /// Runs `body` with the terminal as other programs expect it.
    mutating func handingOverTerminal<Result>(
        _ body: () throws(ToolFailure) -> Result
    ) throws(ToolFailure) -> Result {
        screen.leave()
        return try body()
    }

    private var completer: QueryCompleter {
        QueryCompleter(
            tables: tables, parameters: parameters.keys.sorted(),
            formats: OutputFormat.allCases.map(\.rawValue), reports: Report.all.map(\.name))
    }

    private mutating func edit() throws(ToolFailure) -> String? {
        while true {
            while !typedAhead.isEmpty {
                let key = typedAhead.removeFirst()
                let outcome = editor.handle(key)
                switch outcome {
                case .redraw, .ignored: break
                case .accept(let text):
                    try leaveFrame()
                    if text.contains(where: { !$0.isWhitespace }) { return text }
                    editor.begin()
                case .cancel:
                    try leaveFrame(mark: "^C")
                    editor.begin()
                case .leave:
                    try leaveFrame()
                    return nil
                case .suspend: try suspend()
                case .clearScreen: try screen.write(renderer.clear())
                case .list(let names): try list(names)
                }
            }
            try screen.write(renderer.draw(frame))
            guard let keys = screen.read() else {
                try leaveFrame()
                return nil
            }
            typedAhead = keys
        }
    }

    private var frame: LineRenderer.Frame {
        let size = screen.size
        var prompt = Self.prompt
        if let search = editor.search {
            prompt = "(\(search.isFailed ? "not found" : "search"): \(harmless(search.text))) "
        }
        return LineRenderer.frame(
            editor.buffer, prompt: prompt, continuation: Self.continuation, width: size.columns,
            height: size.rows)
    }

    /// Leaves what is written as it is and goes on below it.
    private mutating func leaveFrame(mark: String = "") throws(ToolFailure) {
        editor.moveToEnd()
        let frame = frame
        try screen.write(renderer.draw(frame) + mark + renderer.leave(frame))
    }

    /// Candidates that are listed at once; more would hide what is being written.
    private static let listCountMax = 200

    private mutating func list(_ names: [String]) throws(ToolFailure) {
        let frame = frame
        try screen.write(renderer.draw(frame) + renderer.leave(frame))
        for line in ColumnList.lines(
            Array(names.prefix(Self.listCountMax)), width: screen.size.columns)
        {
            try screen.write(line + "\r\n")
        }
        if names.count > Self.listCountMax {
            try screen.write("and \(names.count - Self.listCountMax) more\r\n")
        }
    }

    private mutating func suspend() throws(ToolFailure) {
        try leaveFrame()
        try screen.pause()
        screen.leave()
        raise(SIGTSTP)
        try screen.enter()
    }
}
