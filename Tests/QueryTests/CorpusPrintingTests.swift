import Foundation
import Testing

@testable import Query

/// Every question that other engines are asked too (Tests/Interop/differential): those written by hand
/// and those made from a seed, in both forms. They are made in Python.
@Suite("Printing the corpus")
struct CorpusPrintingTests {
    private static let interop = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../Interop")

    private static func questions(seed: String) throws -> [String] {
        let python = Process()
        python.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        python.arguments = ["python3", "-m", "differential.texts", seed]
        python.currentDirectoryURL = interop
        let output = Pipe()
        python.standardOutput = output
        try python.run()
        let lines = output.fileHandleForReading.readDataToEndOfFile()
        python.waitUntilExit()
        try #require(python.terminationStatus == 0)
        return try lines.split(separator: 0x0A).map {
            try JSONDecoder().decode(String.self, from: Data($0))
        }
    }

    @Test(
        "each question printed and parsed again is the same question", arguments: ["1", "2", "3"])
    func roundTrip(seed: String) throws {
        let questions = try Self.questions(seed: seed)
        // Two forms of some 350 by hand and 243 from the seed.
        #expect(questions.count > 800)
        for text in questions {
            let query = try Parser.parse(text, limits: QueryLimits())
            let printed = Printer.text(of: query)
            let again = try Parser.parse(printed, limits: QueryLimits())
            #expect(again == query, "\(text)\n\(printed)")
            // What is printed is the same however often that is done.
            #expect(Printer.text(of: again) == printed)
        }
    }

    @Test(
        "a name in quotes that has points where a path has none stays one name",
        arguments: ["a..b", ".a", "a.", ".", "a.b", "a. .b"])
    func points(name: String) throws {
        for text in [
            "FROM `\(name)`", "FROM events |> SELECT `\(name)`", "FROM events AS `\(name)`",
            "FROM events |> AGGREGATE count(*) AS `\(name)` GROUP BY `\(name)`",
        ] {
            let query = try Parser.parse(text, limits: QueryLimits())
            let printed = Printer.text(of: query)
            #expect(try Parser.parse(printed, limits: QueryLimits()) == query, "\(printed)")
        }
    }

    @Test(
        "keys that come again in ROLLUP and CUBE are the same keys, and print as such",
        arguments: ["ROLLUP(a, a)", "ROLLUP(a x, b, a y)", "CUBE(a, b, a)", "ROLLUP(a)"])
    func repeatedKeys(sets: String) throws {
        let query = try Parser.parse(
            "FROM t |> AGGREGATE count(*) AS n GROUP BY \(sets)", limits: QueryLimits())
        let printed = Printer.text(of: query)
        #expect(try Parser.parse(printed, limits: QueryLimits()) == query, "\(printed)")
    }
}
