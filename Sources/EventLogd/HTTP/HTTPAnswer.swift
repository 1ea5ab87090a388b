import EventLog
import NIOHTTP1

/// What goes back for one request.
struct HTTPAnswer: Sendable {
    var status: HTTPResponseStatus
    var contentType = "application/json"
    var headers: [(name: String, value: String)] = []
    var body: [UInt8]

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
        text.raw(",\"details\":[")
        for (position, detail) in failure.details.enumerated() {
            if position > 0 { text.raw(",") }
            text.raw("{\"field\":")
            text.string(detail.field)
            text.raw(",\"reason\":")
            text.string(detail.reason)
            text.raw("}")
        }
        text.raw("]")
        if let reason = failure.reason {
            text.raw(",\"reason\":")
            text.string(reason)
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
        text.raw("},\"meta\":{\"requestId\":")
        text.string(requestID)
        text.raw("}}\n")
        var headers: [(name: String, value: String)] = []
        if !failure.allowedMethods.isEmpty {
            let methods = failure.allowedMethods.map(\.rawValue).joined(separator: ", ")
            headers.append((name: "Allow", value: methods))
        }
        headers += failure.headers
        return HTTPAnswer(status: failure.status, headers: headers, body: text.bytes)
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
