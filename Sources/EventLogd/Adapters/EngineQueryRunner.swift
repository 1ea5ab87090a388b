#if EVENTLOG_LAYERS
    import Columns
    package import EventLog
    import Query

    /// The query engine over the store's tables as of the moment a query begins.
    package struct EngineQueryRunner: QueryRunner {
        let store: EventStore
        let threadCount: Int

        package init(store: EventStore, threadCount: Int) {
            self.store = store
            self.threadCount = threadCount
        }

        package func run(
            _ request: QueryRequest, cancellation: CancellationSignal
        ) throws(QueryFailure) -> QueryAnswer {
            let flag = QueryCancellation()
            cancellation.onCancel { flag.cancel() }
            let engine = QueryEngine(
                catalog: store.catalog(), limits: QueryLimits(), now: ReceiveClock.systemTime(),
                threadCount: threadCount)
            do {
                let result = try engine.run(
                    request.text, parameters: request.parameters, cancellation: flag)
                return QueryAnswer(
                    body: ResultWriter.write(result, as: request.format), rowCount: result.rowCount,
                    damage: result.damage, counts: result.statistics.counts)
            } catch {
                throw QueryFailure(error, in: request.text)
            }
        }
    }

    extension QueryFailure {
        fileprivate init(_ error: QueryError, in text: String) {
            let kind: Kind =
                switch error.code {
                case .syntax, .unsupported, .name, .type, .value: .invalid
                case .limit: .limit
                case .cancelled: .cancelled
                case .storage: .io
                }
            let hasPlace = error.line > 0
            self.init(
                kind: kind,
                message: error.hint.map { "\(error.message) \($0)" } ?? error.message,
                line: hasPlace ? error.line : nil, column: hasPlace ? error.column : nil,
                caret: hasPlace ? error.rendered(in: text) : nil)
        }
    }
#endif
