import Columns
import EventLog
import Glibc
import Persons
import Query

extension OfflineStore {
    /// Asks a question about persons; the answer is the document and what could not be read for it.
    func answer(
        _ question: PersonQuestion
    ) throws(ToolFailure) -> (document: [UInt8], damage: [String]) {
        let store = try reader()
        var limits = QueryLimits()
        // Nobody else waits: Ctrl-C ends it.
        limits.wallTimeMax = .seconds(86_400)
        let now = SystemTime.now
        let persons = PersonReader(
            tables: store.tables,
            engine: QueryEngine(
                catalog: store.tables, limits: limits, now: now,
                threadCount: max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))),
            now: now)
        do {
            let answer = try persons.answer(question)
            let damage = store.report.damage + answer.damage
            return (answer.document, damage.map { "\($0.file): \($0.message)" })
        } catch {
            switch error {
            case .unknown(let message), .invalid(let message):
                throw ToolFailure(harmless(message))
            case .query(let error): throw ToolFailure(harmless(error.message))
            }
        }
    }
}
