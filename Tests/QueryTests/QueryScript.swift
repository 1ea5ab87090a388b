import Columns
import Foundation

@testable import Query

/// A plain-text script of queries and their answers.
///
/// ```
/// load events(event STRING, seq BIGINT)      rows follow, one a line, cells between |
///   play | 1
///   NULL | 2
///
/// eval FROM events |> WHERE seq > 1          the query; lines that begin with |> continue it
///   event | seq                              names of the columns
///   NULL | 2                                 rows, in order
///
/// fail FROM events |> WHERE sek = 1
///   1:23 name: unknown column `sek`          line:column code: beginning of the message
///   hint: did you mean `seq`?                (optional)
/// ```
/// `NULL` is null, `''` the empty string, `#` begins a comment line.
struct QueryScript {
    struct Evaluation {
        var line: Int
        var isFailure: Bool
        var query: String
        var expected: [String]
    }

    private(set) var tables: [MemoryTable] = []
    private(set) var evaluations: [Evaluation] = []

    static let now = TimestampText.time(of: "2026-11-15T12:00:00Z") ?? 0

    static var folder: URL {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Scripts")
    }

    static var names: [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return files.filter { $0.hasSuffix(".txt") }.sorted()
    }

    init(named name: String) throws {
        self.init(
            text: try String(
                contentsOf: Self.folder.appendingPathComponent(name), encoding: .utf8))
    }

    init(text: String) {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        lines.append("")
        var number = 0
        while number < lines.count {
            let line = lines[number]
            number += 1
            if line.hasPrefix("load ") {
                var rows: [String] = []
                while lines[number].hasPrefix("  ") {
                    rows.append(lines[number])
                    number += 1
                }
                tables.append(Self.table(String(line.dropFirst(5)), rows))
            } else if line.hasPrefix("eval ") || line.hasPrefix("fail ") {
                let start = number
                var query = String(line.dropFirst(5))
                while lines[number].hasPrefix("|>") {
                    query += "\n" + lines[number]
                    number += 1
                }
                var expected: [String] = []
                while lines[number].hasPrefix("  ") {
                    expected.append(lines[number].trimmingCharacters(in: .whitespaces))
                    number += 1
                }
                evaluations.append(
                    Evaluation(
                        line: start, isFailure: line.hasPrefix("fail"), query: query,
                        expected: expected))
            }
        }
    }

    private static func table(_ header: String, _ lines: [String]) -> MemoryTable {
        let parts = header.split(separator: "(", maxSplits: 1)
        let columns = parts[1].dropLast().split(separator: ",").map {
            field -> (String, ColumnType) in
            let words = field.split(separator: " ")
            let type = ColumnType.allCases.first { TypeName.text(of: $0) == String(words[1]) }
            return (String(words[0]), type ?? .string)
        }
        let rows = lines.map { line in
            zip(cells(line), columns).map { value($0, $1.1) }
        }
        return TestCatalog.table(String(parts[0]), columns, rows, blockRowCount: 3)
    }

    private static func cells(_ line: String) -> [String] {
        line.split(separator: "|", omittingEmptySubsequences: false)
            .map { $0.trimmingCharacters(in: .whitespaces) }
    }

    private static func value(_ text: String, _ type: ColumnType) -> Value {
        if text == "NULL" { return .null }
        switch type {
        case .bool: return .bool(text == "true")
        case .int64: return Int64(text).map { .int64($0) } ?? .null
        case .double: return Double(text).map { .double($0) } ?? .null
        case .string: return .string(text == "''" ? "" : text)
        case .timestamp: return TimestampText.time(of: text).map { .timestamp($0) } ?? .null
        }
    }

    /// The answer as lines of the script's form.
    func answer(_ evaluation: Evaluation, threadCount: Int) -> [String] {
        let engine = QueryEngine(
            catalog: TestCatalog(tables: tables), limits: QueryLimits(), now: Self.now,
            threadCount: threadCount)
        do throws(QueryError) {
            let result = try engine.run(evaluation.query)
            let rows = result.rows.map { row in
                row.map { $0 == .string("") ? "''" : CellText.text(of: $0, null: "NULL") }
            }
            return ([result.columns.map(\.name)] + rows).map { $0.joined(separator: " | ") }
        } catch {
            let place = "\(error.line):\(error.column) \(error.code.rawValue): \(error.message)"
            return [place] + (error.hint.map { ["hint: \($0)"] } ?? [])
        }
    }
}
