package import Analytics
package import Columns
package import Persons
package import Query

/// Answers questions; in the product a `QueryEngine` over the store's catalog.
package protocol QueryRunner: Sendable {
    /// Runs one query on the calling thread and renders its result.
    ///
    /// Returns soon after `cancellation` is cancelled.
    func run(
        _ request: QueryRequest, cancellation: CancellationSignal
    ) throws(QueryFailure) -> QueryAnswer

    /// Answers a question about persons on the calling thread, as `run` does.
    func answer(
        _ question: PersonQuestion, cancellation: CancellationSignal
    ) throws(QueryFailure) -> PersonAnswer

    /// Answers a question about figures on the calling thread, as `run` does.
    func answer(
        _ question: AnalyticsQuestion, cancellation: CancellationSignal
    ) throws(QueryFailure) -> AnalyticsAnswer

    /// What there is to ask about, as of now. Reads no rows.
    func tables() throws(QueryFailure) -> [TableDescription]
}

/// A table as `GET /v1/tables` shows it.
package struct TableDescription: Sendable, Encodable {
    package enum Kind: String, Sendable, Encodable {
        /// Has rows of its own.
        case table
        /// A query over other tables.
        case derived
    }

    package struct Column: Sendable, Encodable {
        package var name: String
        /// As CAST spells it.
        package var type: String
        package var unit: String?
        package var summary: String

        package init(name: String, type: String, unit: String?, summary: String) {
            self.name = name
            self.type = type
            self.unit = unit
            self.summary = summary
        }

        package func encode(to encoder: any Encoder) throws {
            var fields = encoder.container(keyedBy: CodingKeys.self)
            try fields.encode(name, forKey: .name)
            try fields.encode(type, forKey: .type)
            // Said also where there is none: null.
            try fields.encode(unit, forKey: .unit)
            try fields.encode(summary, forKey: .summary)
        }

        private enum CodingKeys: String, CodingKey { case name, type, unit, summary }
    }

    package var name: String
    package var kind: Kind
    package var summary: String
    package var columns: [Column]

    package init(name: String, kind: Kind, summary: String, columns: [Column]) {
        self.name = name
        self.kind = kind
        self.summary = summary
        self.columns = columns
    }
}

/// How a result is written.
package enum QueryFormat: String, Sendable, CaseIterable {
    case json, ndjson, csv, tsv, markdown, table, vertical, chart

    package var contentType: String {
        switch self {
        case .json: "application/json"
        case .ndjson: "application/x-ndjson"
        case .csv: "text/csv; charset=utf-8"
        case .tsv: "text/tab-separated-values; charset=utf-8"
        case .markdown: "text/markdown; charset=utf-8"
        case .table, .vertical, .chart: "text/plain; charset=utf-8"
        }
    }
}

package struct QueryRequest: Sendable, Hashable {
    package var text: String
    package var parameters: [String: Value]
    package var format: QueryFormat
    /// What the client's page can show.
    package var layout = ResultLayout()
    /// How long the client would wait; the daemon's own limit holds beside it.
    package var timeout: Duration?

    package init(text: String, parameters: [String: Value] = [:], format: QueryFormat = .json) {
        self.text = text
        self.parameters = parameters
        self.format = format
    }
}

package struct QueryAnswer: Sendable {
    /// The result in the format that was asked for; for `.json` one JSON value.
    package var body: [UInt8]
    package var rowCount: Int
    /// What could not be read. Not empty: the answer is partial.
    package var damage: [Damage]
    package var counts: ScanObserver.Counts
    /// What whoever asked may have overlooked, each in one line of ASCII.
    package var notices: [String]

    package init(
        body: [UInt8], rowCount: Int, damage: [Damage] = [], counts: ScanObserver.Counts,
        notices: [String] = []
    ) {
        self.body = body
        self.rowCount = rowCount
        self.damage = damage
        self.counts = counts
        self.notices = notices
    }
}

/// Why a question has no answer.
package struct QueryFailure: Error, Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// The text is wrong, or asks for something that does not exist.
        case invalid
        /// There is no such person or event.
        case unknown
        /// The answer would pass a limit (groups, rows, memory).
        case limit
        case cancelled
        case io
    }

    package var kind: Kind
    package var message: String
    /// From 1, as an editor counts; `nil` if the error has no place.
    package var line: Int?
    package var column: Int?
    /// The line of the query with a caret under the place.
    package var caret: String?

    package init(
        kind: Kind, message: String, line: Int? = nil, column: Int? = nil, caret: String? = nil
    ) {
        self.kind = kind
        self.message = message
        self.line = line
        self.column = column
        self.caret = caret
    }
}
