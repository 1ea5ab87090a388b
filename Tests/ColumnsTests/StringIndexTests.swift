import Columns
import Testing

@Suite("Finding strings of a dictionary")
struct StringIndexTests {
    @Test("each entry is found, by looking through them and by the table, and nothing else is")
    func finding() {
        let strings = [""] + (0..<3_000).map { "string \($0)" }
        let dictionary = StringDictionary(strings, isDistinct: true)
        for _ in 0..<3 {
            #expect(dictionary.code(of: "string 2999") == 3_000)
            #expect(dictionary.code(of: "") == 0)
            #expect(dictionary.code(of: "string") == nil)
            #expect(dictionary.code(of: "string 3000") == nil)
        }
        for (code, string) in strings.enumerated() {
            #expect(dictionary.code(of: string) == Int32(code))
        }
        #expect(StringDictionary.empty.code(of: "") == nil)
        #expect(StringDictionary.empty.code(of: "") == nil)
    }

    @Test("of equal entries the first is found")
    func repeats() {
        let dictionary = StringDictionary(["a", "b", "b", "a"])
        for _ in 0..<3 { #expect(dictionary.code(of: "b") == 1) }
    }
}

@Suite("Strings that dictionaries share")
struct StringDomainTests {
    @Test("equal strings of two dictionaries have one number, from the second request on")
    func numbers() throws {
        let domain = StringDomain(sizeMax: 1 << 20)
        let first = StringDictionary(["a", "b", "c"], isDistinct: true)
        let second = StringDictionary(["c", "d", "a"], isDistinct: true)
        #expect(first.domainNumbers == nil)
        for dictionary in [first, second] {
            dictionary.join(domain)
            #expect(dictionary.domainNumbers == nil)
        }
        let one = try #require(first.domainNumbers)
        let two = try #require(second.domainNumbers)
        #expect(one.domain === domain && two.domain === domain)
        #expect(Set(one.numbers).count == 3)
        #expect(two.numbers[0] == one.numbers[2] && two.numbers[2] == one.numbers[0])
        #expect(!one.numbers.contains(two.numbers[1]))
    }

    @Test("a full domain takes no further dictionary, and those that are in it stay")
    func full() throws {
        let domain = StringDomain(sizeMax: 256)
        let first = StringDictionary(["a"], isDistinct: true)
        let second = StringDictionary(["b"], isDistinct: true)
        first.join(domain)
        second.join(domain)
        for dictionary in [first, second] { #expect(dictionary.domainNumbers == nil) }
        #expect(first.domainNumbers != nil)
        #expect(domain.isFull)
        #expect(second.domainNumbers == nil)
        #expect(second.domainNumbers == nil)
    }

    @Test("a dictionary put together from others keeps their numbers")
    func joined() throws {
        let domain = StringDomain(sizeMax: 1 << 20)
        let dictionary = StringDictionary(["a", "b"], isDistinct: true)
        dictionary.join(.init(domain: domain, numbers: [4, 9]))
        #expect(dictionary.domainNumbers?.numbers == [4, 9])
    }
}
