import Columns

/// A function of single values: an entry of `ScalarFunctions.all`.
///
/// `evaluate` gives it its meaning, one row at a time; `kernel` may say the same for whole columns
/// where speed matters. Adding a function is one file and one line in the table.
struct ScalarFunction: Sendable {
    struct Argument: Sendable {
        let type: ColumnType?
        let literal: Value?
    }

    enum Resolution: Sendable {
        /// Types that the arguments are converted to, and the type of the result.
        case signature([ColumnType], ColumnType)
        case mismatch
        /// An argument is of the right type and still wrong.
        case invalid(String)
    }

    enum Nulls: Sendable {
        /// The result is null if any argument is; `evaluate` never sees one.
        case strict
        /// `evaluate` decides.
        case own
    }

    /// How one call is computed, its pattern compiled or its time zone read.
    struct Prepared: Sendable {
        let evaluate: Evaluate
        var kernel: Kernel?
    }

    /// Gets the value of each argument that is a literal. `nil`: nothing is to be prepared.
    typealias Prepare = @Sendable ([Value?]) throws(QueryError) -> Prepared?

    typealias Evaluate = @Sendable ([Value]) throws(QueryError) -> Value
    /// - Returns: `nil` for shapes it does not know; `evaluate` then does the work.
    typealias Kernel = @Sendable ([Operand], _ rowCount: Int) throws(QueryError) -> Column?

    let name: String
    /// `substr(text, start[, length])`, for error messages.
    let usage: String
    var nulls = Nulls.strict
    /// Whether some values end in an error, so that it must only see rows that count.
    var canFail = false
    var portability = Portability.local
    let resolve: @Sendable ([Argument]) -> Resolution
    /// For what is worth doing once a query; errors in literals are found here, before any row.
    var prepare: Prepare?
    var evaluate: Evaluate
    var kernel: Kernel?

    /// The function for a call with these literals; its name and types are the same.
    func prepared(for literals: [Value?]) throws(QueryError) -> ScalarFunction {
        guard let prepared = try prepare?(literals) else { return self }
        var copy = self
        copy.evaluate = prepared.evaluate
        copy.kernel = prepared.kernel
        return copy
    }

    /// For functions that are always prepared, unless a literal is null: then all is null.
    static let unprepared: Evaluate = { (_) throws(QueryError) in .null }

    /// Tries signatures in order: first as the types are, then with conversions.
    static func overloads(
        _ signatures: [([ColumnType], ColumnType)]
    ) -> @Sendable ([Argument]) -> Resolution {
        { arguments in
            for fits in [Coercion.isSame, Coercion.isPossible] {
                for (parameters, result) in signatures where parameters.count == arguments.count {
                    if zip(arguments, parameters).allSatisfy({ fits($0, $1) }) {
                        return .signature(parameters, result)
                    }
                }
            }
            return .mismatch
        }
    }
}

extension ScalarFunction: Hashable {
    static func == (a: ScalarFunction, b: ScalarFunction) -> Bool { a.name == b.name }
    func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

extension [Value?] {
    /// The text that argument `index` is; `nil` if it is null or not there.
    /// - Throws: if it differs from row to row.
    func text(_ index: Int, _ what: String) throws(QueryError) -> String? {
        guard index < count else { return nil }
        switch self[index] {
        case .string(let text): return text
        case .null: return nil
        case nil, .bool, .int64, .double, .timestamp:
            throw QueryError(
                .value, "\(what) must be the same for all rows",
                hint: "write it as a literal or as a parameter")
        }
    }
}

/// An argument of a kernel: a column, or one value for all rows.
enum Operand: Sendable {
    case column(Column)
    case constant(Value)

    subscript(row: Int) -> Value {
        switch self {
        case .column(let column): column[row]
        case .constant(let value): value
        }
    }

    func column(count: Int, type: ColumnType) -> Column {
        switch self {
        case .column(let column): column
        case .constant(let value): Column(repeating: value, count: count, type: type)
        }
    }
}

/// Conversions that happen without being asked for.
enum Coercion {
    static let isSame: @Sendable (ScalarFunction.Argument, ColumnType) -> Bool = { argument, type in
        argument.type == nil || argument.type == type
    }

    /// Integers become doubles; a string literal becomes a timestamp.
    static let isPossible: @Sendable (ScalarFunction.Argument, ColumnType) -> Bool = {
        argument, type in
        if isSame(argument, type) { return true }
        if argument.type == .int64, type == .double { return true }
        if type == .timestamp, case .string = argument.literal { return true }
        return false
    }
}
