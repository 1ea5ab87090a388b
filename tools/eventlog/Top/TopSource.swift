import FoundationEssentials
import Query

/// One look at the daemon.
struct TopSample {
    struct Count: Decodable, Hashable {
        var name: String?
        var n: Int
    }

    var at: ContinuousClock.Instant
    /// µs since 1970 UTC.
    var time: Int64
    var status: DaemonReport
    /// The most frequent of the last minutes.
    var contents: [Count]
    var types: [Count]
}

/// Asks the daemon for what the screen shows.
struct TopSource {
    let client: DaemonClient
    let minutes: Int
    /// Rows of a top; more than a screen is high.
    private static let topCount = 100

    func sample() throws(ToolFailure) -> TopSample {
        let response = try client.require("GET", "/v1/status")
        struct Envelope: Decodable { var data: DaemonReport }
        guard let status = try? JSONDecoder().decode(Envelope.self, from: Data(response.body)).data
        else { throw ToolFailure("this daemon's status cannot be read by this eventlog") }
        return TopSample(
            at: .now, time: SystemTime.now, status: status, contents: try top("contentId"),
            types: try top("event"))
    }

    private func top(_ column: String) throws(ToolFailure) -> [TopSample.Count] {
        let text =
            "FROM events |> WHERE receivedAt >= now() - INTERVAL \(minutes) MINUTE "
            + "AND \(column) IS NOT NULL |> AGGREGATE count(*) AS n GROUP BY \(column) AS name "
            + "|> ORDER BY n DESC, name |> LIMIT \(Self.topCount)"
        struct Envelope: Decodable { var data: [TopSample.Count] }
        let response = try client.require(
            "GET", "/v1/query?format=json&q=\(URLText.escaped(text))")
        guard let rows = try? JSONDecoder().decode(Envelope.self, from: Data(response.body)).data
        else { throw ToolFailure("this daemon's answer cannot be read by this eventlog") }
        return rows
    }
}

/// The last looks, from which rates come.
struct TopHistory {
    /// Looks that are kept: as many as the line of rates is wide.
    private static let countMax = 61
    private(set) var samples: [TopSample] = []

    var last: TopSample? { samples.last }

    mutating func add(_ sample: TopSample) {
        // After a restart the counters begin anew.
        if let last, last.status.pid != sample.status.pid { samples = [] }
        samples.append(sample)
        if samples.count > Self.countMax { samples.removeFirst() }
    }

    /// What a counter gained in each second, from look to look.
    func rates(_ counter: (DaemonReport) -> Double) -> [Double] {
        zip(samples, samples.dropFirst()).map { before, after in
            let seconds = max((after.at - before.at).inSeconds, 0.001)
            return max(counter(after.status) - counter(before.status), 0) / seconds
        }
    }
}
