package import Columns

/// Conditions on events, all of which each event that is let through satisfies.
package struct EventSieve {
    /// The rows of a unit that satisfy one condition.
    private typealias Condition = (any ScanUnit) throws -> [Bool]?

    private var conditions: [Condition] = []
    /// What a scan may go by.
    package private(set) var bounds: [ColumnBound] = []

    /// Lets everything through.
    package init() {}

    /// Lets through what happened between two moments, in µs since 1970 UTC.
    package mutating func add(times: ClosedRange<Int64>) {
        add(ExportSelection(times: times, []))
    }

    /// Lets through events whose column has one of these texts.
    /// - Precondition: it is a column of text.
    package mutating func add(_ column: EventColumn, oneOf texts: [String]) {
        precondition(column.type == .string)
        add(ExportSelection(times: nil, [(column, texts)]))
    }

    /// Lets through events with the text in any column of text, `extra` included.
    /// - Parameter columns: those of the table.
    package mutating func add(text: String, anywhereIn columns: [ColumnDefinition]) {
        let search = TextColumns(text, columns)
        conditions.append { try search.rows(of: $0) }
    }

    /// Lets through what somebody else decides.
    /// - Parameter rows: the rows of a unit that are wanted, ascending; `nil`: all.
    package mutating func add(
        _ bounds: [ColumnBound], _ rows: @escaping (any ScanUnit) throws -> [Int32]?
    ) {
        self.bounds += bounds
        conditions.append { unit in
            try rows(unit).map { Self.mask($0.map(Int.init), unit.rowCount) }
        }
    }

    private mutating func add(_ selection: ExportSelection) {
        bounds += selection.bounds
        conditions.append { unit in
            let rows = selection.rows(in: try unit.read(selection.columns))
            return Self.mask(rows.map(Int.init), unit.rowCount)
        }
    }

    /// By row, whether it is let through; `nil`: all are.
    package func rows(of unit: any ScanUnit) throws -> [Bool]? {
        var passed: [Bool]?
        for condition in conditions {
            guard let own = try condition(unit) else { continue }
            passed = passed.map { zip($0, own).map { $0 && $1 } } ?? own
            if passed?.contains(true) == false { break }
        }
        return passed
    }

    private static func mask(_ rows: [Int], _ count: Int) -> [Bool] {
        var mask = [Bool](repeating: false, count: count)
        for row in rows { mask[row] = true }
        return mask
    }
}
