import Shell
import Testing

@Suite("Statements and meta commands")
struct StatementTests {
    @Test("statements keep their line and column in the file")
    func places() {
        #expect(StatementScanner.statements(of: "a;\n b; c") == ["a", "  \n b", "\n    c"])
        #expect(StatementScanner.statements(of: "a ';' ;; -- x;\n") == ["a ';' "])
        #expect(StatementScanner.statements(of: " \n").isEmpty)
    }

    @Test("a backslash line is cut at blanks; quotes keep them")
    func meta() {
        #expect(MetaCommand("\\set id 'cnt 1'") == .set(name: "id", value: "'cnt 1'"))
        #expect(MetaCommand("\\watch 5;") == .watch(5))
        #expect(MetaCommand("\\o \"my file\"") == .output("my file"))
        #expect(MetaCommand("\\d") == .describe(nil))
        guard case .wrong = MetaCommand("\\nope") else {
            Issue.record("accepted")
            return
        }
        guard case .wrong = MetaCommand("\\watch 0") else {
            Issue.record("accepted")
            return
        }
    }

    @Test("bare words by which people leave or ask for help are commands; queries are not")
    func bareWords() {
        #expect(MetaCommand(ifIn: "exit") == .quit)
        #expect(MetaCommand(ifIn: " quit; ") == .quit)
        #expect(MetaCommand(ifIn: "help") == .help)
        #expect(MetaCommand(ifIn: "\\x on") == .expanded("on"))
        #expect(MetaCommand(ifIn: "exit now") == nil)
        #expect(MetaCommand(ifIn: "FROM events") == nil)
    }

    @Test("colours change nothing but the colours")
    func colors() {
        let chart = "n\na 2 ██▌\n· 0  ░ to 1\n"
        let painted = ChartColors.painted(chart)
        #expect(painted != chart)
        #expect(painted.replacing(/\u{1B}\[[0-9;]*m/, with: "") == chart)
    }
}
