import Columns
import FoundationEssentials
import Query
import Shell

extension DaemonClient {
    /// Asks a question over `POST /v1/query`.
    func answer(_ question: Question) throws -> Answer {
        struct Body: Encodable {
            var query: String
            var parameters: [String: JSONScalar]
            var format: String
            var width: Int?
            /// Said only if it is not what every daemon takes it to be.
            var charset: String?
            var expanded: String?
            var timeout: Double?
        }
        let format = question.format
        let body = try JSONEncoder().encode(
            Body(
                query: question.text,
                parameters: question.parameters.mapValues { JSONScalar(value: $0) },
                format: format.rawValue,
                // A terminal may be narrower or wider than what the daemon lays out for.
                width: question.layout.width.map { min(max($0, 20), 1_000) },
                charset: question.layout.charset == .unicode
                    ? nil : question.layout.charset.rawValue,
                expanded: question.layout.expanded == .off
                    ? nil : question.layout.expanded.rawValue, timeout: question.timeout))
        let response = try require(
            "POST", "/v1/query", accept: format.mediaType, body: Array(body))
        var answer = Answer(
            document: response.body, isPartial: response.header("x-eventlog-partial") == "true",
            damage: response.headers.filter { $0.name == "x-eventlog-damage" }.map(\.value),
            notices: response.headers.filter { $0.name == "x-eventlog-notice" }.map(\.value))
        if format == .json { try Self.unwrap(&answer) }
        return answer
    }

    /// The tables of `GET /v1/tables`; none if the daemon does not know that question.
    func tables() throws -> [TableDescription] {
        struct Envelope: Decodable {
            struct Body: Decodable { var tables: [TableDescription] }
            var data: Body
        }
        let response = try ask("GET", "/v1/tables")
        guard response.status == 200 else { return [] }
        let envelope = try? JSONDecoder().decode(Envelope.self, from: Data(response.body))
        return envelope?.data.tables ?? []
    }

    /// Takes the result out of `{"data":…,"meta":…}`, byte for byte, so that numbers stay as they are
    /// written and an offline store answers with the same bytes.
    static func unwrap(_ answer: inout Answer) throws(ToolFailure) {
        let opening = Array(#"{"data":"#.utf8)
        // Within strings quotes are escaped, so these bytes are the member's name wherever they stand.
        let divider = Array(#","meta":{"requestId":"#.utf8)
        let body = answer.document
        guard body.starts(with: opening), let end = body.lastRange(of: divider) else {
            throw ToolFailure("this is no eventlogd: its answer has no data")
        }
        if let meta = try? JSONDecoder().decode(Meta.self, from: Data([0x7B] + body[(end + 1)...]))
        {
            answer.isPartial = answer.isPartial || meta.meta.partial == true
            let damage = meta.meta.damage ?? []
            if !damage.isEmpty { answer.damage = damage.map { "\($0.file): \($0.message)" } }
        }
        answer.document = Array(body[opening.count..<end]) + [0x0A]
    }

    private struct Meta: Decodable {
        struct Damage: Decodable {
            var file: String
            var message: String
        }
        struct Body: Decodable {
            var partial: Bool?
            var damage: [Damage]?
        }
        var meta: Body
    }
}

extension [UInt8] {
    /// Where the last occurrence of `pattern` begins.
    fileprivate func lastRange(of pattern: [UInt8]) -> Int? {
        guard !pattern.isEmpty, count >= pattern.count else { return nil }
        return stride(from: count - pattern.count, through: 0, by: -1).first {
            self[$0] == pattern[0] && self[$0...].starts(with: pattern)
        }
    }
}
