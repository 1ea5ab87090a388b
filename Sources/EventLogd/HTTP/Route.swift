import NIOHTTP1

/// What can be asked for over HTTP: one case a resource, one table of paths.
enum Route: Sendable, CaseIterable {
    case query, status, health, seal, metrics, keys, key

    var path: String {
        switch self {
        case .query: "/v1/query"
        case .status: "/v1/status"
        case .health: "/healthz"
        case .seal: "/v1/seal"
        case .metrics: "/metrics"
        case .keys: "/v1/keys"
        case .key: "/v1/keys/{id}"
        }
    }

    /// What the asker must be allowed to do.
    var role: Role {
        switch self {
        case .query, .status, .health, .metrics: .read
        case .seal, .keys, .key: .admin
        }
    }

    /// Whether a path of a request leads here; `{id}` stands for one component that is not empty.
    func matches(_ path: String) -> Bool {
        guard self.path.hasSuffix("/{id}") else { return path == self.path }
        let prefix = self.path.dropLast("{id}".count)
        let rest = path.dropFirst(prefix.count)
        return path.hasPrefix(prefix) && !rest.isEmpty && !rest.contains("/")
    }

    var methods: [HTTPMethod] {
        switch self {
        case .query: [.GET, .POST]
        case .status, .health, .metrics: [.GET, .HEAD]
        case .seal: [.POST]
        case .keys: [.GET, .POST]
        case .key: [.DELETE]
        }
    }

    /// What a path means, whatever the method.
    static func named(_ path: String) -> Route? { allCases.first { $0.matches(path) } }

    static func find(_ method: HTTPMethod, _ path: String) throws(HTTPFailure) -> Route {
        guard let route = named(path) else {
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
