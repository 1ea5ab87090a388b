import Foundation
import Testing

@testable import Query

/// The hand-written questions that other engines are asked too (Tests/Interop/differential).
@Suite("Printing the corpus")
struct CorpusPrintingTests {
    private static func queries(_ file: String) throws -> [String] {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../Interop/differential/corpus/\(file).txt")
        let text = try String(contentsOf: path, encoding: .utf8)
        return text.components(separatedBy: "\n== ").dropFirst().map { block in
            block.split(separator: "\n").dropFirst()
                .filter { !$0.hasPrefix(":") && !$0.hasPrefix("#") }
                .joined(separator: "\n")
        }
    }

    @Test(
        "each question printed and parsed again is the same question",
        arguments: ["conditions", "queries", "select", "steps"])
    func roundTrip(file: String) throws {
        let queries = try Self.queries(file)
        #expect(queries.count >= 10)
        for text in queries {
            let query = try Parser.parse(text, limits: QueryLimits())
            let printed = Printer.text(of: query)
            #expect(try Parser.parse(printed, limits: QueryLimits()) == query, "\(printed)")
            // What is printed is the same however often that is done.
            #expect(Printer.text(of: try Parser.parse(printed, limits: QueryLimits())) == printed)
        }
    }
}
