import Testing

@testable import EventLog

@Suite("Looking for a person in what was refused")
struct NamedTextsTests {
    @Test(
        "finds ids where ids stand, whatever else is wrong",
        arguments: [
            (#"{"userId":"42"}"#, true), (#"{"userId" : "42"#, true),
            (#"{"user_id":"\u0034\u0032"}"#, true),
            (#"{"data":{"position":42}}"#, false), (#"{"contentId":"42"}"#, false),
            (#"{"userId":"421"}"#, false), (#"{"v":"1.42"}"#, false), (#""42""#, true), ("", false),
            (#"{"deviceId":"d\/1"}"#, true), (#"{"title":"d/1"}"#, false),
            (#"{"userId":"\"#, false),
        ])
    func texts(text: String, isNamed: Bool) {
        let names = NamedTexts(users: ["42"], devices: [IdentityName("d/1")])
        #expect(names.areNamed(in: Array(text.utf8)) == isNamed)
    }
}
