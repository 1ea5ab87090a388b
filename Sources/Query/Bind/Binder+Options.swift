import Columns

/// What stands in parentheses behind a table's name.
struct ReadTableOptions {
    /// `nil`: it is told nothing about persons.
    var identity: IdentityMode?
    /// `nil`: it is told nothing about rollups.
    var usesRollups: Bool?
}

extension Binder {
    private static let optionNames = ["identity", "at", "rollups"]
    private static let identityWords = ["resolved", "raw", "as_of"]

    func options(of reference: TableReference) throws(QueryError) -> ReadTableOptions {
        guard let first = reference.options.first else { return ReadTableOptions() }
        var word: (text: String, range: SourceRange)?
        var time: (value: Int64, range: SourceRange)?
        var usesRollups: Bool?
        for option in reference.options {
            let name = option.name.lowercased()
            let isKnown =
                switch name {
                case "identity": word != nil
                case "at": time != nil
                default: name == "rollups" && usesRollups != nil
                }
            if isKnown {
                throw QueryError(.name, "the option `\(name)` is given twice", at: option.range)
            }
            switch name {
            case "identity":
                word = (try identityWord(option.value), option.range)
            case "rollups":
                let scope = Scope(entries: [], qualifiers: [])
                guard case .bool(let value) = try bind(option.value, in: scope).literal else {
                    throw QueryError(
                        .type, "the option `rollups` is true or false", at: option.value.range,
                        hint: "without it, rollups are used where they fit")
                }
                usesRollups = value
            case "at":
                let scope = Scope(entries: [], qualifiers: [])
                time = (try self.time(option.value, "the option `at`", scope), option.range)
            default:
                throw QueryError(
                    .name, "unknown option `\(TextSafety.escaped(option.name))` of a table",
                    at: option.range,
                    hint: EditDistance.nearest(to: name, among: Self.optionNames).map {
                        "did you mean `\($0)`?"
                    } ?? "there are `identity`, `at` and `rollups`")
            }
        }
        return ReadTableOptions(
            identity: try identity(word?.text, time, at: first.range), usesRollups: usesRollups)
    }

    private func identity(
        _ word: String?, _ time: (value: Int64, range: SourceRange)?, at range: SourceRange
    ) throws(QueryError) -> IdentityMode? {
        if let time {
            guard word == "as_of" else {
                throw QueryError(
                    .value, "`at` goes with as_of", at: time.range,
                    hint: "write identity => as_of, at => …")
            }
            return .asOf(time.value)
        }
        if word == "as_of" {
            throw QueryError(
                .value, "identity => as_of needs a time", at: range,
                hint: "write identity => as_of, at => TIMESTAMP '2026-11-01 00:00:00'")
        }
        return word.map { $0 == "raw" ? .raw : .resolved }
    }

    /// A bare word, a string or a parameter, without regard to case, `-` as good as `_`.
    private func identityWord(_ value: Expression) throws(QueryError) -> String {
        let text: String
        if case .column(let parts) = value.kind {
            text = parts.joined(separator: ".")
        } else {
            let scope = Scope(entries: [], qualifiers: [])
            guard case .string(let own) = try bind(value, in: scope).literal else {
                throw QueryError(
                    .type, "the option `identity` takes a word", at: value.range,
                    hint: "there are `resolved`, `raw` and `as_of`")
            }
            text = own
        }
        let word = String(text.lowercased().map { $0 == "-" ? "_" : $0 })
        if Self.identityWords.contains(word) { return word }
        throw QueryError(
            .value, "unknown identity mode `\(TextSafety.escaped(text))`", at: value.range,
            hint: EditDistance.nearest(to: word, among: Self.identityWords).map {
                "did you mean `\($0)`?"
            } ?? "there are `resolved`, `raw` and `as_of`")
    }

    /// Options where there is nothing to choose.
    static func takesNone(_ reference: TableReference, _ option: TableOption) -> QueryError {
        QueryError(
            .name, "`\(TextSafety.escaped(reference.name))` takes no options", at: option.range,
            hint: "options are for tables that say who did it, such as `events`")
    }
}
