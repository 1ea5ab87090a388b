package import Columns

/// The events as a question sees them that only counts: tallies and rollups where there are such as fit it, and
/// the events themselves where not (docs/Rollups.md).
///
/// Its columns are those of `PersonTable` and, the last, for how many events a row stands.
struct CountedTable: Table {
    let persons: PersonTable
    let rollups: RollupSet
    /// What is looked at of the column `timestamp`.
    let times: CountingQuestion.Times

    var name: String { persons.name }
    var summary: String { persons.summary }
    var columns: [ColumnDefinition] { persons.columns + [RollupColumn.count] }

    /// Columns of which a rollup tells everything.
    static let covered: Set<EventColumn> = [.event, .contentId, .userId, .deviceId]

    func scan(_ request: ScanRequest) throws -> Scan {
        let place = columns.count - 1
        let wanted = request.columns.filter { $0 < place }
        let needsPersons = wanted.contains { $0 >= persons.events.columns.count }
        let resolvers = ScanResolvers(table: persons, observer: request.observer)
        let chosen = try choose(request, needsPersons ? resolvers.value() : nil)
        let own = ScanRequest(columns: wanted, bounds: request.bounds, observer: request.observer)
        let inner = persons.eventRequest(for: own)
        var units: [any ScanUnit] = chosen.tallies.map { TallyUnit(tally: $0, place: place) }
        if let key = chosen.tallyKey {
            for segment in chosen.untallied {
                units += try tallying(segment, key, inner).map {
                    CountedUnit(unit: $0, place: place, counts: nil)
                }
            }
        }
        for unit in try table(chosen.segments, persons.events.tail).scan(inner).units {
            units.append(
                CountedUnit(
                    unit: persons.attributed(unit, own, resolvers), place: place, counts: nil))
        }
        for rollup in chosen.rollups {
            let rows = EventsTable(
                columns: persons.events.columns, segments: [rollup.file], tail: [])
            for unit in try rows.scan(inner).units {
                var visible: VisibleRows?
                if !persons.events.hidden.isEmpty {
                    visible = VisibleRows(ofRollup: unit, without: persons.events.hidden)
                }
                let seen = visible.map { HiddenUnit(unit: unit, visible: $0) } ?? unit
                units.append(
                    CountedUnit(
                        unit: persons.attributed(seen, own, resolvers), place: place,
                        counts: (unit as? SegmentUnit).map { Counts(rollup, $0, visible) }))
            }
        }
        return Scan(units: units)
    }

    private func table(_ segments: [SegmentFile], _ tail: [TailBlock]) -> EventsTable {
        EventsTable(columns: persons.events.columns, segments: segments, tail: tail)
            .hiding(persons.events.hidden)
    }

    /// The rows of a segment, to be counted by the way if all of them are read.
    private func tallying(
        _ segment: SegmentFile, _ key: SegmentTally.Key, _ request: ScanRequest
    ) throws -> [any ScanUnit] {
        let units = try table([segment], []).scan(request).units
        guard units.reduce(0, { $0 + $1.rowCount }) == segment.entry.rowCount else { return units }
        guard
            let maker = TallyMaker(
                key, of: segment, unitCount: units.count, seed: UInt64.random(in: 0 ... .max))
        else {
            segment.tallies.note(nil, for: key)
            return units
        }
        return units.map { TallyingUnit(unit: $0, maker: maker) }
    }

    /// What is read: of each event one row, or it is counted in one.
    private struct Choice {
        var tallyKey: SegmentTally.Key?
        var tallies: [SegmentTally] = []
        /// Segments that could have a tally.
        var untallied: [SegmentFile] = []
        var segments: [SegmentFile] = []
        var rollups: [RollupFile] = []

        /// - Returns: whether that settles the segment.
        mutating func take(_ segment: SegmentFile, _ times: CountingQuestion.Times) -> Bool {
            guard let tallyKey, times.isIndifferent(to: SegmentTally.hour, in: segment.entry)
            else { return false }
            if let tally = segment.tallies[tallyKey] {
                tallies.append(tally)
            } else if segment.tallies.isWanted(tallyKey) {
                untallied.append(segment)
            } else {
                return false
            }
            return true
        }
    }

