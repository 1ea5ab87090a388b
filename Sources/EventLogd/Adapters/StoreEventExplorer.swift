import Columns
package import EventLog
package import Query

/// Finds the events of a page with a query, then writes them down from the tables of the same moment.
package struct StoreEventExplorer: EventExplorer {
    private let store: EventStore
    private let threadCount: Int
    private let limits: LiveValue<QueryLimits>

    package init(store: EventStore, threadCount: Int, limits: LiveValue<QueryLimits>) {
        self.store = store
        self.threadCount = threadCount
        self.limits = limits
    }

    package var storeTag: UInt64 { store.storeTag }

    package func explore(
        _ question: ExploreQuestion, cancellation: CancellationSignal
    ) throws(QueryFailure) -> ExplorePage {
        let flag = QueryCancellation()
        cancellation.onCancel { flag.cancel() }
        let tables = store.tables()
        let engine = QueryEngine(
            catalog: tables, limits: limits.current, now: ReceiveClock.systemTime(),
            threadCount: threadCount)
        let query = ExploreQuery(question)
        let result: QueryResult
        do {
            result = try engine.run(
                query.text, parameters: query.parameters, cancellation: flag)
        } catch {
            // Its text is none of the caller's.
            throw QueryFailure(error, in: "")
        }
        // One more than is shown tells whether there are more.
        var places = result.rows.compactMap { row -> ExploreQuestion.Place? in
            guard case .timestamp(let timestamp) = row[0], case .int64(let seq) = row[1] else {
                return nil
            }
            return ExploreQuestion.Place(timestamp: timestamp, seq: seq)
        }
        let hasMore = places.count > question.limit
        places = Array(places.prefix(question.limit))
        let observer = ScanObserver()
        let events = try objects(at: places, tables, observer)
        return ExplorePage(
            events: events, next: hasMore ? places.last : nil,
            damage: result.damage + observer.damage.filter { !result.damage.contains($0) })
    }

    private func objects(
        at places: [ExploreQuestion.Place], _ tables: StoreTables, _ observer: ScanObserver
    ) throws(QueryFailure) -> [[UInt8]] {
        guard let first = places.first, let last = places.last else { return [] }
        let found: [Int64: [UInt8]]
        do {
            found = try ExploredEvents(tables.persons, observer: observer).objects(
                of: Set(places.map(\.seq)), times: last.timestamp...first.timestamp)
        } catch {
            throw QueryFailure(kind: .io, message: "The events cannot be read: \(error)")
        }
        return places.compactMap { found[$0.seq] }
    }
}

/// The question as a query: pieces of fixed text, and all that came from outside as parameters.
struct ExploreQuery {
    private(set) var text = "FROM events"
    private(set) var parameters: [String: Value] = [:]

    init(_ question: ExploreQuestion) {
        if let times = question.times {
            keep("timestamp >= @from AND timestamp < @until")
            parameters["from"] = .timestamp(times.lowerBound)
            parameters["until"] = .timestamp(times.upperBound)
        }
        if let place = question.after {
            keep("timestamp < @lastTime OR (timestamp = @lastTime AND seq < @lastSeq)")
            // The same once more, in a form that leaves out segments.
            keep("timestamp <= @lastTime")
            parameters["lastTime"] = .timestamp(place.timestamp)
            parameters["lastSeq"] = .int64(place.seq)
        }
        if let type = question.eventType {
            keep("event = @type")
            parameters["type"] = .string(type)
        }
        if let content = question.contentId {
            keep(
                "contentId = @content OR data.fromContentId = @content "
                    + "OR data.toContentId = @content")
            parameters["content"] = .string(content)
        }
        if let viewer = question.viewerId {
            keep("userId = @viewer OR deviceId = @viewer OR personId = @viewer")
            parameters["viewer"] = .string(viewer)
        }
        text += " |> SELECT timestamp, seq |> ORDER BY timestamp DESC, seq DESC"
        text += " |> LIMIT \(question.limit + 1) OFFSET \(question.offset)"
    }

    private mutating func keep(_ condition: String) { text += " |> WHERE \(condition)" }
}
