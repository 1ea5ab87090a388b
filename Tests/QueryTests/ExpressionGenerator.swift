@testable import Query

/// Random expressions as text, over the columns of `RandomExpressionTests`.
struct ExpressionGenerator {
    var random: SeededGenerator

    private mutating func pick(_ choices: [String]) -> String {
        choices.randomElement(using: &random) ?? ""
    }

    mutating func condition(depth: Int) -> String {
        guard depth > 0 else { return pick(["b", "TRUE", "FALSE", "NULL IS NULL", "s = 'a'"]) }
        switch Int.random(in: 0..<12, using: &random) {
        case 0: return "(\(condition(depth: depth - 1)) AND \(condition(depth: depth - 1)))"
        case 1: return "(\(condition(depth: depth - 1)) OR \(condition(depth: depth - 1)))"
        case 2: return "NOT \(condition(depth: 0))"
        case 3: return "(NOT (\(condition(depth: depth - 1))))"
        case 4:
            return "\(number(depth: depth - 1)) \(comparison()) \(number(depth: depth - 1))"
        case 5: return "\(text(depth: depth - 1)) \(comparison()) \(text(depth: depth - 1))"
        case 6: return "\(number(depth: 0)) IN (1, 2, NULL, -1)"
        case 7: return "s NOT IN ('a', 'é', 'zz')"
        case 8: return "\(number(depth: depth - 1)) BETWEEN -1 AND \(number(depth: 0))"
        case 9: return "\(text(depth: 0)) LIKE '\(pick(["%", "a%", "_", "%b", "a_", "%a%b%"]))'"
        case 10: return "(\(condition(depth: depth - 1))) IS \(pick(["TRUE", "NOT FALSE", "NULL"]))"
        default: return "ts \(comparison()) TIMESTAMP '1970-01-01 00:30:00'"
        }
    }

    mutating func number(depth: Int) -> String {
        guard depth > 0 else { return pick(["i", "j", "1", "-2", "i", "0"]) }
        switch Int.random(in: 0..<9, using: &random) {
        case 0: return "(\(number(depth: depth - 1)) + \(number(depth: depth - 1)))"
        case 1: return "(\(number(depth: depth - 1)) - \(number(depth: depth - 1)))"
        case 2: return "(\(number(depth: depth - 1)) * \(number(depth: depth - 1)))"
        case 3: return "-(\(number(depth: depth - 1)))"
        case 4: return "(\(number(depth: depth - 1)) % \(number(depth: 0)))"
        case 5:
            return
                "CASE WHEN \(condition(depth: depth - 1)) THEN \(number(depth: depth - 1)) ELSE j END"
        case 6: return "coalesce(\(number(depth: depth - 1)), i)"
        case 7: return "nullif(\(number(depth: depth - 1)), \(number(depth: 0)))"
        default: return "length(\(text(depth: depth - 1)))"
        }
    }

    mutating func text(depth: Int) -> String {
        guard depth > 0 else { return pick(["s", "u", "'a'", "''", "'é'"]) }
        switch Int.random(in: 0..<5, using: &random) {
        case 0: return "(\(text(depth: depth - 1)) || \(text(depth: 0)))"
        case 1: return "coalesce(\(text(depth: depth - 1)), \(text(depth: 0)))"
        case 2: return "upper(\(text(depth: depth - 1)))"
        case 3: return "CASE WHEN \(condition(depth: depth - 1)) THEN s ELSE \(text(depth: 0)) END"
        default: return text(depth: 0)
        }
    }

    private mutating func comparison() -> String { pick(["=", "<>", "<", "<=", ">", ">="]) }
}
