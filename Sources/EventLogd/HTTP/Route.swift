import NIOHTTP1

/// What can be asked for over HTTP: one case a resource, one table of paths.
enum Route: Sendable, CaseIterable {
    case query, status, health, seal
    case quarantineReplay, quarantineDrop

    var path: String {
        switch self {
        case .query: "/v1/query"
        case .status: "/v1/status"
        case .health: "/healthz"
        case .seal: "/v1/seal"
        case .quarantineReplay: "/v1/quarantine/replay"
        case .quarantineDrop: "/v1/quarantine/drop"
        }
    }

    var methods: [HTTPMethod] {
        switch self {
        case .query: [.GET, .POST]
        case .status, .health: [.GET, .HEAD]
        case .seal, .quarantineReplay, .quarantineDrop: [.POST]
        }
    }

    static func find(_ method: HTTPMethod, _ path: String) throws(HTTPFailure) -> Route {
        guard let route = allCases.first(where: { $0.path == path }) else {
            throw HTTPFailure(.notFound, "NOT_FOUND", "There is nothing at this path.")
        }
        guard route.methods.contains(method) else {
            var failure = HTTPFailure(
                .methodNotAllowed, "INVALID_REQUEST",
                "\(path) takes \(route.methods.map(\.rawValue).joined(separator: " or ")).")
            failure.allowedMethods = route.methods
            throw failure
        }
        return route
    }
}
