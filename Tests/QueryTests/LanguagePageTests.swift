import Columns
import Foundation
import Testing

@testable import Query

/// Runs the examples of docs/QueryLanguage.md: blocks of `sql` whose lines that begin with `--` are the
/// answer, over the tables that the page loads.
@Suite("The language page")
struct LanguagePageTests {
    private static let page: String = {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../docs/QueryLanguage.md")
        return (try? String(contentsOf: path, encoding: .utf8)) ?? ""
    }()

    /// The contents of the fenced blocks of a language.
    private static func blocks(_ language: String) -> [[String]] {
        var blocks: [[String]] = []
        var current: [String]?
        for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
            if line == "```\(language)" {
                current = []
            } else if line == "```", let block = current {
                blocks.append(block)
                current = nil
            } else {
                current?.append(String(line))
            }
        }
        return blocks
    }

    @Test("every example gives the answer that is printed under it")
    func examples() throws {
        let loads = Self.blocks("text").filter { $0.first?.hasPrefix("load ") ?? false }
        let script = QueryScript(text: loads.joined().joined(separator: "\n"))
        #expect(script.tables.count == 2)
        var count = 0
        for block in Self.blocks("sql") {
            let text = block.filter { !$0.hasPrefix("--") }.joined(separator: "\n")
            let expected = block.filter { $0.hasPrefix("--") }.map {
                $0.dropFirst(2).trimmingCharacters(in: .whitespaces)
            }
            // Without an answer it is about a real store.
            guard !expected.isEmpty else {
                _ = try Parser.parse(text, limits: QueryLimits())
                continue
            }
            count += 1
            let evaluation = QueryScript.Evaluation(
                line: 0, isFailure: false, query: text, expected: expected)
            #expect(script.answer(evaluation, threadCount: 2) == expected, "\(text)")
        }
        #expect(count >= 15)
    }

    @Test("every step and every window function has an example or a row")
    func coverage() {
        let examples = Self.blocks("sql").joined().joined(separator: "\n")
        for keyword in Parser.stepKeywords where !["INNER"].contains(keyword) {
            #expect(examples.contains(keyword), "\(keyword)")
        }
        for name in WindowFunctions.all.keys {
            #expect(Self.page.contains("`\(name)("), "\(name)")
        }
    }
}
