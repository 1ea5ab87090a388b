import EventLog
import NIOHTTP1

/// What can be asked for over HTTP: one case a resource, one table of paths.
enum Route: Sendable, CaseIterable {
    case events, eventBatch, resolveIdentity, clearIdentity
    case tailEvents, exploreEvents
    case query, tables, status, health, metrics, seal, publishIdentity, keys, key
    case quarantineReplay, quarantineDrop
    case content
    case aliasUsers, unaliasUsers, unlinkDevice, squashPersons, compact, expire, snapshot
    case person, explainIdentity, identityDoctor
    case exports, export, cancelExport, exportFile, userExport
    case user, userTraces, erasure
    case overview, contentFigures, contentList, engagement, quality, retention, realtime
    case metric, metricSeries, contentSignals, userSignals
    case openAPI
    case page, pageFile

    private struct Entry {
        var path: String
        var methods: [HTTPMethod]
        /// `nil`: anybody may, with no key either.
        var role: Role?
    }

    private var entry: Entry {
        switch self {
        case .events: Entry(path: "/v1/events", methods: [.POST], role: .ingest)
        case .eventBatch: Entry(path: "/v1/events/batch", methods: [.POST], role: .ingest)
        case .tailEvents: Entry(path: "/v1/events/tail", methods: [.GET], role: .read)
        case .exploreEvents:
            Entry(path: "/v1/events/explore", methods: [.GET, .HEAD], role: .read)
        case .resolveIdentity:
            Entry(path: "/v1/identity/resolve", methods: [.POST], role: .ingest)
        case .clearIdentity: Entry(path: "/v1/identity/clear", methods: [.POST], role: .ingest)
        case .aliasUsers: Entry(path: "/v1/identity/alias", methods: [.POST], role: .admin)
        case .unaliasUsers: Entry(path: "/v1/identity/unalias", methods: [.POST], role: .admin)
        case .unlinkDevice: Entry(path: "/v1/identity/unlink", methods: [.POST], role: .admin)
        case .squashPersons: Entry(path: "/v1/identity/squash", methods: [.POST], role: .admin)
        case .compact: Entry(path: "/v1/compact", methods: [.POST], role: .admin)
        case .expire: Entry(path: "/v1/expire", methods: [.POST], role: .admin)
        case .snapshot: Entry(path: "/v1/snapshot", methods: [.POST], role: .admin)
        case .query: Entry(path: "/v1/query", methods: [.GET, .HEAD, .POST], role: .read)
        case .tables: Entry(path: "/v1/tables", methods: [.GET, .HEAD], role: .read)
        case .status: Entry(path: "/v1/status", methods: [.GET, .HEAD], role: .read)
        case .health: Entry(path: "/healthz", methods: [.GET, .HEAD], role: .read)
        case .metrics: Entry(path: "/metrics", methods: [.GET, .HEAD], role: .read)
        case .seal: Entry(path: "/v1/seal", methods: [.POST], role: .admin)
        case .publishIdentity:
            Entry(path: "/v1/identity/publish", methods: [.POST], role: .admin)
        case .quarantineReplay:
            Entry(path: "/v1/quarantine/replay", methods: [.POST], role: .admin)
        case .quarantineDrop:
            Entry(path: "/v1/quarantine/drop", methods: [.POST], role: .admin)
        case .keys: Entry(path: "/v1/keys", methods: [.GET, .HEAD, .POST], role: .admin)
        case .key: Entry(path: "/v1/keys/{id}", methods: [.DELETE], role: .admin)
        case .person:
            Entry(path: Self.personPrefix + "{id}", methods: [.GET, .HEAD], role: .read)
        case .explainIdentity:
            Entry(path: "/v1/identity/explain", methods: [.GET, .HEAD], role: .read)
        case .identityDoctor:
            Entry(path: "/v1/identity/doctor", methods: [.GET, .HEAD], role: .read)
        case .exports:
            Entry(path: "/v1/analytics/export", methods: [.GET, .HEAD, .POST], role: .read)
        case .export:
            Entry(
                path: Self.exportPrefix + "{id}", methods: [.GET, .HEAD, .DELETE], role: .read)
        case .cancelExport:
            Entry(path: Self.exportPrefix + "{id}/cancel", methods: [.POST], role: .read)
        case .exportFile:
            Entry(path: Self.exportPrefix + "{id}/download", methods: [.GET, .HEAD], role: .read)
        case .userExport:
            Entry(
                path: Self.userPrefix + "{id}" + Self.userExportSuffix, methods: [.POST],
                role: .read)
        case .user: Entry(path: Self.userPrefix + "{id}", methods: [.DELETE], role: .admin)
        case .userTraces:
            Entry(
                path: Self.userPrefix + "{id}" + Self.userTracesSuffix, methods: [.GET, .HEAD],
                role: .admin)
        case .erasure:
            Entry(path: Self.erasurePrefix + "{id}", methods: [.GET, .HEAD], role: .admin)
        case .overview: Entry(path: "/v1/analytics/overview", methods: Self.reading, role: .read)
        case .contentFigures:
            Entry(path: Self.contentFiguresPrefix + "{id}", methods: Self.reading, role: .read)
        case .contentList: Entry(path: "/v1/analytics/content", methods: Self.reading, role: .read)
        case .engagement:
            Entry(path: "/v1/analytics/engagement", methods: Self.reading, role: .read)
        case .quality: Entry(path: "/v1/analytics/quality", methods: Self.reading, role: .read)
        case .retention: Entry(path: "/v1/analytics/retention", methods: Self.reading, role: .read)
        case .realtime: Entry(path: "/v1/analytics/realtime", methods: Self.reading, role: .read)
        case .metric:
            Entry(path: Self.metricPrefix + "{metric}", methods: Self.reading, role: .read)
        case .metricSeries:
            Entry(
                path: Self.metricPrefix + "{metric}" + Self.metricSeriesSuffix,
                methods: Self.reading, role: .read)
        case .contentSignals:
            Entry(path: Self.contentSignalsPrefix + "{id}", methods: Self.reading, role: .read)
        case .userSignals:
            Entry(path: Self.userSignalsPrefix + "{id}", methods: Self.reading, role: .read)
        // For whoever is let in: there is nobody without this role.
        case .openAPI: Entry(path: "/openapi.json", methods: [.GET, .HEAD], role: .ingest)
        case .page: Entry(path: "/", methods: [.GET, .HEAD], role: nil)
        case .pageFile: Entry(path: Self.pagePrefix + "{id}", methods: [.GET, .HEAD], role: nil)
        case .content:
            Entry(
                path: Self.contentPrefix + "{id}", methods: [.GET, .HEAD, .PUT, .DELETE],
                role: .ingest)
        }
    }

