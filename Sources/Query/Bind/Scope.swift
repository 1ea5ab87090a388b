import Columns

/// The columns that names can mean at one point of a query.
struct Scope: Sendable {
    struct Entry: Sendable, Hashable {
        var name: String
        var type: ColumnType
        /// The table or subquery of a join that it comes from; `nil`: the scope's own.
        var qualifier: String?
    }

    var entries: [Entry]
    /// Names of the table, which may stand before a column's name.
    var qualifiers: [String]

    /// Finds `parts`: exactly as written, or, failing that, in another case.
    func resolve(_ parts: [String], at range: SourceRange) throws(QueryError) -> Int {
        let name = parts.joined(separator: ".")
        let rest = parts.dropFirst().joined(separator: ".")
        for isExact in [true, false] {
            func same(_ a: String, _ b: String) -> Bool {
                isExact ? a == b : a.lowercased() == b.lowercased()
            }
            if let found = try position(range, name, { same($0.name, name) }) { return found }
            guard parts.count > 1 else { continue }
            let found = try position(range, name) { entry in
                same(entry.name, rest)
                    && (entry.qualifier.map { [$0] } ?? qualifiers).contains {
                        $0.lowercased() == parts[0].lowercased()
                    }
            }
            if let found { return found }
        }
        // A field of the payload by its bare name is what most people write first.
        let payload = parts.count == 1 ? entries.first { $0.name == "data.\(name)" }?.name : nil
        let nearest = payload ?? EditDistance.nearest(to: name, among: entries.map(\.name))
        // In quotes it is longer than it says; some dialects write text so.
        let isQuoted = parts.count == 1 && range.end - range.start > name.utf8.count
        throw QueryError(
            .name, "unknown column `\(TextSafety.escaped(name))`", at: range,
            hint: nearest.map { "did you mean `\($0)`?" }
                ?? (isQuoted ? "text is written in single quotes" : columnList))
    }

    /// More would hide the error that they stand beside.
    private static let columnCountListed = 32

    private var columnList: String? {
        guard !entries.isEmpty, entries.count <= Self.columnCountListed else { return nil }
        return "there are " + entries.map { "`\($0.name)`" }.joined(separator: ", ")
    }

    private func position(
        _ range: SourceRange, _ name: String, _ matches: (Entry) -> Bool
    ) throws(QueryError) -> Int? {
        guard let first = entries.firstIndex(where: matches) else { return nil }
        guard let second = entries[(first + 1)...].firstIndex(where: matches) else { return first }
        var hint = "give them different names with AS"
        if let one = entries[first].qualifier, let other = entries[second].qualifier, one != other {
            hint = "write `\(one).\(entries[first].name)` or `\(other).\(entries[second].name)`"
        }
        throw QueryError(
            .name, "`\(TextSafety.escaped(name))` could be more than one column", at: range,
            hint: hint)
    }

    /// The same with each column remembering where it comes from, for a scope of several sources.
    var qualified: [Entry] {
        entries.map { entry in
            var entry = entry
            entry.qualifier = entry.qualifier ?? qualifiers.first
            return entry
        }
    }
}
