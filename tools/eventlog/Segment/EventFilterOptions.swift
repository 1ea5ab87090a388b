import ArgumentParser
import Columns
import EventLog
import Query

/// Which events of stores and files are wanted.
struct EventFilterOptions: ParsableArguments {
    @Option(help: ArgumentHelp("From this moment on, by the events' timestamp.", valueName: "time"))
    var from: String?
    @Option(help: ArgumentHelp("Until before this moment.", valueName: "time"))
    var to: String?
    @Option(help: ArgumentHelp("Only this event type, or these.", valueName: "name"))
    var event: [String] = []
    @Option(help: ArgumentHelp("Only this contentId, or these.", valueName: "id"))
    var content: [String] = []
    @Option(help: ArgumentHelp("Only this userId, or these.", valueName: "id"))
    var user: [String] = []
    @Option(help: ArgumentHelp("Only this deviceId, or these.", valueName: "id"))
    var device: [String] = []
    @Option(
        name: .customLong("where"),
        help: ArgumentHelp(
            "Only what satisfies this condition of the query language.", valueName: "condition"))
    var condition: String?

    /// - Throws: `ToolFailure` for wrong usage.
    func sieve(for table: EventsTable) throws(ToolFailure) -> EventSieve {
        var sieve = EventSieve()
        let low = try from == nil ? Int64.min : time(from, "--from")
        let high = try to == nil ? Int64.max : time(to, "--to") - 1
        guard low <= high else { throw ToolFailure("--to is not after --from", .usage) }
        if from != nil || to != nil { sieve.add(times: low...high) }
        let texts: [(EventColumn, [String])] = [
            (.event, event), (.contentId, content), (.userId, user), (.deviceId, device),
        ]
        for (column, wanted) in texts where !wanted.isEmpty {
            sieve.add(column, oneOf: wanted)
        }
        if let condition { try add(condition, table, to: &sieve) }
        return sieve
    }

    private func add(
        _ condition: String, _ table: EventsTable, to sieve: inout EventSieve
    ) throws(ToolFailure) {
        var limits = QueryLimits()
        // Nobody else waits: Ctrl-C ends it.
        limits.wallTimeMax = .seconds(86_400)
        let filter: RowFilter
        do throws(QueryError) {
            filter = try RowFilter(
                condition, on: table.name, in: EventsCatalog(events: table), now: SystemTime.now,
                limits: limits)
        } catch {
            throw ToolFailure(error.rendered(in: condition), .usage)
        }
        let reader = filter.makeReader()
        sieve.add(filter.bounds) { try Self.rows(of: $0, reader, condition) }
    }

    private static func rows(
        of unit: any ScanUnit, _ reader: RowFilter.Reader, _ condition: String
    ) throws(ToolFailure) -> [Int32]? {
        do throws(QueryError) {
            return try reader.rows(of: unit)
        } catch {
            throw ToolFailure(error.rendered(in: condition))
        }
    }

    private func time(_ text: String?, _ option: String) throws(ToolFailure) -> Int64 {
        let text = text ?? ""
        guard let time = TimestampText.time(of: text) else {
            throw ToolFailure(
                "\(option) is a time, like 2026-11-15 or 2026-11-15T10:00:00Z, not \(harmless(text))",
                .usage)
        }
        return time
    }
}
