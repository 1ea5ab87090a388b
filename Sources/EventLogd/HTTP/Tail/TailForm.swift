import EventLog

/// How a tail is written.
///
/// A line with the member `event` is an event; every other line has one member, which says what it is.
/// ```
/// {"cursor":"…","seq":7,"receivedAt":"…","event":{…}}    an event, as a line of `eventlog dump`
/// {"heartbeat":{"cursor":"…"}}                           nothing new up to here
/// {"missed":{"from":8,"to":90,"events":83,"reason":"expired","cursor":"…"}}
/// {"damage":{"file":"…","message":"…"}}                  something could not be read
/// {"end":{"reason":"shutdown","cursor":"…"}}             the last line
/// ```
package enum TailForm: Sendable, Hashable {
    /// One JSON object a line.
    case lines
    /// Server-sent events (HTML standard, section 9.2): an event's id is its cursor, heart-beats are comments.
    case serverSentEvents

    var contentType: String {
        switch self {
        case .lines: "application/x-ndjson"
        case .serverSentEvents: "text/event-stream"
        }
    }

    /// Writes what stands in front of an event's JSON.
    /// - Parameter receivedAt: µs since 1970 UTC.
    func openEvent(_ cursor: TailCursor, receivedAt: Int64, to text: inout [UInt8]) {
        if self == .serverSentEvents {
            text.append(contentsOf: "id: ".utf8)
            cursor.append(to: &text)
            text.append(contentsOf: "\ndata: ".utf8)
        }
        text.append(contentsOf: "{\"cursor\":\"".utf8)
        cursor.append(to: &text)
        text.append(contentsOf: "\",\"seq\":".utf8)
        text.append(contentsOf: String(cursor.seq).utf8)
        text.append(contentsOf: ",\"receivedAt\":\"".utf8)
        RFC3339.append(receivedAt, to: &text)
        text.append(contentsOf: "\",\"event\":".utf8)
    }

    /// Writes what stands behind an event's JSON, which ends with a line feed.
    func closeEvent(to text: inout [UInt8]) {
        text.removeLast()
        text.append(contentsOf: (self == .lines ? "}\n" : "}\n\n").utf8)
    }

    func heartbeat(_ cursor: TailCursor) -> [UInt8] {
        switch self {
        case .lines: control("heartbeat", cursor) { _ in }
        // Without data there is no event, but the id counts.
        case .serverSentEvents: Array(": heartbeat\nid: \(cursor.text)\n\n".utf8)
        }
    }

    func missed(
        _ range: ClosedRange<Int64>, reason: String, _ cursor: TailCursor
    ) -> [UInt8] {
        control("missed", cursor) { text in
            text.raw("\"from\":")
            text.number(range.lowerBound)
            text.raw(",\"to\":")
            text.number(range.upperBound)
            text.raw(",\"events\":")
            text.number(range.count)
            text.raw(",\"reason\":")
            text.string(reason)
            text.raw(",")
        }
    }

    func damage(file: String, message: String, _ cursor: TailCursor) -> [UInt8] {
        control("damage", cursor) { text in
            text.raw("\"file\":")
            text.string(file)
            text.raw(",\"message\":")
            text.string(message)
            text.raw(",")
        }
    }

    func end(_ reason: String, message: String? = nil, _ cursor: TailCursor) -> [UInt8] {
        control("end", cursor) { text in
            text.raw("\"reason\":")
            text.string(reason)
            if let message {
                text.raw(",\"message\":")
                text.string(message)
            }
            text.raw(",")
        }
    }

    private func control(
        _ name: StaticString, _ cursor: TailCursor, _ write: (inout JSONText) -> Void
    ) -> [UInt8] {
        var text = JSONText()
        if self == .serverSentEvents {
            text.raw("event: ")
            text.raw(name)
            text.raw("\nid: ")
            text.raw(cursor.text.utf8)
            text.raw("\ndata: ")
        }
        text.raw("{\"")
        text.raw(name)
        text.raw("\":{")
        write(&text)
        text.raw("\"cursor\":")
        text.string(cursor.text)
        text.raw(self == .lines ? "}}\n" : "}}\n\n")
        return text.bytes
    }
}
