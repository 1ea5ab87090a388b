import FoundationEssentials

/// One line that the daemon answers on an NDJSON stream (specification, section 1.3).
struct StreamAnswer: Decodable {
    /// Counts everything since the connection began.
    struct Acknowledgement: Decodable, Equatable {
        var lines: UInt64 = 0
        var stored: UInt64 = 0
        var duplicates: UInt64 = 0
        var failed: UInt64 = 0
        var adjusted: UInt64 = 0
        var durable = true
        var final: Bool?
    }

    struct Refusal: Decodable, Equatable {
        struct Detail: Decodable, Equatable {
            var field: String
            var reason: String
        }

        /// Physical line on this connection, from 1; 0: the connection itself is refused.
        var line: UInt64
        var code: String
        var message: String
        var details: [Detail]?

        /// Whether the line is good and sending it again later is right.
        var isRetryable: Bool { code == "SERVICE_UNAVAILABLE" }

        /// `VALIDATION_ERROR contentId is missing (contentId: missing)`, harmless to print.
        var sentence: String {
            let fields = (details ?? []).map { "\($0.field): \($0.reason)" }
            let list = fields.isEmpty ? "" : " (\(fields.joined(separator: ", ")))"
            return harmless("\(code) \(message)\(list)")
        }
    }

    var ack: Acknowledgement?
    var error: Refusal?

    init(line: ArraySlice<UInt8>) throws(ToolFailure) {
        do {
            self = try JSONDecoder().decode(StreamAnswer.self, from: Data(line))
        } catch {
            let text = harmless(String(decoding: line.prefix(200), as: UTF8.self))
            throw ToolFailure("this is no eventlogd: it answered \(text)")
        }
    }
}
