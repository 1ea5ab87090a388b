import Columns
import Testing

@Suite("Dictionaries of strings")
struct StringDictionaryTests {
    @Test(
        "each string gets one code, through every growth of the table", arguments: [UInt64(0), 7])
    func interning(seed: UInt64) {
        var builder = StringDictionaryBuilder(seed: seed)
        let strings = (0..<5_000).map { "string \($0 * 7919 % 5_000)" }
        for (code, string) in strings.enumerated() { #expect(builder.intern(string) == code) }
        for (code, string) in strings.enumerated() { #expect(builder.intern(string) == code) }
        let dictionary = builder.build()
        #expect(dictionary.count == 5_000)
        #expect(dictionary.isDistinct)
        #expect(
            (0..<5_000).allSatisfy { dictionary[$0] == strings[$0] && builder[$0] == strings[$0] })
        #expect(builder.byteCount == dictionary.bytes.count)
        #expect(builder.memorySize >= builder.byteCount)
    }

    @Test("strings of equal hash stay apart")
    func equalHashes() throws {
        // Strings of up to 16 bytes hash as (a ^ k1) × (b ^ state), where a and b are their first and
        // last eight bytes: with b ^ state = 0 the product is 0 whatever a is. With the seed k0 the
        // state is 0, so all strings of 16 bytes that end in eight zero bytes collide.
        let seed: UInt64 = 0xA076_1D64_78BD_642F
        let strings = (0..<200).map { number in
            Array("string".utf8) + [UInt8(number / 100), UInt8(number % 100)]
                + [UInt8](repeating: 0, count: 8)
        }
        let hashes = Set(
            strings.map { string in
                string.withUnsafeBytes { ByteHash.hash64($0, seed: seed) }
            })
        try #require(hashes.count == 1)
        var builder = StringDictionaryBuilder(seed: seed)
        for _ in 0..<2 {
            for (code, string) in strings.enumerated() {
                #expect(string.withUnsafeBytes { builder.intern($0) } == code)
            }
        }
        #expect(builder.count == strings.count)
    }

    @Test("a builder goes on growing after it was asked for its dictionary")
    func snapshots() {
        var builder = StringDictionaryBuilder(seed: 1)
        _ = builder.intern("a")
        let early = builder.build()
        #expect(builder.intern("b") == 1)
        #expect(early.count == 1)
        #expect(builder.build().count == 2)
    }

    @Test("appended strings are kept as they come, equal ones too")
    func appending() {
        var builder = StringDictionaryBuilder(seed: 0)
        for string in ["x", "", "x"] {
            let bytes = Array(string.utf8)
            _ = bytes.withUnsafeBytes { builder.append($0) }
        }
        let dictionary = builder.build()
        #expect((0..<3).map { dictionary[$0] } == ["x", "", "x"])
        #expect(!dictionary.isDistinct)
    }

    @Test("the empty string is a string like others")
    func empty() {
        var builder = StringDictionaryBuilder(seed: 0)
        #expect(builder.intern("") == 0)
        #expect(builder.intern("a") == 1)
        #expect(builder.intern("") == 0)
        #expect(builder.build().range(at: 0).isEmpty)
        #expect(StringDictionary.empty.count == 0)
    }

    @Test("bytes that are not UTF-8 read as the replacement character")
    func invalid() {
        let dictionary = StringDictionary(
            bytes: [0x61, 0xFF], offsets: [0, 2], isDistinct: true)
        #expect(dictionary[0] == "a\u{FFFD}")
    }
}
