import EventLog
import NIOHTTP1

/// What goes back for one request.
struct HTTPAnswer: Sendable {
    var status: HTTPResponseStatus
    var contentType = "application/json"
    var headers: [(name: String, value: String)] = []
    var body: [UInt8] = []
    /// Sent instead of `body`, piece by piece as the client takes it.
    var file: FileReader?
    /// Sent instead of `body`, while it is made. The connection ends behind it.
    var stream: (any StreamedBody)?

    /// `{"data":…,"meta":{"requestId":"req_…",…}}`
    /// - Parameters:
    ///   - data: one JSON value.
    ///   - meta: further members, each with a comma in front: `,"partial":true`.
    static func success(
        _ data: some Sequence<UInt8>, requestID: String, meta: [UInt8] = []
    ) -> HTTPAnswer {
        var text = JSONText()
        text.raw("{\"data\":")
        text.raw(data)
        text.raw(",\"meta\":{\"requestId\":")
        text.string(requestID)
        text.raw(meta)
        text.raw("}}\n")
        return HTTPAnswer(status: .ok, body: text.bytes)
    }

    /// `{"error":{"code","message","details",…},"meta":{…}}`
    static func failure(_ failure: HTTPFailure, requestID: String) -> HTTPAnswer {
        var text = JSONText()
        text.raw("{\"error\":{\"code\":")
        text.string(failure.code)
        text.raw(",\"message\":")
        text.string(failure.message)
        text.raw(",\"details\":")
        text.details(failure.details)
        if let reason = failure.reason {
            text.raw(",\"reason\":")
            text.string(reason)
        }
        if failure.isRetryable { text.raw(",\"retryable\":true") }
        if let offset = failure.byteOffset {
            text.raw(",\"byteOffset\":")
            text.number(offset)
        }
        if let place = failure.place {
            text.raw(",\"line\":")
            text.number(place.line)
            text.raw(",\"column\":")
            text.number(place.column)
        }
        if let caret = failure.caret {
            text.raw(",\"caret\":")
            text.string(caret)
        }
        text.raw("}")
        if let data = failure.data {
            text.raw(",\"data\":")
            text.raw(data)
        }
        text.raw(",\"meta\":{\"requestId\":")
        text.string(requestID)
        text.raw("}}\n")
        var headers: [(name: String, value: String)] = []
        if !failure.allowedMethods.isEmpty {
            let methods = failure.allowedMethods.map(\.rawValue).joined(separator: ", ")
            headers.append((name: "Allow", value: methods))
        }
        headers += failure.headers
        if failure.isRetryable {
            let seconds = String(failure.retryAfterSeconds)
            headers.append((name: "Retry-After", value: seconds))
        }
        return HTTPAnswer(status: failure.status, headers: headers, body: text.bytes)
    }
}

extension HTTPAnswer {
    /// What may be asked of a path. There is nothing for pages of other origins (CORS) in it.
    static func methods(of route: Route) -> HTTPAnswer {
        HTTPAnswer(
            status: .noContent, headers: [(name: "Allow", value: route.allowedMethods)], body: [])
    }
}

/// Why a request has no answer: the error envelope of the specification, section 1.4.
struct HTTPFailure: Error {
    var status: HTTPResponseStatus
    var code: String
    var message: String
    var details: [Refusal.Detail] = []
    /// `disk_full`, `io`, `deadline` …; `nil` where the code says it all.
    var reason: String?
    /// Where the text of a query is wrong, from 1.
    var place: (line: Int, column: Int)?
    var caret: String?
    /// For 405.
    var allowedMethods: [HTTPMethod] = []
    var headers: [(name: String, value: String)] = []
    /// Where in the body the bytes stop making sense, from 0.
    var byteOffset: Int?
    /// JSON: what was done all the same.
    var data: [UInt8]?
    /// When to try again, if that makes sense at all.
    var retryAfterSeconds = 1
    /// What follows on the connection is not worth reading, or cannot be trusted.
    var endsConnection = false
    /// The same request may succeed a moment later.
    var isRetryable: Bool {
        status == .serviceUnavailable || status == .tooManyRequests || reason == "in_progress"
    }

    init(
        _ status: HTTPResponseStatus, _ code: String, _ message: String, reason: String? = nil,
        details: [Refusal.Detail] = []
    ) {
        self.status = status
        self.code = code
        self.message = message
        self.reason = reason
        self.details = details
    }

    static func invalid(_ message: String) -> HTTPFailure {
        HTTPFailure(.badRequest, "INVALID_REQUEST", message)
    }

    /// The daemon takes nothing of this size.
    static func tooLarge(_ sizeMax: Int) -> HTTPFailure {
        var failure = HTTPFailure(
            .payloadTooLarge, "INVALID_REQUEST", "The body is larger than \(sizeMax) bytes.")
        failure.endsConnection = true
        return failure
    }

    /// One event was refused, and it was all there was.
    init(_ refusal: Refusal) {
        self.init(
            refusal.code.status, refusal.code.rawValue, refusal.message, details: refusal.details)
        byteOffset = refusal.byteOffset
    }

    static func missing(_ field: String) -> HTTPFailure {
        HTTPFailure(
            .badRequest, "MISSING_PARAMETER", "\(field) is missing.",
            details: [Refusal.Detail(field: field, reason: "missing")])
    }

    static func store(_ error: StoreError) -> HTTPFailure {
        HTTPFailure(
            .serviceUnavailable, "SERVICE_UNAVAILABLE", "\(error.sentence) Try again later.",
            reason: error.reason)
    }
}

extension Refusal.Code {
    /// The status that says the same.
    var status: HTTPResponseStatus {
        switch self {
        case .invalidRequest, .validationError: .badRequest
        case .unauthorized, .keyRevoked, .keyExpired: .unauthorized
        case .forbidden, .environmentMismatch: .forbidden
        case .gone: .gone
        case .serviceUnavailable: .serviceUnavailable
        }
    }
}
