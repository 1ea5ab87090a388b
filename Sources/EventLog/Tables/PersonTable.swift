package import Columns
import Synchronization

/// The table `events` with who did it (specification, section 4.2): the columns `personId` and
/// `isAnonymous`, which no file has.
///
/// They are worked out per entry of the dictionaries of userId and deviceId, and a row is a look at
/// what came out (`PersonResolver`). A query that does not read them costs nothing more.
package struct PersonTable: Table {
    package let events: EventsTable
    let identity: IdentityIndex
    /// What may be read instead of events that are only counted.
    let rollups: RollupSet
    /// Whose events they are by what a question wants to know.
    private(set) var mode = IdentityMode.resolved

    package let name = "events"
    package var summary: String { events.summary }
    package let columns: [ColumnDefinition]

    init(events: EventsTable, identity: IdentityIndex, rollups: RollupSet = RollupSet()) {
        self.events = events
        columns = events.columns + Self.definitions
        self.identity = identity
        self.rollups = rollups
    }

    package func identified(by mode: IdentityMode) -> (any Table)? {
        var table = self
        table.mode = mode
        return table
    }

    static let definitions = [
        ColumnDefinition(
            "personId", .string,
            summary: "who did it: the user, or the one to whom the device's history belongs",
            isOnDemand: true),
        ColumnDefinition(
            "isAnonymous", .bool, summary: "whether nobody knows whose the device was then",
            isOnDemand: true),
    ]

    package func scan(_ request: ScanRequest) throws -> Scan {
        let scan = try events.scan(eventRequest(for: request))
        let resolvers = ScanResolvers(table: self, observer: request.observer)
        return Scan(units: scan.units.map { attributed($0, request, resolvers) })
    }

    /// What the events themselves are asked for.
    func eventRequest(for request: ScanRequest) -> ScanRequest {
        let count = events.columns.count
        let own = request.columns.filter { $0 < count }
        guard own.count < request.columns.count else { return request }
        return ScanRequest(
            columns: own + PersonUnit.sources.filter { !own.contains($0) },
            bounds: request.bounds.filter { $0.column < count },
            choices: request.choices.filter {
                $0.alternatives.allSatisfy { $0.allSatisfy { $0.column < count } }
            }, observer: request.observer)
    }

    /// The unit with who did it, if that is asked for.
    func attributed(
        _ unit: any ScanUnit, _ request: ScanRequest, _ resolvers: ScanResolvers
    ) -> any ScanUnit {
        let count = events.columns.count
        guard request.columns.contains(where: { $0 >= count }) else { return unit }
        return PersonUnit(unit: unit, columnCount: count, resolvers: resolvers)
    }
}

/// Who is who for one scan, found out by the first unit that is read: EXPLAIN reads none.
final class ScanResolvers: Sendable {
    private let table: PersonTable
    private let observer: ScanObserver
    private let found = Mutex<PersonResolvers?>(nil)

    init(table: PersonTable, observer: ScanObserver) {
        self.table = table
        self.observer = observer
    }

    func value() throws -> PersonResolvers {
        try found.withLock { found in
            if let found { return found }
            let value = try table.identity.resolvers(of: table.events, table.mode, observer)
            found = value
            return value
        }
    }
}

/// A unit of events, and who did them.
private struct PersonUnit: ScanUnit {
    static let sources = [EventColumn.userId, .deviceId, .timestamp].map { Int($0.rawValue) }

    let unit: any ScanUnit
    /// Columns from this position on are worked out here.
    let columnCount: Int
    let resolvers: ScanResolvers

    var rowCount: Int { unit.rowCount }

    func read(_ columns: [Int]) throws -> Block {
        let own = columns.filter { $0 < columnCount }
        guard own.count < columns.count else { return try unit.read(columns) }
        let resolvers = try self.resolvers.value()
        if let squashed = (unit as? SegmentUnit)?.squashedPersons(resolvers) {
            let read = try unit.read(own)
            return block(read, columns, squashed) { PersonResolvers.isAnonymous(named: squashed) }
        }
        let read = try unit.read(own + Self.sources.filter { !own.contains($0) })
        var others = own.count
        let sources = Self.sources.map { position -> Column in
            if let place = own.firstIndex(of: position) { return read.columns[place] }
            defer { others += 1 }
            return read.columns[others]
        }
        let (users, devices) = (sources[0], sources[1])
        let persons = resolvers.persons(users: users, devices: devices, times: sources[2])
        return block(read, columns, persons) {
            resolvers.isAnonymous(persons, users: users, devices: devices)
        }
    }

    /// The columns in the order in which they are wanted; those of the events were read in it.
    private func block(
        _ read: Block, _ columns: [Int], _ persons: Column, isAnonymous: () -> Column
    ) -> Block {
        var next = 0
        let result = columns.map { position -> Column in
            if position == columnCount { return persons }
            if position > columnCount { return isAnonymous() }
            defer { next += 1 }
            return read.columns[next]
        }
        return Block(rowCount: read.rowCount, columns: result, unreadable: read.unreadable)
    }
}
