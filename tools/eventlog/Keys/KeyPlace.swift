import EventLog
import FoundationEssentials
import Keys

/// A key as it is shown: everything but the key.
struct KeyReport: Codable {
    var id: String
    var name: String
    var kind: String
    var environment: String
    var state: String
    var created: Date
    var expires: Date?
    var revoked: Date?
    var lastUsedDay: String?

    init(_ record: KeyRecord) {
        id = record.id
        name = record.name
        kind = record.kind.rawValue
        environment = record.environment.rawValue
        state = record.state(at: Date()).rawValue
        created = record.created
        expires = record.expires
        revoked = record.revoked
        lastUsedDay = record.lastUsedDay
    }
}

/// Where keys are made: by the daemon, or in the store of one that does not run.
enum KeyPlace {
    case daemon(DaemonClient)
    /// The store's directory, and which keys it takes.
    case store(String, KeyEnvironment)

    func create(
        name: String, kind: KeyRecord.Kind, expiresIn: TimeInterval?
    ) throws -> (key: String, report: KeyReport) {
        switch self {
        case .daemon(let client):
            struct Order: Encodable {
                var name: String
                var kind: KeyRecord.Kind
                var expiresIn: TimeInterval?
            }
            struct Key: Decodable { var key: String }
            let body = try JSONEncoder().encode(
                Order(name: name, kind: kind, expiresIn: expiresIn))
            let response = try client.require("POST", "/v1/keys", body: Array(body))
            let key: Key = try Self.data(of: response)
            guard KeyText(key.key) != nil else {
                throw ToolFailure("this is no eventlogd: its answer has no key")
            }
            return (key.key, try Self.data(of: response))
        case .store(let path, let environment):
            let now = Date()
            return try Self.change(path) { ring throws(KeyError) in
                var random = SystemRandomNumberGenerator()
                let (record, key) = try ring.create(
                    name: name, kind: kind, environment: environment, now: now,
                    expires: expiresIn.map { now.addingTimeInterval($0) }, using: &random)
                return (key.text, KeyReport(record))
            }
        }
    }

    func list() throws -> [KeyReport] {
        switch self {
        case .daemon(let client):
            return try Self.data(of: client.require("GET", "/v1/keys"))
        case .store(let path, _):
            do {
                return try KeyFile(on: PosixDisk(readingOnly: path)).load().records.map(
                    KeyReport.init)
            } catch {
                throw Self.failure(error, path)
            }
        }
    }

    func revoke(_ id: String) throws -> KeyReport {
        switch self {
        case .daemon(let client):
            // Anything else could be another path.
            guard !id.isEmpty, id.utf8.allSatisfy({ $0 > 0x2F && $0 < 0x7F }) else {
                throw ToolFailure(KeyError.notFound.sentence)
            }
            return try Self.data(of: client.require("DELETE", "/v1/keys/\(id)"))
        case .store(let path, _):
            return try Self.change(path) { ring throws(KeyError) in
                KeyReport(try ring.revoke(id: id, now: Date()))
            }
        }
    }

    /// Changes the file under the store's lock, so that no daemon runs meanwhile.
    private static func change<Result>(
        _ path: String, _ body: (inout KeyRing) throws(KeyError) -> Result
    ) throws -> Result {
        do {
            let disk = try PosixDisk(root: path, createIfMissing: false)
            let lock = try disk.lock("LOCK")
            defer { try? disk.close(lock) }
            let file = KeyFile(on: disk)
            var ring = try file.load()
            let result = try body(&ring)
            try file.save(ring)
            return result
        } catch {
            throw failure(error, path)
        }
    }

    private static func failure(_ error: any Error, _ path: String) -> ToolFailure {
        switch error {
        case KeyError.file(let reason): ToolFailure(harmless(reason))
        case let error as KeyError: ToolFailure(error.sentence)
        case let error as DiskError where error.isLocked:
            ToolFailure(
                "a daemon has \(harmless(path)) open; leave --store out and ask it instead")
        default: ToolFailure("\(harmless(path)): \(harmless("\(error)"))")
        }
    }

    private static func data<Value: Decodable>(
        of response: HTTPResponseParser
    ) throws(ToolFailure) -> Value {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        guard
            let envelope = try? decoder.decode(Envelope<Value>.self, from: Data(response.body))
        else { throw ToolFailure("this is no eventlogd: its answer has no data") }
        return envelope.data
    }

    private struct Envelope<Value: Decodable>: Decodable {
        var data: Value
    }
}
