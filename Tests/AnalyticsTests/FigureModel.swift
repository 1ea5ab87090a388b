import Columns
import EventLog
import Query

/// The figures of docs/Analytics.md, worked out from the rows of a query in the plainest way.
struct FigureModel {
    struct Row {
        var time: Int64
        var event: String
        var content: String
        var visit: String
        var hasViewSession: Bool
        var actor: String
        var person: String?
        var action: String?
        var finalTime: Double?
        var swipeTime: Double?
        var position: Double?
        var startup: Double?
    }

    var rows: [Row]

    init(_ tables: StoreTables, content: String? = nil, times: Range<Int64>? = nil) throws {
        let engine = QueryEngine(
            catalog: tables, limits: QueryLimits(), now: 0, threadCount: 1)
        let result = try engine.run(
            """
            FROM events |> SELECT timestamp, event, contentId, data.fromContentId, viewSessionId,
              sessionId, userId, deviceId, personId, action, data.totalWatchTime,
              data.watchTimeOnFrom, data.currentTime, data.startupTime
            """)
        rows = result.rows.compactMap { row in
            func text(_ place: Int) -> String? {
                if case .string(let text) = row[place] { text } else { nil }
            }
            func number(_ place: Int) -> Double? {
                if case .double(let number) = row[place] { number } else { nil }
            }
            guard case .timestamp(let time) = row[0], let event = text(1),
                let own = event == "swipe" ? text(3) : text(2),
                content.map({ $0 == own }) ?? true, times?.contains(time) ?? true
            else { return nil }
            let finals = [number(10), number(11)].compactMap { $0 }
            return Row(
                time: time, event: event, content: own,
                visit: text(4) ?? text(5) ?? "-", hasViewSession: text(4) != nil,
                actor: text(6).flatMap { UserPlaceholder.matches($0) ? nil : "user \($0)" } ?? text(
                    7
                ).map { "device \($0)" } ?? "-",
                person: text(8), action: text(9), finalTime: finals.max(), swipeTime: number(11),
                position: event == "watchProgress" ? number(12) : nil,
                startup: event == "playStart" ? number(13) : nil)
        }
    }

    private func viewings() -> [[Row]] {
        struct Key: Hashable {
            var content: String
            var visit: String
            var actor: String
        }
        var keys: [Key: [Row]] = [:]
        for row in rows {
            let key = Key(
                content: row.content, visit: (row.hasViewSession ? "v" : "s") + row.visit,
                actor: row.hasViewSession ? "" : row.actor)
            keys[key, default: []].append(row)
        }
        return keys.values.flatMap { rows -> [[Row]] in
            guard !rows[0].hasViewSession else { return [rows] }
            let starts = Set(rows.filter { $0.event == "impression" }.map(\.time)).sorted()
            return Dictionary(grouping: rows) { row in
                max(1, starts.count { $0 <= row.time })
            }.values.map { $0 }
        }
    }

    func figures() -> [String: Double] {
        func count(_ isCounted: (Row) -> Bool) -> Double { Double(rows.count(where: isCounted)) }
        let viewing: Set = [
            "impression", "playStart", "watchProgress", "completion", "rebuffer", "viewEnd",
        ]
        var figures = [
            "views": count { $0.event == "impression" },
            "plays": count { $0.event == "playStart" },
            "completions": count { $0.event == "completion" },
            "swipes": count { $0.event == "swipe" },
            "rebuffers": count { $0.event == "rebuffer" },
            "errors": count { $0.event == "error" },
            "likes": count { $0.action == "like" },
            "shares": count { $0.action == "share" },
            "saves": count { $0.action == "save" },
            "uniqueViewers": Double(Set(rows.compactMap(\.person)).count),
        ]
        var watched = 0.0
        var seen = 0
        var completed = 0
        var stalled = 0
        for rows in viewings() {
            if rows.contains(where: { viewing.contains($0.event) }) { seen += 1 }
            if rows.contains(where: { $0.event == "completion" }) { completed += 1 }
            if rows.contains(where: { $0.event == "rebuffer" }) { stalled += 1 }
            let last = rows.filter { $0.position != nil }.max {
                $0.time != $1.time
                    ? $0.time < $1.time : ($0.position ?? 0) < ($1.position ?? 0)
            }
            watched +=
                (rows.compactMap(\.finalTime) + [last?.position].compactMap { $0 }).max() ?? 0
        }
        figures["viewings"] = Double(seen)
        figures["completedViews"] = Double(completed)
        figures["totalWatchTime"] = watched
        if seen > 0 { figures["rebufferRate"] = Double(stalled) / Double(seen) }
        let measured = rows.filter { $0.event == "swipe" }.compactMap(\.swipeTime)
        if !measured.isEmpty {
            figures["swipeVelocity"] =
                Double(measured.count { $0 < 3 }) / Double(measured.count)
        }
        return figures
    }
}
