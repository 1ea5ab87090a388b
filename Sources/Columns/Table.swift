/// A column as a table offers it.
package struct ColumnDefinition: Sendable, Hashable {
    /// As written in a query: `contentId`, `data.startupTime`.
    package let name: String
    package let type: ColumnType
    /// `ms`, `s`, `µs UTC` …; `nil` where there is none.
    package let unit: String?
    /// One line for people.
    package let summary: String
    /// Worked out, and not stored: it is there for queries that name it, and not part of `*`.
    package let isOnDemand: Bool

    package init(
        _ name: String, _ type: ColumnType, unit: String? = nil, summary: String = "",
        isOnDemand: Bool = false
    ) {
        self.name = name
        self.type = type
        self.unit = unit
        self.summary = summary
        self.isOnDemand = isOnDemand
    }
}

/// Rows that can be asked questions. A table is a snapshot: it does not change while it is held.
package protocol Table: Sendable {
    var name: String { get }
    /// What a row is, in one line for people.
    var summary: String { get }
    var columns: [ColumnDefinition] { get }

    /// Divides the rows that may satisfy `request.bounds` into units that can be read independently
    /// and on several threads. Reads metadata only.
    func scan(_ request: ScanRequest) throws -> Scan

    /// The same rows with the persons of another mode; `nil` if the table has nothing to do with who
    /// did it.
    func identified(by mode: IdentityMode) -> (any Table)?

    /// A table with the same columns and one more, an integer, that says for how many rows a row stands; null
    /// where it stands for itself. To the question it is the same.
    /// - Returns: `nil` if the table has no rows that stand for several, or none for such a question.
    func counted(for question: CountingQuestion) -> (any Table)?
}

extension Table {
    package var summary: String { "" }
    package func identified(by mode: IdentityMode) -> (any Table)? { nil }
    package func counted(for question: CountingQuestion) -> (any Table)? { nil }
}

/// A table that is a query over other tables, such as `sessions` over `events`.
package struct DerivedTable: Sendable, Hashable {
    package let name: String
    /// One line for people.
    package let summary: String
    /// In the language of `Query`; what a query says about the table's rows is pushed down into it.
    package let text: String
    /// Names, types and units of what `text` gives, in its order.
    package let columns: [ColumnDefinition]

    package init(name: String, summary: String, text: String, columns: [ColumnDefinition]) {
        self.name = name
        self.summary = summary
        self.text = text
        self.columns = columns
    }
}

/// Finds tables by name, all of one consistent snapshot.
package protocol TableCatalog: Sendable {
    var tableNames: [String] { get }
    /// - Returns: `nil` if there is no such table.
    func table(named name: String) throws -> (any Table)?
    /// Tables that are queries over those of `tableNames`; their names are not among these.
    var derivedTables: [DerivedTable] { get }
}

extension TableCatalog {
    package var derivedTables: [DerivedTable] { [] }
}

/// What a query needs of a table.
package struct ScanRequest: Sendable {
    /// Positions in `Table.columns` that will be read.
    package let columns: [Int]
    /// Conditions that each wanted row satisfies, all of them. A table may leave out rows that do
    /// not; it may also hand them over, so the query still filters.
    package let bounds: [ColumnBound]
    /// Further conditions of that kind, each of which can be satisfied in several ways.
    package let choices: [BoundChoice]
    /// Where the scan reports what it read, skipped and could not read.
    package let observer: ScanObserver

    package init(
        columns: [Int], bounds: [ColumnBound], choices: [BoundChoice] = [], observer: ScanObserver
    ) {
        self.columns = columns
        self.bounds = bounds
        self.choices = choices
        self.observer = observer
    }
}

/// A necessary condition on one column.
package struct ColumnBound: Sendable {
    package enum Condition: Sendable {
        /// Not null, and within the inclusive limits that are given.
        case range(lower: Value?, upper: Value?)
        /// Equal to one of these (no nulls among them).
        case oneOf([Value])
        case isNull
        case isNotNull
    }

    /// Position in `Table.columns`.
    package let column: Int
    package let condition: Condition

    package init(column: Int, _ condition: Condition) {
        self.column = column
        self.condition = condition
    }
}

/// A necessary condition on several columns: a wanted row satisfies all bounds of at least one of these.
package struct BoundChoice: Sendable {
    package let alternatives: [[ColumnBound]]

    package init(_ alternatives: [[ColumnBound]]) { self.alternatives = alternatives }
}

/// The units of one scan.
package struct Scan: Sendable {
    package let units: [any ScanUnit]

    package init(units: [any ScanUnit]) {
        self.units = units
    }
}

/// At most `rowCountMax` neighbouring rows that can be read on their own.
package protocol ScanUnit: Sendable {
    var rowCount: Int { get }

    /// Reads the columns at these positions of `Table.columns` for all rows of the unit. May be
    /// called more than once, so that a filter can run before the other columns are touched.
    ///
    /// Damage is not an error: it is reported to the observer and in `Block.unreadable`.
    func read(_ columns: [Int]) throws -> Block

    /// The same of some rows alone, ascending: for few of them, of many columns, that is much less work.
    func read(_ columns: [Int], rows: [Int32]) throws -> Block
}

extension ScanUnit {
    package func read(_ columns: [Int], rows: [Int32]) throws -> Block {
        try read(columns).gather(rows)
    }
}

/// Rows that one scan unit may have.
package let scanUnitRowCountMax = 65_536
