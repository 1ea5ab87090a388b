import Columns
package import EventLog
package import Query

/// The events of a store by number: from its segments and its unsealed events, as of each reading.
package struct StoreEventFeed: EventFeed {
    private let store: EventStore
    private let limits: LiveValue<QueryLimits>

    /// - Parameter limits: looked at when a reading begins.
    package init(store: EventStore, limits: LiveValue<QueryLimits>) {
        self.store = store
        self.limits = limits
    }

    package var storeTag: UInt64 { store.storeTag }
    package var durableSeq: Int64 { store.durableSeq }
    package var newestSeq: Int64 { store.newestSeq }

    /// Bytes of lines that are handed over as one piece.
    private static let pieceSize = 64 << 10
    /// How long one reading goes on where it has not found enough, so that others have their turn.
    private static let readingTime: Duration = .milliseconds(200)

    package func begin(_ question: FeedQuestion, last: Int) throws(QueryFailure) -> Int64 {
        let followed = store.followed()
        let filter = try filter(question, followed)
        guard last > 0 else { return followed.durableSeq }
        var found: [Int64] = []
        // From the newest on: ranges do not overlap, so those before need not be looked at.
        for range in followed.tables.events.sequenceRanges.reversed() {
            guard range.lowerBound <= followed.durableSeq, found.count < last else { continue }
            let scan = FeedScan(
                followed.tables.events, filter,
                range.lowerBound...min(range.upperBound, followed.durableSeq), ScanObserver())
            try scan.forEachUnit { (_, rows) throws(QueryFailure) in
                found += rows.map(\.seq)
                return true
            }
        }
        guard !found.isEmpty else { return followed.durableSeq }
        found.sort(by: >)
        return found[min(last, found.count) - 1] - 1
    }

    package func read(
        _ question: FeedQuestion, _ extent: FeedExtent
    ) throws(QueryFailure) -> FeedWindow {
        let followed = store.followed()
        let events = followed.tables.events
        let end = min(extent.end, followed.durableSeq)
        let filter = try filter(question, followed)
        let observer = ScanObserver()
        var window = FeedWindow(position: extent.position)
        let ranges = events.sequenceRanges
        if followed.hasExpired { passOverExpired(ranges, end, &window) }
        var writer = FeedWriter(form: question.form, storeTag: storeTag, events: events)
        let start = ContinuousClock.now
        var (count, size) = (0, 0)
        for range in ranges where range.upperBound > window.position && range.lowerBound <= end {
            let wanted =
                max(range.lowerBound, window.position + 1)...min(range.upperBound, end)
            var lines = SortedLines(sizeMax: extent.sizeMax - size)
            let scan = FeedScan(events, filter, wanted, observer)
            try scan.forEachUnit { (unit, rows) throws(QueryFailure) in
                try writer.write(unit, rows, to: &lines, observer)
                return !extent.isCancelled()
            }
            if extent.isCancelled() { return window }
            lines.keepFirst(extent.countMax - count)
            // Without a cut everything of the range is there.
            window.position = lines.cut.map { $0 - 1 } ?? wanted.upperBound
            count += lines.count
            size += lines.size
            lines.pieces(of: Self.pieceSize) { bytes, count, last in
                window.pieces.append(.init(bytes: bytes, count: count, position: last))
            }
            window.damage = observer.damage
            guard lines.cut == nil, size < extent.sizeMax, count < extent.countMax,
                ContinuousClock.now - start < Self.readingTime
            else { return window }
        }
        window.position = max(window.position, end)
        return window
    }

    /// Numbers in front of all that is there, some of which have been events.
    private func passOverExpired(
        _ ranges: [ClosedRange<Int64>], _ end: Int64, _ window: inout FeedWindow
    ) {
        // Who begins at the beginning has missed nothing.
        guard window.position > 0 else { return }
        let first = min(ranges.first?.lowerBound ?? .max, end == .max ? end : end + 1)
        guard first > window.position + 1 else { return }
        window.missed = window.position + 1...first - 1
        window.position = first - 1
    }

    private func filter(
        _ question: FeedQuestion, _ followed: FollowedStore
    ) throws(QueryFailure) -> RowFilter? {
        guard let condition = question.condition else { return nil }
        do {
            return try RowFilter(
                condition, on: "events", in: followed.tables, now: ReceiveClock.systemTime(),
                limits: limits.current)
        } catch {
            throw QueryFailure(error, in: condition)
        }
    }
}