    /// - Parameter resolvers: if the question is about persons.
    private func choose(_ request: ScanRequest, _ resolvers: PersonResolvers?) throws -> Choice {
        let pruning = SegmentPruning(bounds: request.bounds, definitions: persons.events.columns)
        var choice = Choice()
        var live: Set<String> = []
        var counts: [String: Int] = [:]
        var candidates = 0
        // The live rollups of who is being erased are not looked through: the events are.
        let looksAtRows =
            persons.events.hidden.isEmpty
            && request.columns.contains { $0 < columns.count - 1 }
        if looksAtRows {
            choice.tallyKey = SegmentTally.Key(request.columns.filter { $0 < columns.count - 1 })
        }
        for segment in persons.events.segments {
            live.insert(segment.entry.path)
            guard pruning.mayMatch(segment.entry) else {
                choice.segments.append(segment)
                continue
            }
            if choice.take(segment, times) { continue }
            candidates += 1
            // How many events there are without looking at any, the segment itself knows as quickly.
            guard looksAtRows, let rollup = rollups.rollup(of: segment),
                rollup.fits(times), rollup.isReadable,
                resolvers?.isWhole(rollup) ?? true
            else {
                choice.segments.append(segment)
                continue
            }
            choice.rollups.append(rollup)
            counts[rollup.grain.rawValue, default: 0] += 1
        }
        var expired: [String: Int] = [:]
        var unfit = 0
        for (source, files) in rollups.expired.sorted(by: { $0.key < $1.key })
        where !live.contains(source) {
            let matching = RollupGrain.allCases.compactMap { files[$0] }.filter {
                pruning.mayMatch($0.file.entry)
            }
            guard !matching.isEmpty else { continue }
            guard let rollup = matching.first(where: { $0.fits(times) }) else {
                unfit += 1
                continue
            }
            choice.rollups.append(rollup)
            expired[rollup.grain.rawValue, default: 0] += 1
        }
        request.observer.count {
            [counts, expired, candidates, unfit, tallies = choice.tallies.count] in
            $0.tallies += tallies
            $0.rollupCandidates += candidates
            $0.rollups.merge(counts, uniquingKeysWith: +)
            $0.rollupsOfExpired.merge(expired, uniquingKeysWith: +)
            $0.rollupsUnfit += unfit
        }
        return choice
    }
}

/// For how many events the rows of a unit of a rollup stand.
private struct Counts {
    let rollup: RollupFile
    /// The same rows, but with that column alone.
    private let unit: SegmentUnit
    private let visible: VisibleRows?

    /// - Parameter visible: the rows that are seen; `nil`: all.
    init(_ rollup: RollupFile, _ unit: SegmentUnit, _ visible: VisibleRows?) {
        self.rollup = rollup
        self.visible = visible
        self.unit = SegmentUnit(
            segment: unit.segment, rowGroup: unit.rowGroup, pages: unit.pages,
            rowCount: unit.rowCount, columns: [RollupColumn.count], observer: unit.observer)
    }

    func read() throws -> Block {
        guard let visible else { return try unit.read([0]) }
        return try HiddenUnit(unit: unit, visible: visible).read([0])
    }

    /// Whatever of it was damaged, the next question reads the events.
    func noteDamage() {
        if unit.observer.damage.contains(where: { $0.file == rollup.file.path }) {
            rollup.markDamaged()
        }
    }
}

/// A unit of events, or of a rollup, and for how many events its rows stand.
private struct CountedUnit: ScanUnit {
    let unit: any ScanUnit
    /// The position that asks for the counts.
    let place: Int
    /// `nil`: each row is an event.
    let counts: Counts?

    var rowCount: Int { unit.rowCount }

    func read(_ columns: [Int]) throws -> Block {
        let others = columns.filter { $0 != place }
        let read = try unit.read(others)
        var unreadable = read.unreadable
        var numbers = Column(nulls: rowCount, type: .int64)
        if let counts, others.count < columns.count {
            let block = try counts.read()
            numbers = block.columns[0]
            unreadable = (unreadable + block.unreadable).merged()
        }
        counts?.noteDamage()
        var next = 0
        return Block(
            rowCount: rowCount,
            columns: columns.map { position in
                if position == place { return numbers }
                defer { next += 1 }
                return read.columns[next]
            }, unreadable: unreadable)
    }
}

extension PersonTable {
    /// The same events, some of them by rollups.
    package func counted(for question: CountingQuestion) -> (any Table)? {
        let timestamp = Int(EventColumn.timestamp.rawValue)
        let isCovered =
            question.columns.allSatisfy { position in
                position >= events.columns.count
                    || position < EventColumn.count
                        && CountedTable.covered.contains(EventColumn.allCases[position])
            } && question.times.keys.allSatisfy { $0 == timestamp }
        // Without rollups there are the tallies, which know the types of events only.
        guard isCovered, !rollups.isEmpty || SegmentTally.Key(question.columns) != nil else {
            return nil
        }
        return CountedTable(
            persons: self, rollups: rollups,
            times: question.times[timestamp] ?? CountingQuestion.Times())
    }
}
