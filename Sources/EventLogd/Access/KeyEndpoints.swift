import EventLog
import FoundationEssentials
import Keys
import Logging
import NIOCore
import NIOHTTP1

/// `/v1/keys`: makes, lists and revokes keys. Each change is durable, and in force, when it is answered.
struct KeyEndpoints: Sendable {
    let keys: KeyKeeper
    let connections: ConnectionTable
    let logger: Logger

    func answer(
        _ request: HTTPRequest, requestID: String, on eventLoop: any EventLoop
    ) -> EventLoopFuture<HTTPAnswer> {
        eventLoop.makeFutureWithTask {
            do {
                switch request.method {
                case .POST: return try await create(request, requestID)
                case .DELETE: return try await revoke(request, requestID)
                default: return try list(requestID)
                }
            } catch let error as KeyError {
                throw HTTPFailure(change: error)
            }
        }
    }

    private struct Order: Decodable {
        var name: String?
        var kind: KeyRecord.Kind?
        /// Seconds.
        var expiresIn: Double?
    }

    private func create(_ request: HTTPRequest, _ requestID: String) async throws -> HTTPAnswer {
        guard
            let order = try? JSONDecoder().decode(
                Order.self, from: Data(request.body.readableBytesView)),
            let kind = order.kind
        else {
            throw HTTPFailure.invalid(
                "The body is a JSON object with kind (publishable or secret) and, if wanted, name "
                    + "(a string) and expiresIn (seconds).")
        }
        let (record, key) = try await keys.create(
            name: order.name ?? "", kind: kind, expiresAfter: order.expiresIn)
        note("a key was made", record, request)
        return try answer(
            Created(key: key.text, record: Shown(record, keys.state(of: record))), requestID)
    }

    private func revoke(_ request: HTTPRequest, _ requestID: String) async throws -> HTTPAnswer {
        let id = String(request.target.path.split(separator: "/").last ?? "")
        let record = try await keys.revoke(id: id)
        connections.end(keyID: record.id)
        note("a key was revoked", record, request)
        return try answer(Shown(record, keys.state(of: record)), requestID)
    }

    /// Who opened the door to whom must be seen afterwards.
    private func note(_ act: Logger.Message, _ record: KeyRecord, _ request: HTTPRequest) {
        logger.notice(
            act,
            metadata: [
                "id": "\(record.id)", "kind": "\(record.kind.rawValue)",
                "by": "\(request.access.producer)", "pid": "\(request.peer.pid)",
            ])
    }

    private func list(_ requestID: String) throws -> HTTPAnswer {
        try answer(keys.records.map { Shown($0, keys.state(of: $0)) }, requestID)
    }

    private func answer(_ value: some Encodable, _ requestID: String) throws -> HTTPAnswer {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return .success(try encoder.encode(value), requestID: requestID)
    }

    /// A key as a list shows it.
    private struct Shown: Encodable {
        var id: String
        var name: String
        var kind: String
        var roles: [String]
        var environment: String
        var state: String
        var created: Date
        var expires: Date?
        var revoked: Date?
        var lastUsedDay: String?

        init(_ record: KeyRecord, _ state: KeyRecord.State) {
            id = record.id
            name = record.name
            kind = record.kind.rawValue
            roles = Set<Role>(record.kind).names
            environment = record.environment.rawValue
            self.state = state.rawValue
            created = record.created
            expires = record.expires
            revoked = record.revoked
            lastUsedDay = record.lastUsedDay
        }
    }

    /// A new key: the only answer that ever holds one.
    private struct Created: Encodable {
        var key: String
        var record: Shown

        func encode(to encoder: any Encoder) throws {
            try record.encode(to: encoder)
            var fields = encoder.container(keyedBy: Name.self)
            try fields.encode(key, forKey: .key)
        }

        private enum Name: String, CodingKey { case key }
    }
}

extension HTTPFailure {
    /// Why a change of the keys was not made.
    fileprivate init(change error: KeyError) {
        switch error {
        case .notFound:
            self.init(.notFound, "NOT_FOUND", error.sentence)
        case .tooMany:
            self.init(.unprocessableEntity, "QUOTA_EXCEEDED", error.sentence, reason: "limit")
        case .file:
            self.init(.serviceUnavailable, "SERVICE_UNAVAILABLE", error.sentence, reason: "keys")
        case .badName:
            self.init(
                .badRequest, "INVALID_PARAMETER", error.sentence,
                details: [.init(field: "name", reason: "not allowed")])
        case .badExpiry:
            self.init(
                .badRequest, "INVALID_PARAMETER", error.sentence,
                details: [.init(field: "expiresIn", reason: "out of range")])
        case .unknown, .revoked, .expired, .wrongEnvironment:
            self.init(.badRequest, "INVALID_REQUEST", error.sentence)
        }
    }
}
