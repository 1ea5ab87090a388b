package import Analytics
import Columns
package import EventLog
package import Persons
package import Query

/// The query engine over the tables as of the moment a query begins.
package struct EngineQueryRunner: QueryRunner {
    private let catalog: @Sendable () -> StoreTables
    private let threadCount: Int
    private let limits: LiveValue<QueryLimits>
    private let store: EventStore
    private let figures: LiveFigures
    private let signals: SignalOptions

    /// - Parameters:
    ///   - figures: of the same store.
    ///   - threadCount: threads that one query may use.
    ///   - limits: looked at when a query begins.
    package init(
        store: EventStore, figures: LiveFigures, signals: SignalOptions = SignalOptions(),
        threadCount: Int, limits: LiveValue<QueryLimits> = LiveValue(QueryLimits())
    ) {
        self.store = store
        self.figures = figures
        self.signals = signals
        self.threadCount = threadCount
        self.limits = limits
        catalog = { store.tables() }
    }

    package func run(
        _ request: QueryRequest, cancellation: CancellationSignal
    ) throws(QueryFailure) -> QueryAnswer {
        let flag = QueryCancellation()
        cancellation.onCancel { flag.cancel() }
        let engine = QueryEngine(
            catalog: catalog(), limits: limits.current, now: ReceiveClock.systemTime(),
            threadCount: threadCount)
        do {
            let result = try engine.run(
                request.text, parameters: request.parameters, cancellation: flag)
            return QueryAnswer(
                body: result.bytes(as: ResultFormat(request.format), layout: request.layout),
                rowCount: result.rowCount, damage: result.damage,
                counts: result.statistics.scan, notices: result.notices)
        } catch {
            throw QueryFailure(error, in: request.text)
        }
    }

    package func answer(
        _ question: PersonQuestion, cancellation: CancellationSignal
    ) throws(QueryFailure) -> PersonAnswer {
        let flag = QueryCancellation()
        cancellation.onCancel { flag.cancel() }
        let tables = catalog()
        let now = ReceiveClock.systemTime()
        let reader = PersonReader(
            tables: tables,
            engine: QueryEngine(
                catalog: tables, limits: limits.current, now: now, threadCount: threadCount),
            now: now, cancellation: flag)
        do {
            return try reader.answer(question)
        } catch {
            switch error {
            case .unknown(let message): throw QueryFailure(kind: .unknown, message: message)
            case .invalid(let message): throw QueryFailure(kind: .invalid, message: message)
            // Its text is none of the caller's.
            case .query(let error): throw QueryFailure(error, in: "")
            }
        }
    }

    package func answer(
        _ question: AnalyticsQuestion, cancellation: CancellationSignal
    ) throws(QueryFailure) -> AnalyticsAnswer {
        let flag = QueryCancellation()
        cancellation.onCancel { flag.cancel() }
        let reader = AnalyticsReader(
            figures: figures, store: store, limits: limits.current, threadCount: threadCount,
            signals: signals, now: ReceiveClock.systemTime(), cancellation: flag)
        do {
            return try reader.answer(question)
        } catch let error as AnalyticsFailure {
            throw QueryFailure(error)
        } catch let error as QueryError {
            // Its text is none of the caller's.
            throw QueryFailure(error, in: "")
        } catch {
            throw QueryFailure(kind: .io, message: "The events cannot be read: \(error).")
        }
    }

    package func tables() throws(QueryFailure) -> [TableDescription] {
        let catalog = catalog()
        do {
            let tables = try catalog.tableNames.compactMap { try catalog.table(named: $0) }
                .map { TableDescription($0.name, .table, $0.summary, $0.columns) }
            return tables
                + catalog.derivedTables.map {
                    TableDescription($0.name, .derived, $0.summary, $0.columns)
                }
        } catch {
            throw QueryFailure(kind: .io, message: "\(error)")
        }
    }
}

extension TableDescription {
    fileprivate init(
        _ name: String, _ kind: Kind, _ summary: String, _ columns: [ColumnDefinition]
    ) {
        self.init(
            name: name, kind: kind, summary: summary,
            columns: columns.map {
                Column(
                    name: $0.name, type: TypeName.text(of: $0.type), unit: $0.unit,
                    summary: $0.summary)
            })
    }
}

extension ResultFormat {
    fileprivate init(_ format: QueryFormat) {
        switch format {
        case .json: self = .json
        case .ndjson: self = .ndjson
        case .csv: self = .csv
        case .tsv: self = .tsv
        case .markdown: self = .markdown
        case .table: self = .table
        case .vertical: self = .vertical
        case .chart: self = .chart
        }
    }
}

extension QueryFailure {
    fileprivate init(_ error: AnalyticsFailure) {
        switch error {
        case .tooLarge(let memoryMax):
            self.init(
                kind: .limit,
                message: "The range takes more than the \(memoryMax >> 20) MiB of "
                    + "analytics.memory; ask for a shorter one.")
        case .tooManyBuckets(let countMax):
            self.init(
                kind: .limit,
                message: "The range has more than \(countMax) buckets; ask for a coarser "
                    + "granularity or a shorter range.")
        case .unknownContent:
            self.init(kind: .unknown, message: "Nothing is known of this content.")
        case .unknownUser:
            self.init(kind: .unknown, message: "No event has this user, device or person.")
        }
    }

    init(_ error: QueryError, in text: String) {
        let kind: Kind =
            switch error.code {
            case .syntax, .unsupported, .name, .type, .value: .invalid
            case .limit: .limit
            case .cancelled: .cancelled
            case .storage: .io
            }
        let hasPlace = error.line > 0
        self.init(
            kind: kind, message: error.hint.map { "\(error.message) (\($0))" } ?? error.message,
            line: hasPlace ? error.line : nil, column: hasPlace ? error.column : nil,
            caret: hasPlace ? error.rendered(in: text) : nil)
    }
}
