import Columns
import Foundation
import Testing

@testable import Query

/// The page of aggregate functions, held against the engine.
@Suite("The page of aggregate functions")
struct AggregateFunctionPageTests {
    private struct Row {
        let functions: String
        let expression: String
        let value: String
        let mark: String
    }

    private static let page: String = {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../docs/AggregateFunctions.md")
        return (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    }()

    private static let lines = page.split(separator: "\n").map(String.init)

    /// Rows of the tables with an example: `` | `function` | meaning | `expression` → `value` | mark | ``
    private static let rows: [Row] = lines.compactMap { line in
        let cells = cells(line)
        guard cells.count == 4, let arrow = cells[2].range(of: "` → `") else { return nil }
        return Row(
            functions: cells[0], expression: String(cells[2][..<arrow.lowerBound].dropFirst()),
            value: String(cells[2][arrow.upperBound...].dropLast()), mark: cells[3])
    }

    private static func cells(_ line: String) -> [String] {
        guard line.hasPrefix("|") else { return [] }
        return line.dropFirst().dropLast().components(separatedBy: " | ")
            .map { $0.trimmingCharacters(in: .whitespaces) }
    }

    /// The table that the page prints first.
    private static let engine: QueryEngine = {
        let types: [ColumnType] = [.timestamp, .string, .string, .int64, .double, .bool]
        let printed = lines.drop { !$0.hasPrefix("| timestamp") }.prefix { $0.hasPrefix("|") }
        let names = cells(printed.first ?? "")
        let rows: [[Value]] = printed.dropFirst(2).map { line in
            zip(cells(line), types).map { text, type in
                if text == "NULL" { return .null }
                return switch type {
                case .bool: .bool(text == "true")
                case .int64: .int64(Int64(text) ?? 0)
                case .double: .double(Double(text) ?? 0)
                case .string: .string(text)
                case .timestamp: .timestamp(TimestampText.time(of: text) ?? 0)
                }
            }
        }
        let table = TestCatalog.table("demo", Array(zip(names, types)), rows, blockRowCount: 2)
        return QueryEngine(
            catalog: TestCatalog(tables: [table]), limits: QueryLimits(), now: 0, threadCount: 2)
    }()

    @Test("every example has the value printed beside it")
    func examples() throws {
        #expect(Self.rows.count > 30)
        for row in Self.rows {
            let result = try Self.engine.run("FROM demo |> AGGREGATE " + row.expression)
            let text = CellText.text(of: result.rows[0][0], null: "NULL")
            #expect(text == row.value, "\(row.expression)")
        }
    }

    @Test("every aggregate has a row, whose mark says where it is portable")
    func completeness() {
        for function in AggregateFunctions.all.values {
            let row = Self.rows.first { $0.functions.contains("`\(function.name)(") }
            let mark =
                switch function.portability {
                case .everywhere: "P"
                case .spark: "S"
                case .clickhouse: "C"
                default: "L"
                }
            #expect(row?.mark == mark, "\(function.name)")
        }
    }

    @Test("every query printed in full runs")
    func queries() throws {
        let blocks = Self.page.components(separatedBy: "```sql\n").dropFirst().map {
            $0.components(separatedBy: "```")[0]
        }
        #expect(blocks.count == 2)
        let answers = try blocks.map { try Self.engine.run($0).rows }
        #expect(answers[0] == [[.int64(3), .int64(2), .int64(1), .double(120)]])
        let day = Value.timestamp(TimestampText.time(of: "2026-11-01T00:00:00Z") ?? 0)
        #expect(answers[1] == [[day, .int64(3), .int64(1)]])
    }
}
