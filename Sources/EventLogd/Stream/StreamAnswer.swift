package import EventLog

/// The lines that the daemon writes on an NDJSON stream (specification, section 1.3).
///
/// The form is fixed: clients of others read it. New members may be added, none may go.
package enum StreamAnswer {
    /// `{"ack":{"lines":120,"stored":117,"duplicates":2,"failed":1,"adjusted":0,"durable":true}}`
    package static func ack(
        _ counts: AckCounts, isDurable: Bool, isFinal: Bool, controlsOmitted: Int = 0
    ) -> [UInt8] {
        var text = JSONText()
        text.raw("{")
        appendAck(
            to: &text, counts, isDurable: isDurable, isFinal: isFinal,
            controlsOmitted: controlsOmitted)
        text.raw("}\n")
        return text.bytes
    }

    /// `{"sync":"x","ack":{…}}`
    package static func sync(id: String?, _ counts: AckCounts) -> [UInt8] {
        var text = JSONText()
        text.raw("{\"sync\":")
        appendID(to: &text, id)
        text.raw(",")
        appendAck(to: &text, counts, isDurable: true, isFinal: false, controlsOmitted: 0)
        text.raw("}\n")
        return text.bytes
    }

    /// `{"sync":"x","error":{…}}`: the sync that was asked for failed.
    package static func failedSync(id: String?, _ failure: StreamFailure) -> [UInt8] {
        var text = JSONText()
        text.raw("{\"sync\":")
        appendID(to: &text, id)
        text.raw(",")
        appendError(to: &text, failure)
        text.raw("}\n")
        return text.bytes
    }

    /// `{"pong":true}`
    package static func pong() -> [UInt8] {
        var text = JSONText()
        text.raw("{\"pong\":true}\n")
        return text.bytes
    }

    /// `{"error":{"line":57,"code":"VALIDATION_ERROR","message":"…","details":[…]}}`
    package static func error(_ failure: StreamFailure) -> [UInt8] {
        var text = JSONText()
        text.raw("{")
        appendError(to: &text, failure)
        text.raw("}\n")
        return text.bytes
    }

    private static func appendAck(
        to text: inout JSONText, _ counts: AckCounts, isDurable: Bool, isFinal: Bool,
        controlsOmitted: Int
    ) {
        text.raw("\"ack\":{\"lines\":")
        text.number(counts.lines)
        text.raw(",\"stored\":")
        text.number(counts.stored)
        text.raw(",\"duplicates\":")
        text.number(counts.duplicates)
        text.raw(",\"failed\":")
        text.number(counts.failed)
        text.raw(",\"adjusted\":")
        text.number(counts.adjusted)
        text.raw(",\"durable\":")
        text.bool(isDurable)
        if counts.controls > 0 {
            text.raw(",\"controls\":")
            text.number(counts.controls)
        }
        if counts.errorsOmitted > 0 {
            text.raw(",\"errorsOmitted\":")
            text.number(counts.errorsOmitted)
        }
        if controlsOmitted > 0 {
            text.raw(",\"controlsOmitted\":")
            text.number(controlsOmitted)
        }
        if isFinal { text.raw(",\"final\":true") }
        text.raw("}")
    }

    private static func appendError(to text: inout JSONText, _ failure: StreamFailure) {
        let refusal = failure.refusal
        text.raw("\"error\":{\"line\":")
        text.number(refusal.line)
        if let offset = refusal.byteOffset {
            text.raw(",\"byteOffset\":")
            text.number(offset)
        }
        text.raw(",\"code\":")
        text.string(refusal.code.rawValue)
        if let reason = failure.reason {
            text.raw(",\"reason\":")
            text.string(reason)
            text.raw(",\"retryable\":true")
        }
        text.raw(",\"message\":")
        text.string(refusal.message)
        text.raw(",\"details\":")
        text.details(refusal.details)
        text.raw("}")
    }

    private static func appendID(to text: inout JSONText, _ id: String?) {
        if let id { text.string(id) } else { text.raw("null") }
    }
}

/// Why one line was not stored.
package struct StreamFailure: Sendable, Hashable {
    package var refusal: Refusal
    /// `disk_full` or `io` if the line is good and the store is not: sending it again is right.
    package var reason: String?

    package init(_ refusal: Refusal) {
        self.refusal = refusal
    }

    /// The line was good, but the store could not take it.
    package init(line: UInt64, _ error: StoreError) {
        refusal = Refusal(
            line: line, code: .serviceUnavailable,
            message: "\(error.sentence) The event was not stored; send it again later.")
        reason = error.reason
    }
}
