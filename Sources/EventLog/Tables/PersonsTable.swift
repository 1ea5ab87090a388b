package import Columns

/// The table `persons`: users who are linked to a device or whom an alias names (specification, 5.2).
///
/// Who was never seen with a device is in no record of identity, and has no row: those are in `events`.
package struct PersonsTable: Table {
    package let name = "persons"
    package let summary = "a person with a user id, as devices and aliases know it"
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
        let persons = map.knownPersons(mode: mode.personMode)
        request.observer.count { $0.rowsScanned += persons.count }
        return Scan(
            units: stride(from: 0, to: persons.count, by: scanUnitRowCountMax).map {
                Unit(persons: persons[$0..<min($0 + scanUnitRowCountMax, persons.count)])
            })
    }

    private struct Unit: ScanUnit {
        let persons: ArraySlice<IdentityMap.KnownPerson>
        var rowCount: Int { persons.count }

        func read(_ wanted: [Int]) throws -> Block {
            Block(
                rowCount: rowCount,
                columns: wanted.map { place in
                    let field = Field.allCases[place]
                    return Column(type: field.definition.type, persons.map(field.value))
                })
        }
    }

    private enum Field: CaseIterable {
        case personId, userIds, deviceCount, firstLinkedAt, lastLinkedAt

        var definition: ColumnDefinition {
            switch self {
            case .personId: .init("personId", .string, summary: "who it is, as in events")
            case .userIds:
                .init("userIds", .string, summary: "all its user ids, a list as JSON")
            case .deviceCount:
                .init("deviceCount", .int64, summary: "devices linked to it, without shared ones")
            case .firstLinkedAt:
                .init(
                    "firstLinkedAt", .timestamp, unit: "µs UTC",
                    summary: "when it was first seen on a device")
            case .lastLinkedAt:
                .init(
                    "lastLinkedAt", .timestamp, unit: "µs UTC",
                    summary: "when it was last seen on a device")
            }
        }

        func value(_ person: IdentityMap.KnownPerson) -> Value {
            switch self {
            case .personId: Person.user(person.name.text).id.map { .string($0) } ?? .null
            case .userIds: .string(Self.list(person.userIds))
            case .deviceCount: .int64(Int64(person.deviceCount))
            case .firstLinkedAt: person.firstLink.map { .timestamp($0) } ?? .null
            case .lastLinkedAt: person.lastLink.map { .timestamp($0) } ?? .null
            }
        }

        private static func list(_ users: [IdentityName]) -> String {
            var text: [UInt8] = Array("[".utf8)
            for (place, user) in users.enumerated() {
                if place > 0 { text.append(UInt8(ascii: ",")) }
                JSONText.appendString(user.text, to: &text)
            }
            return String(decoding: text, as: UTF8.self) + "]"
        }
    }
}
