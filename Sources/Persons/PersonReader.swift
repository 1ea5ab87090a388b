import Columns
package import EventLog
import FoundationEssentials
package import Query

/// Answers questions about persons over one snapshot of a store: events are counted by the query
/// engine, and why they are somebody's is known by the identity map of the same snapshot.
package struct PersonReader: Sendable {
    let tables: StoreTables
    let engine: QueryEngine
    /// µs since 1970 UTC.
    let now: Int64
    let cancellation: QueryCancellation?
    /// Is told what could not be read.
    let observer = ScanObserver()

    package init(
        tables: StoreTables, engine: QueryEngine, now: Int64,
        cancellation: QueryCancellation? = nil
    ) {
        self.tables = tables
        self.engine = engine
        self.now = now
        self.cancellation = cancellation
    }

    package func answer(_ question: PersonQuestion) throws(PersonError) -> PersonAnswer {
        let document =
            switch question {
            case .show(let id): try encode(person(id))
            case .explainEvent(let id): try encode(explanation(ofEvent: id))
            case .explain(let device, let user, let time):
                try encode(explanation(device: device, user: user, time: time ?? now))
            case .doctor(let options): try encode(diagnosis(options))
            }
        return PersonAnswer(document: document, damage: observer.damage)
    }

    private func encode(_ report: some Encodable) throws(PersonError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let document = try? encoder.encode(report) else {
            preconditionFailure("a report is texts, numbers and lists of them")
        }
        return Array(document)
    }

    /// The rows of a query, by column.
    func rows(
        _ text: String, _ parameters: [String: Value] = [:]
    ) throws(PersonError) -> [[Value]] {
        do {
            let result = try engine.run(text, parameters: parameters, cancellation: cancellation)
            for damage in result.damage { observer.report(damage) }
            return result.rows
        } catch {
            throw .query(error)
        }
    }

    /// Who it is by all that is known now.
    func map() throws(PersonError) -> IdentityMap {
        do {
            return try tables.identityMap(observer)
        } catch {
            throw .query(.storage(error))
        }
    }
}

extension Value {
    var text: String? { if case .string(let text) = self { text } else { nil } }

    var count: Int { if case .int64(let number) = self { Int(number) } else { 0 } }

    var time: Int64? { if case .timestamp(let time) = self { time } else { nil } }

    /// A timestamp as reports write it.
    var timeText: String? { time.map(TimestampText.text) }
}
