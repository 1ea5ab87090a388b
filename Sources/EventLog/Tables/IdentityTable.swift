package import Columns

/// The table `identity`: whose each device was, and when (specification, section 5.2).
///
/// A row is an interval of a device that any record of identity names. Rows are made from the map a unit
/// at a time: a unit knows its pages of the map and which of their rows are its own.
package struct IdentityTable: Table {
    package let name = "identity"
    package let summary = "an interval of a device: whose its events without a user are"
    package let columns = Field.allCases.map(\.definition)
    private let events: EventsTable
    private let identity: IdentityIndex
    private var mode = IdentityMode.resolved

    init(events: EventsTable, identity: IdentityIndex) {
        self.events = events
        self.identity = identity
    }

    package func identified(by mode: IdentityMode) -> (any Table)? {
        var table = self
        table.mode = mode
        return table
    }

    package func scan(_ request: ScanRequest) throws -> Scan {
        let map = try identity.resolvers(of: events, mode, request.observer).map
        var units: [Unit] = []
        var unit = Unit(map: map, mode: mode.personMode)
        for piece in map.pieces(Self.devices(request.bounds)) {
            var count = 0
            map.forEach(in: piece) {
                count += map.intervals(of: $0, $1, mode: mode.personMode).count
            }
            if unit.rows.count + count > scanUnitRowCountMax, !unit.rows.isEmpty {
                units.append(unit)
                unit = Unit(map: map, mode: mode.personMode)
            }
            unit.pieces.append(piece)
            unit.rows = 0..<unit.rows.count + count
            // One device may have more logouts than a unit has rows.
            while unit.rows.count > scanUnitRowCountMax {
                var first = unit
                first.rows = unit.rows.prefix(scanUnitRowCountMax)
                units.append(first)
                unit.rows = unit.rows.dropFirst(scanUnitRowCountMax)
            }
            if unit.rows.lowerBound > 0 {
                units.append(unit)
                unit = Unit(map: map, mode: mode.personMode)
            }
        }
        if !unit.rows.isEmpty { units.append(unit) }
        request.observer.count { $0.rowsScanned += units.reduce(0) { $0 + $1.rowCount } }
        return Scan(units: units)
    }

    /// The devices to which the bounds confine the rows; `nil`: any.
    private static func devices(_ bounds: [ColumnBound]) -> [IdentityName]? {
        for bound in bounds where bound.column == Field.deviceId.rawValue {
            switch bound.condition {
            case .oneOf(let values):
                return values.compactMap {
                    if case .string(let name) = $0 { IdentityName(name) } else { nil }
                }
            case .range(.some(.string(let lower)), .some(.string(let upper))):
                if lower.utf8.elementsEqual(upper.utf8) { return [IdentityName(lower)] }
            case .range, .isNull, .isNotNull: continue
            }
        }
        return nil
    }

    private struct Unit: ScanUnit {
        let map: IdentityMap
        let mode: PersonMode
        var pieces: [IdentityMap.Piece] = []
        /// Those of its rows that the unit hands over.
        var rows = 0..<0
        var rowCount: Int { rows.count }

        init(map: IdentityMap, mode: PersonMode) {
            self.map = map
            self.mode = mode
        }

        func read(_ wanted: [Int]) throws -> Block {
            var cells = [[Value]](repeating: [], count: wanted.count)
            for place in cells.indices { cells[place].reserveCapacity(rowCount) }
            var row = 0
            for piece in pieces {
                map.forEach(in: piece) { device, links in
                    let name = Value.string(device.text)
                    for interval in map.intervals(of: device, links, mode: mode) {
                        if rows.contains(row) {
                            for (place, column) in wanted.enumerated() {
                                cells[place].append(
                                    Field.allCases[column].value(name, interval, links.isShared))
                            }
                        }
                        row += 1
                    }
                }
            }
            return Block(
                rowCount: rowCount,
                columns: zip(wanted, cells).map {
                    Column(type: Field.allCases[$0].definition.type, $1)
                })
        }
    }

    private enum Field: Int, CaseIterable {
        case deviceId, epoch, startedAt, endedAt, personId, isAnonymous, isShared

        var definition: ColumnDefinition {
            switch self {
            case .deviceId: .init("deviceId", .string, summary: "the device")
            case .epoch: .init("epoch", .int64, summary: "logouts before it; from 0")
            case .startedAt:
                .init(
                    "startedAt", .timestamp, unit: "µs UTC", summary: "from when; null: since ever")
            case .endedAt:
                .init(
                    "endedAt", .timestamp, unit: "µs UTC",
                    summary: "until before when; null: it goes on")
            case .personId: .init("personId", .string, summary: "whose it is, as in events")
            case .isAnonymous:
                .init("isAnonymous", .bool, summary: "whether nobody knows whose it is")
            case .isShared:
                .init("isShared", .bool, summary: "whether it has too many users to be anybody's")
            }
        }

        func value(
            _ device: Value, _ interval: DeviceInterval, _ isShared: Bool
        ) -> Value {
            switch self {
            case .deviceId: device
            case .epoch: .int64(Int64(interval.epoch))
            case .startedAt: interval.start == .min ? .null : .timestamp(interval.start)
            case .endedAt: interval.end.map { .timestamp($0) } ?? .null
            case .personId: interval.person.id.map { .string($0) } ?? .null
            case .isAnonymous: .bool(interval.person.isAnonymous)
            case .isShared: .bool(isShared)
            }
        }
    }
}

extension IdentityMode {
    /// What is done with the map of this mode.
    var personMode: PersonMode { self == .raw ? .raw : .resolved }
}
