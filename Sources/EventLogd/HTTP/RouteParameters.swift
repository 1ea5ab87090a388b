import EventLog
import NIOHTTP1

/// The parameters of the target that a route has. Others are refused: a misspelt `dryRun` must not
/// do what was only to be tried.
struct RouteParameters: Sendable, Hashable {
    /// Yes or no: `?now`, `?now=true`, `?now=false`.
    var flags: Set<String> = []
    /// Those whose values the route reads itself.
    var values: Set<String> = []

    /// - Throws: at the first one that is unknown, or a flag that is neither yes nor no.
    func check(_ query: [String: String]) throws(HTTPFailure) {
        for (name, value) in query.sorted(by: { $0.key < $1.key }) where !values.contains(name) {
            guard flags.contains(name) else { throw unknown(name) }
            guard RequestTarget.flagTexts[value] != nil else {
                throw .wrong(name, "\(name) is true or false.")
            }
        }
    }

    private func unknown(_ name: String) -> HTTPFailure {
        let known = flags.union(values).sorted().joined(separator: ", ")
        return HTTPFailure(
            .badRequest, "INVALID_PARAMETER",
            known.isEmpty ? "There are no parameters here." : "The parameters here are: \(known).",
            details: [.init(field: name, reason: "unknown")])
    }
}

extension Route {
    var parameters: RouteParameters {
        switch self {
        case .query:
            RouteParameters(values: ["charset", "expanded", "format", "q", "timeout", "width"])
        case .explainIdentity: RouteParameters(values: ["at", "device", "event", "user"])
        case .identityDoctor: RouteParameters(values: ["devicesMax", "limit"])
        case .exports: RouteParameters(values: ["cursor", "limit"])
        case .aliasUsers, .unaliasUsers, .unlinkDevice, .squashPersons:
            RouteParameters(flags: ["dryRun"])
        case .compact: RouteParameters(flags: ["dryRun", "now"])
        case .expire: RouteParameters(flags: ["dryRun", "trustClock"])
        case .user: RouteParameters(flags: ["now"])
        case .overview, .contentFigures, .engagement, .quality:
            RouteParameters(values: Self.rangeParameters)
        case .retention: RouteParameters(values: Self.rangeParameters.union(["days"]))
        case .contentList:
            RouteParameters(
                values: Self.rangeParameters.union(["cursor", "limit", "order", "sort"]))
        case .metric, .metricSeries:
            RouteParameters(values: ["granularity", "measurement", "timeZone", "timeframe[]"])
        case .tailEvents:
            RouteParameters(
                values: ["cursor", "follow", "format", "from", "last", "limit", "where"])
        case .exploreEvents:
            RouteParameters(
                values: [
                    "content_id", "cursor", "event_type", "limit", "page", "timeframe[]",
                    "viewer_id",
                ])
        default: RouteParameters()
        }
    }

    private static let rangeParameters: Set<String> = [
        "compare", "endDate", "granularity", "startDate", "timeZone",
    ]

    func checkParameters(of target: RequestTarget) throws(HTTPFailure) {
        try parameters.check(target.query)
    }

    /// As `Allow` lists them.
    var allowedMethods: String { methods.map(\.rawValue).joined(separator: ", ") }
}