    /// What stands in front of a contentId or a personId, which may have slashes of its own.
    static let contentPrefix = "/v1/content/"
    static let personPrefix = "/v1/persons/"
    static let exportPrefix = "/v1/analytics/export/"
    /// What stands around a userId, which may have slashes too.
    static let userPrefix = "/v1/users/"
    static let userExportSuffix = "/export"
    static let userTracesSuffix = "/traces"
    static let erasurePrefix = "/v1/erasures/"
    static let contentFiguresPrefix = "/v1/analytics/content/"
    static let contentSignalsPrefix = "/v1/signals/content/"
    static let userSignalsPrefix = "/v1/signals/users/"
    static let metricPrefix = "/v1/metrics/"
    static let metricSeriesSuffix = "/timeseries"

    private static let reading: [HTTPMethod] = [.GET, .HEAD]
    static let pagePrefix = "/page/"

    var path: String { entry.path }
    var methods: [HTTPMethod] { entry.methods }
    /// Whether it is for everybody who can connect: what it gives is the same for all and no data.
    var isOpen: Bool { entry.role == nil }
    /// What its caller must be allowed to do. Who may send need not be allowed to look.
    func role(for method: HTTPMethod) -> Role? {
        self == .content && (method == .GET || method == .HEAD) ? .read : entry.role
    }

