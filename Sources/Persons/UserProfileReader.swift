import Columns
import EventLog
import Query

/// Asks for what an export says of a person besides events.
struct UserProfileReader {
    private let reader: PersonReader
    private let user: String

    init(_ reader: PersonReader, user: String) {
        self.reader = reader
        self.user = user
    }

    func read(
        now: Int64
    ) throws(PersonError) -> (
        profile: UserProfile, devices: [UserDevice], sessions: [UserSession]
    ) {
        let map = try reader.map()
        guard let personId = map.person(ofUser: user)?.id else {
            throw .invalid("\(user) stands for nobody: it is what clients send without a user.")
        }
        let person: [String: Value] = ["person": .string(personId)]
        var profile = UserProfile(
            userId: user, personId: personId, userIds: map.userIds(ofPersonOf: user),
            exportedAt: TimestampText.text(of: now), events: 0, sessions: 0, eventsByType: [:],
            engagement: try engagement(person), topicAffinities: try affinities(person))
        try readCounts(person, into: &profile)
        return (profile, try devices(person, map), try sessions(person))
    }

    private func readCounts(
        _ person: [String: Value], into profile: inout UserProfile
    ) throws(PersonError) {
        let counts = try reader.rows(
            """
            FROM events |> WHERE personId = @person
            |> AGGREGATE
                count(*) AS events, count(DISTINCT sessionId) AS sessions, min(timestamp) AS first,
                max(timestamp) AS last, grouping(event) AS total
              GROUP BY GROUPING SETS ((event), ())
            |> ORDER BY total DESC, event
            """, person)
        // Without events there is not even a total.
        guard let total = counts.first else { return }
        profile.events = total[1].count
        profile.sessions = total[2].count
        profile.firstEventAt = total[3].timeText
        profile.lastEventAt = total[4].timeText
        for row in counts.dropFirst() { profile.eventsByType[row[0].text ?? ""] = row[1].count }
    }

    /// The person's viewings: a content item in a visit, with its watch time as reports have it.
    private static let viewings = """
        FROM events |> WHERE personId = @person
        |> EXTEND
            CASE WHEN event = 'swipe' THEN data.fromContentId ELSE contentId END AS content,
            coalesce(viewSessionId, sessionId, deviceId) AS visit
        |> AGGREGATE
            count(*) FILTER (WHERE event = 'impression') AS impressions,
            count(*) FILTER (WHERE event = 'playStart') AS plays,
            count(*) FILTER (WHERE event = 'completion') AS completions,
            count(*) FILTER (WHERE action = 'like') AS likes,
            count(*) FILTER (WHERE action = 'share') AS shares,
            count(*) FILTER (WHERE action = 'save') AS saves,
            max(coalesce(data.totalWatchTime, data.watchTimeOnFrom)) AS finalTime,
            max_by(data.currentTime, timestamp) FILTER (WHERE event = 'watchProgress') AS lastTime
          GROUP BY content, visit
        |> EXTEND greatest(finalTime, lastTime) AS watchTime
        """

    private func engagement(
        _ person: [String: Value]
    ) throws(PersonError) -> UserProfile.Engagement {
        let row =
            try reader.rows(
                """
                \(Self.viewings)
                |> AGGREGATE
                    sum(impressions) AS views, sum(plays) AS plays, sum(completions) AS completions,
                    sum(likes) AS likes, sum(shares) AS shares, sum(saves) AS saves,
                    count(DISTINCT content) AS contents, sum(watchTime) AS watchTime
                """, person
            ).first ?? []
        func count(_ place: Int) -> Int { place < row.count ? row[place].count : 0 }
        var watchTime = 0.0
        if case .double(let seconds)? = row.last { watchTime = seconds }
        let (views, plays, completions) = (count(0), count(1), count(2))
        return UserProfile.Engagement(
            views: views, plays: plays, completions: completions,
            completionRate: plays > 0 ? Double(completions) / Double(plays) : nil,
            likes: count(3), shares: count(4), saves: count(5), contents: count(6),
            totalWatchTime: watchTime, avgWatchTime: views > 0 ? watchTime / Double(views) : nil)
    }

    private func affinities(
        _ person: [String: Value]
    ) throws(PersonError) -> [String: Double] {
        let rows = try reader.rows(
            """
            FROM (
              \(Self.viewings)
              |> WHERE content IS NOT NULL AND watchTime > 0
              |> AGGREGATE sum(watchTime) AS watched GROUP BY content AS contentId
              |> JOIN content_topics USING (contentId)
            )
            |> AGGREGATE sum(watched) AS watched GROUP BY topic
            |> ORDER BY watched DESC, topic |> LIMIT \(Limits.exportTopicCountMax)
            """, person)
        let total = try reader.rows(
            """
            \(Self.viewings)
            |> WHERE content IN (FROM content_topics |> SELECT contentId) AND watchTime > 0
            |> AGGREGATE sum(watchTime) AS watched
            """, person)
        guard case .double(let all)? = total.first?.first, all > 0 else { return [:] }
        var affinities: [String: Double] = [:]
        for row in rows {
            guard let topic = row[0].text, case .double(let watched) = row[1] else { continue }
            affinities[topic] = watched / all
        }
        return affinities
    }

    /// Devices with events of the person, and those that a record of identity links to them.
    private func devices(
        _ person: [String: Value], _ map: IdentityMap
    ) throws(PersonError) -> [UserDevice] {
        var devices: [String: UserDevice] = [:]
        func device(_ id: String) -> UserDevice {
            UserDevice(deviceId: id, isShared: map.isShared(device: id), events: 0)
        }
        for row in try reader.rows(
            """
            FROM identity |> WHERE personId = @person |> AGGREGATE count(*) AS n GROUP BY deviceId
            """, person)
        {
            guard let id = row[0].text else { continue }
            devices[id] = device(id)
        }
        for row in try reader.rows(
            """
            FROM events |> WHERE personId = @person AND deviceId IS NOT NULL
            |> AGGREGATE count(*) AS events, min(timestamp) AS first, max(timestamp) AS last
              GROUP BY deviceId
            """, person)
        {
            guard let id = row[0].text else { continue }
            var known = device(id)
            known.events = row[1].count
            known.firstEventAt = row[2].timeText
            known.lastEventAt = row[3].timeText
            devices[id] = known
        }
        return devices.values.sorted {
            $0.deviceId.utf8.lexicographicallyPrecedes($1.deviceId.utf8)
        }
    }

    private func sessions(
        _ person: [String: Value]
    ) throws(PersonError) -> [UserSession] {
        try reader.rows(
            """
            FROM events |> WHERE personId = @person AND sessionId IS NOT NULL
            |> AGGREGATE
                min(timestamp) AS startedAt, max(timestamp) AS endedAt, count(*) AS events,
                count(DISTINCT contentId) AS contents
              GROUP BY sessionId
            |> ORDER BY startedAt, sessionId
            """, person
        ).map {
            UserSession(
                sessionId: $0[0].text ?? "", startedAt: $0[1].timeText, endedAt: $0[2].timeText,
                events: $0[3].count, contents: $0[4].count)
        }
    }
}
