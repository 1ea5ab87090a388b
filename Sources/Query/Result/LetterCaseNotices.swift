import Columns

/// Says so if an answer is empty because a text was written in another letter case than the table has
/// it: `event = 'playstart'`.
///
/// Looked at only where a column of the answer holds nothing but zeros and nulls, or no row at all, and
/// only in columns with few values, so that an answer that somebody waits for costs nothing more.
struct LetterCaseNotices {
    let catalog: any TableCatalog
    let parameters: [String: Value]

    /// Comparisons of one query that are looked at.
    static let comparisonCountMax = 16
    /// Entries of a dictionary beyond which a column is no vocabulary but ids or prose.
    static let valueCountMax = 1_024
    /// Scan units that are looked at, newest first; without an end to them nothing is said.
    static let unitCountMax = 256

    private struct Comparison: Hashable {
        let column: String
        let text: String
    }

    func notices(
        for text: String, _ result: QueryResult, _ context: ExecutionContext
    ) -> [String] {
        guard Self.isSuspicious(result), let tokens = try? Lexer.tokens(of: text) else { return [] }
        var notices: [String] = []
        for comparison in comparisons(in: tokens).prefix(Self.comparisonCountMax) {
            guard let (column, spelling) = spelling(of: comparison, context) else { continue }
            let notice =
                "no \(column) is '\(comparison.text)'; letter case counts: "
                + "did you mean '\(spelling)'?"
            // It travels in a header.
            guard notice.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else { continue }
            notices.append(notice)
        }
        return notices
    }

    private static func isSuspicious(_ result: QueryResult) -> Bool {
        result.columns.indices.contains { index in
            result.blocks.allSatisfy { block in
                (0..<block.rowCount).allSatisfy { row in
                    switch block.columns[index][row] {
                    case .null, .int64(0): true
                    case .bool, .int64, .double, .string, .timestamp: false
                    }
                }
            }
        }
    }

    /// `column = 'text'`, `<>`, `IN ('text', …)`, by the tokens alone: wherever they stand.
    private func comparisons(in tokens: [Token]) -> [Comparison] {
        var found: [Comparison] = []
        for (position, token) in tokens.enumerated() {
            var values: ArraySlice<Token> = []
            var end = position
            switch token.kind {
            case .symbol("="), .symbol("<>"), .symbol("!="):
                values = tokens[(position + 1)...].prefix(1)
            case .word where token.keyword == "IN" && tokens[position + 1].kind == .symbol("("):
                values = tokens[(position + 2)...].prefix { $0.kind != .symbol(")") }
                if tokens[max(0, position - 1)].keyword == "NOT" { end -= 1 }
            default: continue
            }
            guard let column = column(before: end, tokens) else { continue }
            for value in values {
                guard let text = self.text(of: value.kind) else { continue }
                let comparison = Comparison(column: column, text: text)
                if !found.contains(comparison) { found.append(comparison) }
            }
        }
        return found
    }

    private func text(of kind: Token.Kind) -> String? {
        switch kind {
        case .string(let text): return text
        case .parameter(let name):
            guard case .string(let text) = parameters[name] else { return nil }
            return text
        case .word, .quotedName, .integer, .decimal, .symbol, .end: return nil
        }
    }

    /// The name that ends before `position`: `event`, `data.action`.
    private func column(before position: Int, _ tokens: [Token]) -> String? {
        var parts: [String] = []
        var place = position - 1
        while place >= 0 {
            switch tokens[place].kind {
            case .word(let text), .quotedName(let text): parts.insert(text, at: 0)
            default: return nil
            }
            guard place >= 1, tokens[place - 1].kind == .symbol(".") else { break }
            place -= 2
        }
        return parts.isEmpty ? nil : parts.joined(separator: ".")
    }

    /// How the tables spell column and text, if none has the text as it is written.
    private func spelling(
        of comparison: Comparison, _ context: ExecutionContext
    ) -> (column: String, text: String)? {
        var nearest: (column: String, text: String)?
        for name in catalog.tableNames {
            guard let table = try? catalog.table(named: name),
                let column = table.columns.firstIndex(where: {
                    $0.name.lowercased() == comparison.column.lowercased()
                }), table.columns[column].type == .string
            else { continue }
            switch find(comparison.text, column, table, context) {
            case .itself, .unknown: return nil
            case .likeIt(let spelling): nearest = nearest ?? (table.columns[column].name, spelling)
            case .nothing: break
            }
        }
        return nearest
    }

    private enum Finding {
        case itself, nothing, unknown
        case likeIt(String)
    }

    private func find(
        _ text: String, _ column: Int, _ table: any Table, _ context: ExecutionContext
    ) -> Finding {
        let request = ScanRequest(columns: [column], bounds: [], observer: ScanObserver())
        guard let scan = try? table.scan(request), scan.units.count <= Self.unitCountMax else {
            return .unknown
        }
        let wanted = text.lowercased()
        var seen: Set<ObjectIdentifier> = []
        var finding = Finding.nothing
        for unit in scan.units.reversed() {
            guard (try? context.check()) != nil, let block = try? unit.read([column]) else {
                return .unknown
            }
            // Rows that are all null have no dictionary.
            guard case .string(_, let dictionary) = block.columns[0].values else { continue }
            guard dictionary.count <= Self.valueCountMax else { return .unknown }
            guard seen.insert(ObjectIdentifier(dictionary)).inserted else { continue }
            for code in 0..<dictionary.count {
                let entry = dictionary[code]
                if entry == text { return .itself }
                if entry.lowercased() == wanted { finding = .likeIt(entry) }
            }
        }
        return finding
    }
}
