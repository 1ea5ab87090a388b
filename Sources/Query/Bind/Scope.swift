import Columns

/// The columns that names can mean at one point of a query.
struct Scope: Sendable {
    struct Entry: Sendable, Hashable {
        var name: String
        var type: ColumnType
    }

    var entries: [Entry]
    /// Names of the table, which may stand before a column's name.
    var qualifiers: [String]

    /// Finds `parts`: exactly as written, or, failing that, in another case.
    func resolve(_ parts: [String], at range: SourceRange) throws(QueryError) -> Int {
        let name = parts.joined(separator: ".")
        var candidates = [name]
        if parts.count > 1, qualifiers.contains(where: { $0.lowercased() == parts[0].lowercased() })
        {
            candidates.append(parts.dropFirst().joined(separator: "."))
        }
        for candidate in candidates {
            if let found = try position(range, name, { $0 == candidate }) { return found }
            let lower = candidate.lowercased()
            if let found = try position(range, name, { $0.lowercased() == lower }) { return found }
        }
        let nearest = EditDistance.nearest(to: name, among: entries.map(\.name))
        // In quotes it is longer than it says; some dialects write text so.
        let isQuoted = parts.count == 1 && range.end - range.start > name.utf8.count
        throw QueryError(
            .name, "unknown column `\(TextSafety.escaped(name))`", at: range,
            hint: nearest.map { "did you mean `\($0)`?" }
                ?? (isQuoted ? "text is written in single quotes" : columnList))
    }

    private var columnList: String? {
        guard !entries.isEmpty, entries.count <= 12 else { return nil }
        return "there are " + entries.map { "`\($0.name)`" }.joined(separator: ", ")
    }

    private func position(
        _ range: SourceRange, _ name: String, _ matches: (String) -> Bool
    ) throws(QueryError) -> Int? {
        guard let first = entries.firstIndex(where: { matches($0.name) }) else { return nil }
        guard !entries[(first + 1)...].contains(where: { matches($0.name) }) else {
            throw QueryError(
                .name, "`\(TextSafety.escaped(name))` could be more than one column", at: range,
                hint: "give them different names with AS")
        }
        return first
    }
}
