@testable import Columns
@testable import EventLog
@testable import TestSupport

/// What a store says to one who asks for everything that is in it.
struct StoreAnswers: Equatable {
    enum Outcome {
        /// - isDamaged: it was said that something is.
        /// - fault: what no store may answer: an event twice, or without a number.
        case opened(StoreAnswers, isDamaged: Bool, fault: String)
        case refused(String)
    }

    /// All columns by sequence number.
    var events: [Int64: [Value]] = [:]
    /// All rows of the other tables: ledger, quarantine, content items, who is who.
    var others: [String: [[Value]]] = [:]
    /// How many events of each kind there were, also of those that have expired: by rollups where there are any.
    var counts: [[Value]: Int64] = [:]

    static func ask(_ disk: SimulatedDisk) -> Outcome {
        let reader: StoreReader
        do {
            reader = try StoreReader(on: disk, options: SweptStore.options)
        } catch {
            return .refused("\(error)")
        }
        let observer = ScanObserver()
        var answers = StoreAnswers()
        var fault = ""
        do {
            let tables = reader.tables
            for row in try tables.persons.rows(
                tables.persons.columns.map(\.name), observer: observer)
            {
                guard case .int64(let seq) = row[Int(EventColumn.seq.rawValue)] else {
                    fault = "an event without a number"
                    continue
                }
                if answers.events.updateValue(row, forKey: seq) != nil {
                    fault = "an event twice"
                }
            }
            let others: [any Table] = [
                tables.ledger, tables.quarantine, tables.content, tables.contentTopics,
                tables.devices, tables.people,
            ]
            for table in others {
                answers.others[table.name] = try table.rows(
                    table.columns.map(\.name), observer: observer)
            }
            answers.counts = try counts(tables, observer)
        } catch {
            return .refused("\(error)")
        }
        let isDamaged =
            !reader.report.damage.isEmpty || reader.report.tornTailBytes > 0
            || !observer.damage.isEmpty
        return .opened(answers, isDamaged: isDamaged, fault: fault)
    }

    private static func counts(
        _ tables: StoreTables, _ observer: ScanObserver
    ) throws -> [[Value]: Int64] {
        let table = CountedTable(
            persons: tables.persons, rollups: tables.persons.rollups,
            times: CountingQuestion.Times())
        var counts: [[Value]: Int64] = [:]
        let names = ["event", "contentId", "userId", "deviceId", RollupColumn.count.name]
        for row in try table.rows(names, observer: observer) {
            // A row of the events themselves stands for one.
            if case .int64(let count) = row[4] { counts[Array(row[..<4]), default: 0] += count }
        }
        return counts
    }
}
