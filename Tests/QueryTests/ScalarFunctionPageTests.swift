import Columns
import Foundation
import Testing

@testable import Query

/// docs/ScalarFunctions.md says what the functions do.
@Suite("The page of scalar functions")
struct ScalarFunctionPageTests {
    struct Row {
        let signature: String
        let expression: String
        let value: String
        let portability: String
    }

    private static func rows() throws -> [Row] {
        let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../docs/ScalarFunctions.md")
        let lines = try String(contentsOf: page, encoding: .utf8).split(separator: "\n")
        let form =
            #/
            \|\ (?<signature>`.*?)\ \|(?:.*\|)?
            \ `(?<expression>.+)`\ →\ `(?<value>.*)`\ \|\ (?<mark>[PSCL])\ \|
            /#
        return try lines.filter { $0.hasPrefix("| `") }.map { line in
            let match = try #require(try form.wholeMatch(in: line), "\(line)")
            return Row(
                signature: String(match.signature), expression: String(match.expression),
                value: String(match.value), portability: String(match.mark))
        }
    }

    @Test("every example gives what is written beside it")
    func examples() throws {
        let engine = QueryEngine(
            catalog: TestCatalog(tables: []), limits: QueryLimits(), now: QueryScript.now,
            threadCount: 1)
        for row in try Self.rows() {
            do {
                let result = try engine.run("SELECT " + row.expression)
                let texts = result.rows.map { $0.map { CellText.text(of: $0, null: "NULL") } }
                #expect(texts == [[row.value]], "\(row.expression)")
            } catch {
                Issue.record("\(row.expression): \(error)")
            }
        }
    }

    @Test("every function has a row that tells where it is portable")
    func completeness() throws {
        let rows = try Self.rows()
        let marks: [Portability: String] = [
            .everywhere: "P", .spark: "S", .clickhouse: "C", .local: "L",
        ]
        for (name, function) in ScalarFunctions.all where ScalarFunctions.isCallable(name) {
            let row = rows.first { $0.signature.hasPrefix("`\(name)(") }
            #expect(row?.portability == marks[function.portability], "\(name)")
        }
        // What is about groups has its place on other pages.
        let ofGroups: Set = ["rate", "per_second", "grouping"]
        for name in FunctionNames.special.subtracting(ofGroups) {
            #expect(rows.contains { $0.signature.contains("`\(name)(") }, "\(name)")
        }
    }
}
