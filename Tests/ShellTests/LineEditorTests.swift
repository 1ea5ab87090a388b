import Shell
import Testing

@Suite("The line editor")
struct LineEditorTests {
    private func editor(_ entries: [String] = []) -> LineEditor {
        var history = History()
        for entry in entries { history.append(entry) }
        return LineEditor(history: history, isComplete: StatementScanner.isComplete)
    }

    /// Types `text`, a line feed being Enter.
    private func type(_ text: String, into editor: inout LineEditor) -> LineEditor.Outcome {
        var outcome = LineEditor.Outcome.ignored
        for character in text {
            outcome = editor.handle(character == "\n" ? .enter : .text(String(character)))
        }
        return outcome
    }

    @Test("a semicolon or an empty line ends a query; a semicolon in a text or a comment does not")
    func ends() {
        for (text, whole) in [
            ("FROM t;\n", "FROM t;"), ("FROM t\n\n", "FROM t\n"), ("\\d\n", "\\d"),
            ("FROM t; -- c\n", "FROM t; -- c"),
        ] {
            var editor = editor()
            #expect(type(text, into: &editor) == .accept(whole))
        }
        for text in ["FROM t\n", "SELECT ';\n", "FROM t -- ;\n", "/* ;\n\n", "FROM t; x\n"] {
            var editor = editor()
            #expect(type(text, into: &editor) == .redraw)
        }
    }

    @Test("arrows move in the text, and beyond its edges in the history; the draft is not lost")
    func arrows() {
        var editor = editor(["first", "second\nline"])
        _ = type("a\nb", into: &editor)
        #expect(editor.handle(.up) == .redraw)
        #expect(editor.buffer.cursor == 1)
        _ = editor.handle(.up)
        #expect(editor.buffer.text == "second\nline")
        _ = editor.handle(.up)
        _ = editor.handle(.up)
        #expect(editor.buffer.text == "first")
        #expect(editor.handle(.up) == .ignored)
        for _ in 0..<3 { _ = editor.handle(.down) }
        #expect(editor.buffer.text == "a\nb")
    }

    @Test("what is killed can be yanked, and what is done undone")
    func killing() {
        var editor = editor()
        _ = type("one two", into: &editor)
        _ = editor.handle(.control("w"))
        #expect(editor.buffer.text == "one ")
        _ = editor.handle(.control("a"))
        _ = editor.handle(.control("y"))
        #expect(editor.buffer.text == "twoone ")
        _ = editor.handle(.control("_"))
        #expect(editor.buffer.text == "one ")
    }

    @Test(
        "Ctrl-R finds older and older entries; Ctrl-G brings the text back, Enter takes the entry")
    func searching() {
        var editor = editor(["FROM a;", "FROM b;", "SELECT 1;"])
        _ = type("x", into: &editor)
        _ = editor.handle(.control("r"))
        _ = type("FROM", into: &editor)
        #expect(editor.buffer.text == "FROM b;")
        _ = editor.handle(.control("r"))
        #expect(editor.buffer.text == "FROM a;")
        _ = editor.handle(.control("r"))
        #expect(editor.search?.isFailed == true)
        #expect(editor.handle(.enter) == .accept("FROM a;"))
        editor.begin("y")
        _ = editor.handle(.control("r"))
        _ = type("SEL", into: &editor)
        _ = editor.handle(.control("g"))
        #expect(editor.buffer.text == "y")
    }

    @Test("Ctrl-D leaves only an empty text; Ctrl-C gives one up")
    func leaving() {
        var editor = editor()
        #expect(editor.handle(.control("d")) == .leave)
        _ = type("a", into: &editor)
        #expect(editor.handle(.control("d")) == .redraw)
        #expect(editor.handle(.control("c")) == .cancel)
    }

    @Test("Tab completes as far as it is clear and then lists")
    func completion() {
        var editor = editor()
        let table = TableDescription(
            name: "events", kind: "table", summary: "",
            columns: ["contentId", "clientTimestamp", "data.startupTime"].map {
                TableDescription.Column(name: $0, type: "STRING", unit: nil, summary: "")
            })
        let completer = QueryCompleter(tables: [table], functions: [], parameters: ["id"])
        editor.complete = completer.completion(at:)
        for (typed, completed) in [
            ("FROM ev", "FROM events"), ("FROM events |> AGG", "FROM events |> AGGREGATE"),
            ("FROM events |> WHERE DATA.ST", "FROM events |> WHERE data.startupTime"),
            ("from events |> wh", "from events |> where"), ("SELECT @", "SELECT @id"),
            ("\\wa", "\\watch"), ("FROM events(", "FROM events(identity => "),
        ] {
            editor.begin(typed)
            #expect(editor.handle(.tab) == .redraw)
            #expect(editor.buffer.text == completed)
        }
        editor.begin("FROM events |> WHERE c")
        guard case .list(let names) = editor.handle(.tab) else {
            Issue.record("no list")
            return
        }
        #expect(names.contains("contentId") && names.contains("clientTimestamp"))
        editor.begin("SELECT 'c")
        #expect(editor.handle(.tab) == .ignored)
    }
}
