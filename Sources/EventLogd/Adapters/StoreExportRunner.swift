import Columns
package import EventLog
import Persons
package import Query

/// Exports the store as of the moment an export begins.
package struct StoreExportRunner: ExportRunner {
    private let catalog: @Sendable () -> StoreTables
    private let limits: LiveValue<QueryLimits>

    package init(limits: LiveValue<QueryLimits>, catalog: @escaping @Sendable () -> StoreTables) {
        self.limits = limits
        self.catalog = catalog
    }

    package func run(
        _ request: ExportRequest, cancellation: CancellationSignal,
        output: @escaping ([UInt8]) throws -> Void, progress: (ExportJob.Counts) -> Void
    ) throws -> ExportResult {
        func note(_ counts: ExportJob.Counts) throws {
            guard cancellation.reason == nil else { throw ExportCancelled() }
            progress(counts)
        }
        let tables = catalog()
        switch request.subject {
        case .range(let range):
            let observer = ScanObserver()
            let export = RangeExport(tables, range, request, observer: observer)
            return ExportResult(counts: try export.run(output, note), damage: observer.damage)
        case .user(let id):
            let flag = QueryCancellation()
            cancellation.onCancel { flag.cancel() }
            var limits = limits.current
            // Nobody waits at the other end of it.
            limits.wallTimeMax = .seconds(86_400)
            let now = ReceiveClock.systemTime()
            let export = UserExport(
                tables, user: id, request,
                engine: QueryEngine(catalog: tables, limits: limits, now: now, threadCount: 1),
                now: now, cancellation: flag)
            return ExportResult(counts: try export.run(output, note), damage: export.damage)
        }
    }
}
