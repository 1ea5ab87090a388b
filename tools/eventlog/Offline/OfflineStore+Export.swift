import Columns
import EventLog
import Glibc
import Persons
import Query

extension OfflineStore {
    /// Exports from a store without a daemon, however long the range.
    func export(_ request: ExportRequest, to output: ExportOutput) throws -> ExportOutcome {
        var options = StoreOptions()
        // Each page is wanted once, or few times: not worth keeping many.
        options.columnCacheSize = 16 << 20
        let store = try reader(options)
        var progress = ProgressLine(isWanted: true)
        defer { progress.clear() }
        func note(_ counts: ExportJob.Counts) throws {
            if Interruption.isRequested { throw ToolFailure.interrupted }
            progress.update(
                "\(Quantities.grouped(counts.rowCount)) events", counts.processedRows,
                of: counts.estimatedRowCount)
        }
        let counts: ExportJob.Counts
        var damage = store.report.damage
        do {
            switch request.subject {
            case .range(let range):
                let observer = ScanObserver()
                counts = try RangeExport(store.tables, range, request, observer: observer)
                    .run(output.write, note)
                damage += observer.damage
            case .user(let id):
                let export = userExport(store.tables, id, request)
                counts = try export.run(output.write, note)
                damage += export.damage
            }
        } catch let error as PersonError {
            switch error {
            case .unknown(let message), .invalid(let message): throw ToolFailure(harmless(message))
            case .query(let error): throw ToolFailure(harmless(error.message))
            }
        } catch let failure as ToolFailure {
            throw failure
        } catch {
            throw ToolFailure("cannot export: \(harmless("\(error)"))")
        }
        return ExportOutcome(
            rowCount: counts.rowCount, isPartial: !damage.isEmpty,
            damage: damage.map { "\($0.file): \($0.message)" })
    }

    private func userExport(
        _ tables: StoreTables, _ user: String, _ request: ExportRequest
    ) -> UserExport {
        var limits = QueryLimits()
        // Nobody else waits: Ctrl-C ends it.
        limits.wallTimeMax = .seconds(86_400)
        let now = SystemTime.now
        return UserExport(
            tables, user: user, request,
            engine: QueryEngine(
                catalog: tables, limits: limits, now: now,
                threadCount: max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))),
            now: now, cancellation: nil)
    }
}
