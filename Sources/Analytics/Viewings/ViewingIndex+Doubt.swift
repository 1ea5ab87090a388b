import Columns
import EventLog

/// How the index settles what came in an order that left it open.
extension ViewingIndex {
    /// The first viewings of the keys that figures of a scope wait for, until `divideDoubtful`.
    func doubtful(_ scope: FigureScope) -> Set<Int32> {
        guard !doubtful.isEmpty else { return [] }
        switch scope {
        case .all: return doubtful
        case .content(let id):
            guard let number = names.contentNumber(id) else { return [] }
            return doubtful.filter { viewings[Int($0)].content == number }
        case .person(let id):
            guard let person = person(named: id) else { return [] }
            let own = Set(viewings(ofPerson: person))
            return doubtful.filter { first in
                var isOwn = false
                forEachLook(from: first) { if own.contains($0) { isOwn = true } }
                return isOwn
            }
        case .someContents(let count):
            var contents: Set<Int32> = []
            return doubtful.filter { first in
                let content = viewings[Int(first)].content
                if contents.count < count { contents.insert(content) }
                return contents.contains(content)
            }
        }
    }

    /// Divides anew what came in an order that left it open, from the stored events.
    /// - Parameters:
    ///   - firsts: of `doubtful`.
    ///   - wanted: all that was taken in.
    func divideDoubtful(
        _ firsts: Set<Int32>, _ events: EventsTable, _ wanted: Wanted, key: UInt64,
        _ observer: ScanObserver
    ) throws {
        guard !firsts.isEmpty else { return }
        var keys: Set<ViewingKey> = []
        var ids: Set<String> = []
        var contents: Set<Int32> = []
        for first in firsts {
            let viewing = viewings[Int(first)]
            keys.insert(viewing.key)
            ids.insert(names.contents[Int(viewing.content)])
            contents.insert(viewing.content)
        }
        let span = span(ofKeysWith: firsts)
        for first in firsts { removeViewings(ofKeyWith: first) }
        let others = doubtful.subtracting(firsts)
        var reader: SampleReader?
        for impressions in [true, false] {
            for column in [EventColumn.contentId, .fromContentId] {
                // Swipes belong to what they leave, everything else to its content.
                var bounds = [
                    ColumnBound(
                        column: Int(column.rawValue), .oneOf(ids.sorted().map { .string($0) }))
                ]
                if impressions, column == .fromContentId { continue }
                bounds.append(Self.bound(span))
                if let times = wanted.times { bounds.append(Self.bound(times)) }
                for unit in try Self.units(events, bounds, observer) {
                    guard var rows = try read(unit, wanted, key, after: reader.take()) else {
                        continue
                    }
                    defer { reader = rows }
                    for row in 0..<rows.rowCount
                    where (rows.kind(row) == .impression) == impressions
                        && (rows.kind(row) == .swipe) == (column == .fromContentId)
                        && rows.isWanted(row, seqs: wanted.seqs)
                    {
                        // Most rows are of other contents: looked at no further.
                        guard wanted.times?.contains(rows.time(row)) ?? true,
                            contents.contains(rows.content(row, self)),
                            let sample = rows.sample(row, self), keys.contains(sample.key)
                        else { continue }
                        applyToViewing(sample)
                    }
                }
            }
        }
        // All impressions came first, so nothing of these keys is left open.
        doubtful = others
    }

    /// When the first and the last event of some keys were.
    private func span(ofKeysWith firsts: Set<Int32>) -> Range<Int64> {
        var (from, to) = (Int64.max, Int64.min)
        for first in firsts {
            forEachLook(from: first) { number in
                from = min(from, firstTime(of: number))
                to = max(to, lastTime(of: number))
            }
        }
        return from..<to + 1
    }
}