    /// Whether an Idempotency-Key means something: a second run would change something again.
    var isRepeatable: Bool {
        switch self {
        case .events, .eventBatch, .resolveIdentity, .clearIdentity, .seal: true
        case .exports, .userExport: true
        case .export, .cancelExport, .exportFile: false
        case .query, .tables, .status, .health, .metrics, .openAPI: false
        case .overview, .contentFigures, .contentList, .engagement, .quality, .retention,
            .realtime, .metric, .metricSeries, .contentSignals, .userSignals:
            false
        case .tailEvents, .exploreEvents: false
        case .page, .pageFile: false
        case .person, .explainIdentity, .identityDoctor: false
        // A person who was erased is erased again: there may be new events.
        case .user, .userTraces, .erasure: false
        // What is published already stays as it is.
        case .publishIdentity: false
        // What has left the quarantine leaves it once.
        case .quarantineReplay, .quarantineDrop: false
        // A new key is told once, and kept nowhere in clear.
        case .keys, .key: false
        // A place takes one snapshot.
        case .snapshot: false
        // The same again changes nothing.
        case .content, .aliasUsers, .unaliasUsers, .unlinkDevice, .squashPersons, .compact,
            .expire:
            false
        }
    }

    /// Whether the body is events, so that it may be large.
    var takesEvents: Bool { self == .events || self == .eventBatch }

    /// Bytes of a body that is collected, inflated.
    func bodySizeMax(_ limits: DaemonLimits) -> Int {
        if takesEvents { return limits.eventBodySizeMax }
        return self == .content ? Limits.contentDocumentSizeMax : limits.requestBodySizeMax
    }

    private static let byPath = Dictionary(uniqueKeysWithValues: allCases.map { ($0.path, $0) })

    /// What a path means, whatever the method; `{id}` stands for one component that is not empty.
    static func named(_ path: String) -> Route? {
        if let route = byPath[path] { return route }
        if path.hasPrefix(contentPrefix), path.utf8.count > contentPrefix.utf8.count {
            return .content
        }
        if path.hasPrefix(personPrefix), path.utf8.count > personPrefix.utf8.count {
            return .person
        }
        for (prefix, route) in [
            (contentFiguresPrefix, Route.contentFigures),
            (contentSignalsPrefix, .contentSignals), (userSignalsPrefix, .userSignals),
        ] where path.hasPrefix(prefix) && path.utf8.count > prefix.utf8.count {
            return route
        }
        if path.hasPrefix(metricPrefix), path.utf8.count > metricPrefix.utf8.count {
            let isSeries =
                path.hasSuffix(metricSeriesSuffix)
                && path.utf8.count > metricPrefix.utf8.count + metricSeriesSuffix.utf8.count
            return isSeries ? .metricSeries : .metric
        }
        if path.hasPrefix(userPrefix), path.hasSuffix(userExportSuffix),
            path.utf8.count > userPrefix.utf8.count + userExportSuffix.utf8.count
        {
            return .userExport
        }
        if path.hasPrefix(userPrefix), path.utf8.count > userPrefix.utf8.count {
            let isTraces =
                path.hasSuffix(userTracesSuffix)
                && path.utf8.count > userPrefix.utf8.count + userTracesSuffix.utf8.count
            return isTraces ? .userTraces : .user
        }
        if path.hasPrefix(exportPrefix) {
            let parts = path.dropFirst(exportPrefix.count)
                .split(separator: "/", omittingEmptySubsequences: false)
            guard let id = parts.first, !id.isEmpty else { return nil }
            return byPath[exportPrefix + (["{id}"] + parts.dropFirst()).joined(separator: "/")]
        }
        guard let slash = path.lastIndex(of: "/"), path[slash...].count > 1 else { return nil }
        return byPath[path[...slash] + "{id}"]
    }

    /// Any path can be asked what may be asked of it (OPTIONS).
    static func find(_ method: HTTPMethod, _ path: String) throws(HTTPFailure) -> Route {
        guard let route = named(path) else {
            throw HTTPFailure(.notFound, "NOT_FOUND", "There is nothing at this path.")
        }
        guard method == .OPTIONS || route.methods.contains(method) else {
            var failure = HTTPFailure(
                .methodNotAllowed, "INVALID_REQUEST",
                "\(path) takes \(route.methods.map(\.rawValue).joined(separator: " or ")).")
            failure.allowedMethods = route.methods
            throw failure
        }
        return route
    }
}
