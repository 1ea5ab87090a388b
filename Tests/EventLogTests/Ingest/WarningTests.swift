import Testing

@testable import EventLog

@Suite("Warnings")
struct WarningTests {
    private func warnings(_ text: String) -> [IngestWarning] {
        let block = parse(text)
        return IngestWarning.allCases.filter { block.batch.warnings[$0] > 0 }
    }

    @Test("an event without oddities has no warnings, and costs no memory for them")
    func none() {
        #expect(parse(#"{"event":"like","contentId":"c","userId":"u1"}"#).batch.warnings.isEmpty)
    }

    @Test(
        "two spellings that say different things are a conflict, and both are kept",
        arguments: [
            (#""watchTime":1,"totalWatchTime":2,"looped":true"#, true),
            (#""watchTime":2,"totalWatchTime":2.0,"looped":true"#, false),
            (#""watchTimeMs":2000,"totalWatchTime":2,"looped":true"#, false),
            (#""watchTimeMs":2,"totalWatchTime":2,"looped":true"#, true),
            (#""watchTime":2,"looped":true,"didLoop":true"#, false),
            (#""watchTime":2,"looped":true,"didLoop":false"#, true),
        ])
    func conflict(_ data: String, _ isConflict: Bool) throws {
        let text = #"{"event":"completion","contentId":"c","data":{\#(data)}}"#
        #expect(warnings(text) == (isConflict ? [.aliasConflict] : []))
        #expect(try onlyRow(of: text).fields.contains { $0.hasPrefix("~") } == isConflict)
    }

    @Test(
        "ids that give a person away are noticed",
        arguments: [
            ("ann@example.org", true), ("a.b+c@mail.example.co.uk", true), ("@example.org", false),
            ("ann@localhost", false), ("ann@example.", false), ("a b@example.org", false),
            ("a@b@example.org", false), ("user_1", false), ("1234567890", false),
            ("+4930123456", true), ("+49 30 123-456", true), ("+12", false),
            ("(555) 123-4567", true), ("555-123-4567", true), ("030/1234-56", true),
            ("2026-11-21", false), ("1-2", false), ("+1234567890123456", false),
            ("00000000-0000-4000-8000-000000000000", false),
        ])
    func personal(_ id: String, _ isPersonal: Bool) {
        let text = #"{"event":"like","contentId":"c","userId":"\#(id)"}"#
        #expect(warnings(text) == (isPersonal ? [.personalUserId] : []))
    }

    @Test("warnings are counted by event, over the events taken and only those")
    func counted() {
        let block = parse(
            """
            {"event":"like","contentId":"c","userId":"guest"}
            {"event":"like","userId":"guest"}
            {"event":"completion","contentId":"c","userId":"null","data":{"watchTime":1}}
            {"event":"like","contentId":"c"
            """)
        #expect(block.batch.count == 2)
        #expect(block.batch.warnings[.placeholderUserId] == 2)
        #expect(block.batch.warnings[.missingLooped] == 1)
        #expect(block.batch.warnings[.aliasConflict] == 0)
        var total = block.batch.warnings
        total.add(block.batch.warnings)
        #expect(total[.placeholderUserId] == 4)
        #expect(parse(#"{"event":"like","contentId":"c"}"#).batch.warnings.isEmpty)
    }

    @Test("each warning has a label of its own")
    func labels() {
        let labels = IngestWarning.allCases.map(\.label)
        #expect(Set(labels).count == labels.count)
    }
}
