import Columns

/// `text LIKE pattern [ESCAPE c]`: `%` is any text, `_` any one code point; letters as they are.
///
/// Without ESCAPE no character escapes: Spark and ClickHouse disagree about the backslash.
enum LikeFunction {
    static let function = ScalarFunction(
        name: "like", usage: "text LIKE pattern", canFail: true, portability: .everywhere,
        resolve: { arguments in
            guard arguments.count == 2 || arguments.count == 3,
                arguments.allSatisfy({ Coercion.isSame($0, .string) })
            else { return .mismatch }
            var escape: Unicode.Scalar?
            if arguments.count == 3 {
                guard case .string(let text) = arguments[2].literal,
                    text.unicodeScalars.count == 1
                else { return .invalid("ESCAPE takes one character") }
                escape = text.unicodeScalars.first
            }
            if case .string(let pattern) = arguments[1].literal,
                LikePattern(pattern, escape: escape) == nil
            {
                return .invalid("the pattern ends with its escape character")
            }
            return .signature(arguments.map { _ in .string }, .bool)
        },
        evaluate: { (arguments) throws(QueryError) in
            guard case .string(let text) = arguments[0] else { return .null }
            return .bool(try pattern(arguments).matches(text.unicodeScalars))
        },
        kernel: { (operands, count) throws(QueryError) in
            guard case .column(let column) = operands[0],
                case .string(let codes, let dictionary) = column.values,
                case .constant = operands[1], operands.count == 2 || operands.count == 3
            else { return nil }
            let constants = operands.map { operand -> Value in
                if case .constant(let value) = operand { value } else { .string("") }
            }
            guard !constants.contains(.null) else { return nil }
            let pattern = try pattern(constants)
            let bits = codes.map { code -> UInt8 in
                code >= 0 && pattern.matches(dictionary[Int(code)].unicodeScalars) ? 1 : 0
            }
            return Column(bools: bits, validity: column.presence)
        })

    private static func pattern(_ arguments: [Value]) throws(QueryError) -> LikePattern {
        guard case .string(let text) = arguments[1] else { return LikePattern.nothing }
        var escape: Unicode.Scalar?
        if arguments.count == 3, case .string(let text) = arguments[2] {
            escape = text.unicodeScalars.first
        }
        guard let pattern = LikePattern(text, escape: escape) else {
            throw QueryError(.value, "the LIKE pattern ends with its escape character")
        }
        return pattern
    }
}

/// A LIKE pattern taken apart. Matching takes at most text × pattern steps, whatever the pattern.
struct LikePattern {
    enum Part: Equatable {
        case one(Unicode.Scalar)
        case anyOne
        case anyText
    }
    private(set) var parts: [Part] = []

    static let nothing = LikePattern(parts: [])

    private init(parts: [Part]) { self.parts = parts }

    /// `nil` if the escape character escapes nothing.
    init?(_ text: String, escape: Unicode.Scalar?) {
        var scalars = text.unicodeScalars.makeIterator()
        while let scalar = scalars.next() {
            if scalar == escape {
                guard let escaped = scalars.next() else { return nil }
                parts.append(.one(escaped))
            } else if scalar == "%" {
                if parts.last != .anyText { parts.append(.anyText) }
            } else {
                parts.append(scalar == "_" ? .anyOne : .one(scalar))
            }
        }
    }

    /// The text before the first `%` or `_`.
    var prefix: String {
        var result = String.UnicodeScalarView()
        for case .one(let scalar) in parts.prefix(while: {
            if case .one = $0 { true } else { false }
        }) {
            result.append(scalar)
        }
        return String(result)
    }

    /// Tries the last `%` with ever more text: earlier ones never need another try.
    func matches(_ text: String.UnicodeScalarView) -> Bool {
        var position = text.startIndex
        var part = 0
        var retry: (part: Int, position: String.UnicodeScalarView.Index)?
        while position < text.endIndex {
            if part < parts.count {
                switch parts[part] {
                case .anyText:
                    retry = (part, position)
                    part += 1
                    continue
                case .anyOne:
                    part += 1
                    position = text.index(after: position)
                    continue
                case .one(let scalar):
                    if text[position] == scalar {
                        part += 1
                        position = text.index(after: position)
                        continue
                    }
                }
            }
            guard let last = retry else { return false }
            position = text.index(after: last.position)
            retry = (last.part, position)
            part = last.part + 1
        }
        while part < parts.count, parts[part] == .anyText { part += 1 }
        return part == parts.count
    }
}
