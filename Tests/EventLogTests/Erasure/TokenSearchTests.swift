import Testing

@testable import EventLog

@Suite("Looking for an id in bytes")
struct TokenSearchTests {
    @Test(
        "finds whole words only",
        arguments: [
            ("u1", "u1", true), ("u1", "\"u1\"", true), ("u1", "u12", false), ("u1", "xu1", false),
            ("u1", "u12 u1", true), ("u1", "anon:u1#0", true), ("u1", "u-u1", false),
            ("u1", "", false),
            ("u1", "u", false), ("ü", "aü", false), ("ü", "\"ü\"", true),
            ("u1u1", "u1u1u1 u1u1", true),
        ])
    func words(needle: String, text: String, isFound: Bool) {
        #expect(TokenSearch(Array(needle.utf8)).isFound(in: Array(text.utf8)) == isFound)
    }

    @Test("looks at a part as if there were nothing else")
    func part() {
        let search = TokenSearch(Array("u1".utf8))
        let bytes = Array("xu1x".utf8)
        #expect(!search.isFound(in: bytes))
        #expect(search.isPart(of: bytes))
        #expect(search.isFound(in: bytes, 1..<3))
        #expect(!search.isFound(in: bytes, 1..<2))
        #expect(!TokenSearch([]).isFound(in: bytes))
    }
}
