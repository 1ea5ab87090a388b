import Foundation
import Testing

@testable import Query

@Suite("JSON reader")
struct JSONTests {
    private static func isJSON(_ bytes: [UInt8]) throws -> Bool {
        JSONReader.value(at: try JSONPath("$"), in: bytes) != nil
    }

    @Test("what Foundation reads, it reads; what Foundation refuses, it refuses")
    func agreement() throws {
        let alphabet = [
            "{", "}", "[", "]", ",", ":", "\"", "\\", "a", "1", "0", ".", "-", "e", " ",
            "true", "null", "\"k\"", "\\u00e9",
        ]
        let seeds = [
            #"{"a":[1,2.5e3,{"b":null}],"c":"x\n"}"#, "[[],{},\"\",0,-1,true,false]", #""\u00e9""#,
        ]
        var random = SeededGenerator(seed: 11)
        for _ in 0..<20_000 {
            var text = Array(seeds.randomElement(using: &random) ?? "").map(String.init)
            for _ in 0..<Int.random(in: 0...2, using: &random) {
                let place = Int.random(in: 0..<text.count, using: &random)
                if Bool.random(using: &random) {
                    text[place] = alphabet.randomElement(using: &random) ?? ""
                } else {
                    text.insert(alphabet.randomElement(using: &random) ?? "", at: place)
                }
            }
            let joined = text.joined()
            // Foundation lets a comma at the end be.
            guard joined.firstMatch(of: /,\s*[\]}]/) == nil else { continue }
            let expected =
                (try? JSONSerialization.jsonObject(
                    with: Data(joined.utf8), options: .fragmentsAllowed)) != nil
            #expect(try Self.isJSON(Array(joined.utf8)) == expected, "\(joined)")
        }
    }

    @Test("nesting may be as deep as the limit and no deeper")
    func nesting() throws {
        func text(_ depth: Int) -> [UInt8] {
            Array(
                (String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
        }
        #expect(try Self.isJSON(text(QueryLimits.jsonNestingMax)))
        #expect(try !Self.isJSON(text(QueryLimits.jsonNestingMax + 1)))
        #expect(try !Self.isJSON([UInt8](repeating: UInt8(ascii: "["), count: 1_000_000)))
    }
}
