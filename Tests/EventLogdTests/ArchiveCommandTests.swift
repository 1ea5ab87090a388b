import Testing

@testable import EventLogd

@Suite("The command for each segment")
struct ArchiveCommandTests {
    @Test("placeholders become words that the shell takes as they are")
    func line() throws {
        let command = try #require(ArchiveCommand("test ! -e /a/%f && cp %p /a/%f # 100%%"))
        #expect(
            command.line(path: "/s/events/1.parquet", name: "1.parquet")
                == "test ! -e /a/1.parquet && cp /s/events/1.parquet /a/1.parquet # 100%")
        #expect(
            command.line(path: "/my store/it's/1", name: "1")
                == #"test ! -e /a/1 && cp '/my store/it'\''s/1' /a/1 # 100%"#)
        #expect(ArchiveCommand("true")?.line(path: "p", name: "f") == "true")
        #expect(ArchiveCommand("%p%p")?.line(path: "$x", name: "f") == "'$x''$x'")
    }

    @Test(
        "quotes hold whatever is in them",
        arguments: ["", "'", "''", "a b", "$(x)", "é", "\n", "-"])
    func quotes(word: String) {
        let quoted = ArchiveCommand.quoted(word)
        #expect(quoted == word || quoted.hasPrefix("'") && quoted.hasSuffix("'"))
        #expect((quoted == word) == (word == "-"))
    }

    @Test("other percent signs are mistakes", arguments: ["%", "cp %p %q", "100%", "% p", "%%%"])
    func mistakes(text: String) {
        #expect(ArchiveCommand(text) == nil)
    }
}
