import Columns
import Testing

@testable import Query

@Suite("Query errors for people")
struct ErrorRenderingTests {
    private func failure(of text: String) -> QueryError? {
        let catalog = TestCatalog(tables: [TestCatalog.table("t", [("grüße", .int64)], [])])
        let engine = QueryEngine(
            catalog: catalog, limits: QueryLimits(), now: 0, threadCount: 1)
        do throws(QueryError) {
            _ = try engine.run(text)
            return nil
        } catch {
            return error
        }
    }

    @Test("the caret stands under the place, also after letters of several bytes")
    func caret() throws {
        let text = "FROM t\n|> WHERE `grüße` = grusse"
        let error = try #require(failure(of: text))
        #expect(error.line == 2)
        #expect(error.column == 20)
        #expect(error.length == 6)
        #expect(
            error.rendered(in: text) == """
                2:20: name error: unknown column `grusse`
                  |> WHERE `grüße` = grusse
                                     ^^^^^^
                hint: there are `grüße`
                """)
    }

    @Test("control characters of the query are never echoed")
    func controlCharacters() throws {
        let text = "FROM t |> WHERE 'a\u{1B}[2J' = `b\u{7}\u{202E}`"
        let error = try #require(failure(of: text))
        let rendered = error.rendered(in: text)
        #expect(rendered.unicodeScalars.allSatisfy { $0 == "\n" || !TextSafety.isHidden($0) })
        #expect(rendered.contains("\\u{1b}[2J"))
        #expect(error.description.unicodeScalars.allSatisfy { !TextSafety.isHidden($0) })
    }
}
