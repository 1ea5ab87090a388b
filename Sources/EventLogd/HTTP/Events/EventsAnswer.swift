import EventLog
import NIOHTTP1

/// The answer to a request with events (specification, A31 and A32, and what we add to them).
struct EventsAnswer: Sendable {
    /// Which of the documented shapes the request calls for.
    enum Form: Sendable, Hashable {
        /// `{"received":true,"eventId":"evt_…"}`
        case single
        /// `{"received":3,"failed":0,…}`
        case list
        /// `{"status":"ok"}`
        case identity
    }

    let form: Form
    let document: DecodedDocument
    let requestID: String
    let limits: DaemonLimits

    /// What to say once the store has taken the batch.
    func answer(_ result: AppendResult) -> HTTPAnswer {
        switch form {
        case .single, .identity:
            if let refusal = document.refusals.first {
                return .failure(HTTPFailure(refusal), requestID: requestID)
            }
            guard result.erasedRows.isEmpty else {
                return .failure(HTTPFailure(Refusal.erased(line: 0)), requestID: requestID)
            }
            return .success(single(result), requestID: requestID)
        case .list:
            return .success(list(result), requestID: requestID)
        }
    }

    private func single(_ result: AppendResult) -> [UInt8] {
        var text = JSONText()
        text.raw(form == .identity ? "{\"status\":\"ok\"" : "{\"received\":true")
        if let placement = result.placement {
            document.batch.forEachEventID(placement) { id, _ in
                text.raw(",\"eventId\":")
                text.string(id)
            }
        }
        if result.duplicates > 0 { text.raw(",\"duplicate\":true") }
        if result.adjusted > 0 { text.raw(",\"adjusted\":true") }
        text.raw("}")
        return text.bytes
    }

    /// The status is 200 also if every event was refused: the request itself was understood and
    /// carried out, and a client that sends again what fails would send the same bad events for
    /// ever.
    private func list(_ result: AppendResult) -> [UInt8] {
        var counts = AckCounts()
        counts.stored = UInt64(result.stored)
        counts.duplicates = UInt64(result.duplicates)
        counts.adjusted = UInt64(result.adjusted)
        counts.failed = UInt64(document.eventCount - result.stored - result.duplicates)
        var errors = ErrorList(limits: limits)
        let erased = document.places(ofRows: result.erasedRows).map { Refusal.erased(line: $0) }
        for refusal in (document.refusals + erased).sorted(by: { $0.line < $1.line }) {
            errors.add(refusal, place: "index")
        }
        var text = JSONText()
        text.raw("{")
        text.counts(counts)
        appendIDs(to: &text, result)
        errors.finish(&text)
        text.raw("}")
        return text.bytes
    }

    private func appendIDs(to text: inout JSONText, _ result: AppendResult) {
        var ids = JSONText()
        var refused = document.refusals[...]
        var index: UInt64 = 0
        func skipRefused() {
            while refused.first?.line == index {
                refused.removeFirst()
                ids.raw(index == 0 ? "null" : ",null")
                index += 1
            }
        }
        var row = 0
        var erased = result.erasedRows[...]
        if let placement = result.placement {
            document.batch.forEachEventID(placement) { id, _ in
                let isErased = erased.first == row
                if isErased { erased.removeFirst() }
                row += 1
                guard ids.bytes.count <= limits.answerIDsSizeMax else { return }
                skipRefused()
                if index > 0 { ids.raw(",") }
                if isErased { ids.raw("null") } else { ids.string(id) }
                index += 1
            }
        }
        skipRefused()
        if ids.bytes.count <= limits.answerIDsSizeMax {
            text.raw(",\"eventIds\":[")
            text.raw(ids.bytes)
            text.raw("]")
        } else {
            text.raw(",\"eventIdsOmitted\":true")
        }
    }
}

/// The error objects of an answer, within bounds; the others are counted.
struct ErrorList {
    private let limits: DaemonLimits
    private var text = JSONText()
    private var count = 0
    private var omitted = 0

    init(limits: DaemonLimits) {
        self.limits = limits
    }

    /// - Parameter place: what the refusal's number is called: `index` in a list, `line` in a
    ///   stream.
    mutating func add(_ refusal: Refusal, place: StaticString) {
        var entry = JSONText()
        entry.raw(count == 0 ? "{\"" : ",{\"")
        entry.raw(place)
        entry.raw("\":")
        entry.number(refusal.line)
        if let offset = refusal.byteOffset {
            entry.raw(",\"byteOffset\":")
            entry.number(offset)
        }
        entry.raw(",\"code\":")
        entry.string(refusal.code.rawValue)
        entry.raw(",\"message\":")
        entry.string(refusal.message)
        entry.raw(",\"details\":")
        entry.details(refusal.details)
        entry.raw("}")
        guard count < limits.answerErrorCountMax,
            text.bytes.count + entry.bytes.count <= limits.answerErrorsSizeMax
        else {
            omitted += 1
            return
        }
        text.raw(entry.bytes)
        count += 1
    }

    /// Writes the members `errors` and, if it says something, `errorsOmitted`.
    func finish(_ answer: inout JSONText) {
        answer.raw(",\"errors\":[")
        answer.raw(text.bytes)
        answer.raw("]")
        if omitted > 0 {
            answer.raw(",\"errorsOmitted\":")
            answer.number(omitted)
        }
    }
}

extension JSONText {
    /// `received` counts every event that is safe, repeats included.
    mutating func counts(_ counts: AckCounts) {
        raw("\"received\":")
        number(counts.stored + counts.duplicates)
        raw(",\"failed\":")
        number(counts.failed)
        raw(",\"duplicates\":")
        number(counts.duplicates)
        raw(",\"adjusted\":")
        number(counts.adjusted)
    }
}
