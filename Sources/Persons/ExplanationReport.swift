import Columns
import EventLog
import Query

/// Whose an event is and why (`GET /v1/identity/explain`); the names are those of the JSON.
package struct ExplanationReport: Sendable, Codable {
    package struct Link: Sendable, Codable {
        package var userId: String
        package var at: String
        /// `identify`, or `implicit`: an event with both a user and the device.
        package var kind: String
    }

    package struct Alias: Sendable, Codable {
        package var from: String
        package var to: String
        /// The arrival number of the record.
        package var seq: UInt64
    }

    package struct Unlink: Sendable, Codable {
        package var userId: String
        /// Links up to and including this time do not count.
        package var through: String
    }

    package struct Item: Sendable, Codable {
        /// Of an event that is stored.
        package var eventId: String?
        package var event: String?
        package var receivedAt: String?
        package var timestamp: String
        package var deviceId: String?
        package var userId: String?
        /// The user id that was sent, if it stands for nobody.
        package var placeholder: String?
        package var personId: String?
        package var isAnonymous: Bool?
        /// The name of an `IdentityExplanation.Rule`.
        package var rule: String
        package var link: Link?
        package var epoch: Int?
        package var epochStart: String?
        package var aliases: [Alias]
        package var unlinks: [Unlink]
        /// The same in sentences.
        package var text: [String]
    }

    package var explanations: [Item]
}

extension PersonReader {
    func explanation(ofEvent id: String) throws(PersonError) -> ExplanationReport {
        let map = try map()
        let found = try rows(
            """
            FROM events |> WHERE eventId = @id |> ORDER BY seq |> LIMIT \(PersonLimits.eventCountMax)
            |> SELECT event, deviceId, userId, timestamp, receivedAt,
                json_value(extra, '$.userId') AS sent
            """, ["id": .string(id)])
        guard !found.isEmpty else { throw .unknown("There is no event with the id \(id).") }
        let items = found.map { row in
            // A placeholder is set aside when the event comes in.
            let sent = row[5].text.flatMap { UserPlaceholder.matches($0) ? $0 : nil }
            var item = item(
                device: row[1].text, user: row[2].text ?? sent, time: row[3].time ?? 0, map)
            item.eventId = id
            item.event = row[0].text
            item.receivedAt = row[4].timeText
            return item
        }
        return ExplanationReport(explanations: items)
    }

    func explanation(
        device: String?, user: String?, time: Int64
    ) throws(PersonError) -> ExplanationReport {
        ExplanationReport(
            explanations: [item(device: device, user: user, time: time, try map())])
    }

    private func item(
        device: String?, user: String?, time: Int64, _ map: IdentityMap
    ) -> ExplanationReport.Item {
        let why = map.explain(device: device, user: user, time: time)
        let isNobody = why.person == .none
        return ExplanationReport.Item(
            timestamp: TimestampText.text(of: time), deviceId: device,
            userId: why.placeholder == nil ? user : nil, placeholder: why.placeholder,
            personId: why.person.id, isAnonymous: isNobody ? nil : why.person.isAnonymous,
            rule: why.rule.rawValue,
            link: why.link.map {
                .init(
                    userId: $0.user, at: TimestampText.text(of: $0.time),
                    kind: $0.kind == .identify ? "identify" : "implicit")
            },
            epoch: why.epoch, epochStart: why.epochStart.map(TimestampText.text),
            aliases: why.aliases.map { .init(from: $0.from, to: $0.to, seq: $0.seq) },
            unlinks: why.unlinks.map {
                .init(userId: $0.user, through: TimestampText.text(of: $0.time))
            },
            text: Sentences(why, device: device, user: user, map).lines)
    }
}
