import Columns
import EventLog
import Query

/// What is known of a person (`GET /v1/persons/ID`); the names are those of the JSON.
package struct PersonReport: Sendable, Codable {
    package struct EventCount: Sendable, Codable {
        package var event: String
        package var events: Int
        /// Sessions with such an event.
        package var sessions: Int
    }

    package struct Other: Sendable, Codable {
        package var personId: String
        package var events: Int
    }

    package struct Device: Sendable, Codable {
        package var deviceId: String
        /// Whether it has so many users that nothing follows from it.
        package var isShared: Bool
        /// Of the person.
        package var events: Int
        package var firstEventAt: String?
        package var lastEventAt: String?
        /// Who else has events there, the most active first.
        package var others: [Other]
        package var othersOmitted: Int
    }

    package var personId: String
    package var isAnonymous: Bool
    /// All user ids of the person, ascending.
    package var userIds: [String]
    package var events: Int
    package var sessions: Int
    package var firstEventAt: String?
    package var lastEventAt: String?
    /// The most frequent first.
    package var byEvent: [EventCount]
    package var byEventOmitted: Int
    /// Those with the most events of the person first.
    package var devices: [Device]
    package var devicesOmitted: Int
}

extension PersonReader {
    func person(_ id: String) throws(PersonError) -> PersonReport {
        let map = try map()
        var report = try named(id, map)
        let person: [String: Value] = ["person": .string(report.personId)]
        let counts = try rows(
            """
            FROM events |> WHERE personId = @person
            |> AGGREGATE
                count(*) AS events, count(DISTINCT sessionId) AS sessions, min(timestamp) AS first,
                max(timestamp) AS last, count(DISTINCT deviceId) AS devices, grouping(event) AS total
              GROUP BY GROUPING SETS ((event), ())
            |> ORDER BY total DESC, events DESC, event
            """, person)
        guard let total = counts.first else {
            // An alias is known before the first event is.
            if report.userIds.count > 1 { return report }
            throw .unknown("There is no event of \(id), and nothing else is known of it.")
        }
        report.events = total[1].count
        report.sessions = total[2].count
        report.firstEventAt = total[3].timeText
        report.lastEventAt = total[4].timeText
        let types = counts.dropFirst()
        report.byEvent = types.prefix(PersonLimits.itemCountMax).map {
            .init(event: $0[0].text ?? "", events: $0[1].count, sessions: $0[2].count)
        }
        report.byEventOmitted = types.count - report.byEvent.count
        report.devices = try devices(person, map)
        report.devicesOmitted = total[5].count - report.devices.count
        return report
    }

    /// A report with the names of the person alone: `anon:DEVICE#EPOCH`, a user id, or one of them with
    /// `user:` before it, as the column personId writes it.
    private func named(_ id: String, _ map: IdentityMap) throws(PersonError) -> PersonReport {
        var report = PersonReport(
            personId: id, isAnonymous: id.utf8.starts(with: "anon:".utf8), userIds: [], events: 0,
            sessions: 0, byEvent: [], byEventOmitted: 0, devices: [], devicesOmitted: 0)
        if report.isAnonymous { return report }
        var user = id
        if id.utf8.starts(with: "user:".utf8) {
            let rest = String(id.dropFirst(5))
            // Only such ids have it before them.
            if ["anon:", "user:"].contains(where: { rest.utf8.starts(with: $0.utf8) }) {
                user = rest
            }
        }
        guard let person = map.person(ofUser: user), let personId = person.id else {
            throw .invalid("\(id) stands for nobody: it is what clients send without a user.")
        }
        report.personId = personId
        report.userIds = map.userIds(ofPersonOf: user)
        return report
    }

    private func devices(
        _ person: [String: Value], _ map: IdentityMap
    ) throws(PersonError) -> [PersonReport.Device] {
        var devices = try rows(
            """
            FROM events |> WHERE personId = @person AND deviceId IS NOT NULL
            |> AGGREGATE count(*) AS events, min(timestamp) AS first, max(timestamp) AS last
              GROUP BY deviceId
            |> ORDER BY events DESC, deviceId |> LIMIT \(PersonLimits.itemCountMax)
            """, person
        ).map { row in
            let name = row[0].text ?? ""
            return PersonReport.Device(
                deviceId: name, isShared: map.isShared(device: name), events: row[1].count,
                firstEventAt: row[2].timeText, lastEventAt: row[3].timeText, others: [],
                othersOmitted: 0)
        }
        guard !devices.isEmpty else { return [] }
        var places: [String: Int] = [:]
        var parameters = person
        for (place, device) in devices.enumerated() {
            places[device.deviceId] = place
            parameters["d\(place)"] = .string(device.deviceId)
        }
        let list = devices.indices.map { "@d\($0)" }.joined(separator: ", ")
        let others = try rows(
            """
            FROM events |> WHERE deviceId IN (\(list)) AND personId <> @person
            |> AGGREGATE count(*) AS events GROUP BY deviceId, personId
            |> EXTEND
                row_number() OVER (PARTITION BY deviceId ORDER BY events DESC, personId) AS n,
                count(*) OVER (PARTITION BY deviceId) AS persons
            |> WHERE n <= \(PersonLimits.otherCountMax) |> ORDER BY deviceId, n
            """, parameters)
        for row in others {
            guard let place = row[0].text.flatMap({ places[$0] }), let other = row[1].text else {
                continue
            }
            devices[place].others.append(.init(personId: other, events: row[2].count))
            devices[place].othersOmitted = row[4].count - devices[place].others.count
        }
        return devices
    }
}
