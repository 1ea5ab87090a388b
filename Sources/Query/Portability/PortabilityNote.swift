/// An engine that a query may move to.
package enum PortableEngine: String, Sendable, CaseIterable {
    case spark, clickhouse

    /// As people write it.
    package var title: String {
        switch self {
        case .spark: "Spark 4"
        case .clickhouse: "ClickHouse 26"
        }
    }

    var portability: Portability {
        switch self {
        case .spark: .spark
        case .clickhouse: .clickhouse
        }
    }
}

/// Something in a query that an engine does not take, or takes for something else.
package struct PortabilityNote: Sendable, Hashable {
    /// In the order of `PortableEngine.allCases`.
    package let engines: [PortableEngine]
    package let message: String
    /// How to say it so that it travels.
    package let hint: String?
    /// Line and column, counted from 1, and the rendering with a caret.
    package let line: Int
    package let column: Int
    package let rendered: String
}

extension QueryEngine {
    /// What of `text` would not travel to `engines`, in the order of the text. Nothing is read.
    /// - Parameter columns: names of columns as the tables spell them.
    /// - Throws: what is wrong with the text itself.
    package static func portability(
        of text: String, to engines: [PortableEngine], columns: [String],
        limits: QueryLimits = QueryLimits()
    ) throws(QueryError) -> [PortabilityNote] {
        do throws(QueryError) {
            let query = try Parser.parse(text, limits: limits)
            var linter = PortabilityLinter(columns: columns)
            linter.visit(query)
            linter.visit(try Lexer.tokens(of: text), text)
            return linter.findings.compactMap { $0.note(engines, text) }
                .sorted { ($0.line, $0.column) < ($1.line, $1.column) }
        } catch {
            throw error.located(in: text)
        }
    }
}

extension PortabilityLinter.Finding {
    fileprivate func note(_ engines: [PortableEngine], _ text: String) -> PortabilityNote? {
        let refusing = PortableEngine.allCases.filter {
            engines.contains($0) && !runs.contains($0.portability)
        }
        guard !refusing.isEmpty else { return nil }
        let names = refusing.map(\.title).joined(separator: " and ")
        let error = QueryError(.unsupported, "\(message) (\(names))", at: range, hint: hint)
            .located(in: text)
        // The words of an error fit, its kind does not.
        let rendered = error.rendered(in: text)
            .replacingFirst(
                "\(QueryError.Code.unsupported.rawValue) error: ", with: "not portable: ")
        return PortabilityNote(
            engines: refusing, message: message, hint: hint, line: error.line,
            column: error.column, rendered: rendered)
    }
}

extension String {
    fileprivate func replacingFirst(_ part: String, with other: String) -> String {
        guard let start = indices.first(where: { self[$0...].hasPrefix(part) }) else { return self }
        return self[..<start] + other + self[index(start, offsetBy: part.count)...]
    }
}
