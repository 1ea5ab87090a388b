import Testing

@testable import Query

@Suite("Query scripts")
struct QueryScriptTests {
    @Test("every query of a script has the answer written beside it", arguments: QueryScript.names)
    func script(named name: String) throws {
        let script = try QueryScript(named: name)
        #expect(!script.evaluations.isEmpty)
        for evaluation in script.evaluations {
            for threadCount in [1, 4] {
                let answer = script.answer(evaluation, threadCount: threadCount)
                if evaluation.isFailure {
                    let matches =
                        answer.count >= evaluation.expected.count
                        && zip(answer, evaluation.expected).allSatisfy { $0.hasPrefix($1) }
                    #expect(
                        matches && !evaluation.expected.isEmpty,
                        "\(name):\(evaluation.line): \(evaluation.query)\ngot \(answer)")
                } else {
                    #expect(
                        answer == evaluation.expected,
                        "\(name):\(evaluation.line): \(evaluation.query)")
                }
            }
        }
    }

    @Test("a query printed and parsed again is the same query", arguments: QueryScript.names)
    func printing(named name: String) throws {
        let script = try QueryScript(named: name)
        for evaluation in script.evaluations {
            guard let query = try? Parser.parse(evaluation.query, limits: QueryLimits()) else {
                #expect(evaluation.isFailure, "\(name):\(evaluation.line)")
                continue
            }
            let text = Printer.text(of: query)
            #expect(try Parser.parse(text, limits: QueryLimits()) == query, "\(text)")
        }
    }
}
