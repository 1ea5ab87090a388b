import EventLog
import NIOHTTP1
import Query

extension ExportJob {
    /// What is told of a job (specification, C2): fields that have no value yet are null.
    var json: [UInt8] {
        var text = JSONText()
        text.raw(receipt.dropLast())
        text.raw(",\"request\":")
        text.raw(request?.json ?? Array("null".utf8))
        text.raw("}")
        return text.bytes
    }

    /// The same without what was asked for, for whoever has just asked: such an answer may be kept for
    /// repeats of the request, and ids of persons are not to be kept with it.
    var receipt: [UInt8] {
        var text = JSONText()
        func field(_ name: StaticString, _ value: String?) {
            text.raw(",\"")
            text.raw(name)
            text.raw("\":")
            if let value { text.string(value) } else { text.raw("null") }
        }
        func number(_ name: StaticString, _ value: Int?) {
            text.raw(",\"")
            text.raw(name)
            text.raw("\":")
            if let value { text.number(value) } else { text.raw("null") }
        }
        text.raw("{\"jobId\":")
        text.string(id)
        field("kind", isUser ? "user" : "range")
        field("status", status.rawValue)
        number("progress", progress)
        number("processedRows", counts.processedRows)
        number("estimatedRowCount", counts.estimatedRowCount)
        number("rowCount", status == .complete || status == .expired ? counts.rowCount : nil)
        number("fileSize", fileSize)
        field("createdAt", TimestampText.text(of: createdAt))
        field("startedAt", startedAt.map(TimestampText.text))
        field("finishedAt", finishedAt.map(TimestampText.text))
        field("expiresAt", expiresAt.map(TimestampText.text))
        field("createdBy", producer)
        text.raw(",\"partial\":")
        text.bool(damageCount > 0)
        field("downloadUrl", status == .complete ? Route.exportPrefix + id + "/download" : nil)
        text.raw(",\"error\":")
        if let failure {
            text.raw("{\"reason\":")
            text.string(failure.reason)
            text.raw(",\"message\":")
            text.string(failure.message)
            text.raw("}")
        } else {
            text.raw("null")
        }
        text.raw("}")
        return text.bytes
    }

    /// Under which a client may store the file. A person's id is in no name.
    var fileName: String {
        guard let request else { return id }
        return switch request.subject {
        case .user: "eventlog-user-\(id).\(request.fileExtension)"
        case .range(let range):
            "eventlog-\(range.days.lowerBound.text)-\(range.days.upperBound.text)."
                + request.fileExtension
        }
    }
}

extension HTTPFailure {
    init(_ refusal: ExportJobs.Refusal) {
        switch refusal {
        case .quota(let countMax, let isUser, let retryAfter):
            self.init(
                .tooManyRequests, "QUOTA_EXCEEDED",
                "\(countMax) \(isUser ? "users" : "ranges") may be exported in 24 hours.",
                reason: "limit")
            retryAfterSeconds = Int(clamping: (retryAfter + 999_999) / 1_000_000)
        case .unknown:
            self.init(.notFound, "NOT_FOUND", "There is no such export.")
        case .wrongStatus(let job):
            switch job.status {
            case .queued, .processing:
                self.init(
                    .conflict, "CONFLICT", "The export is not there yet: it is \(job.status).",
                    reason: job.status.rawValue)
            case .expired:
                self.init(
                    .gone, "GONE", job.failure?.message ?? "The file's time is over.",
                    reason: job.failure?.reason ?? "expired")
            case .complete, .failed, .cancelled:
                self.init(
                    .conflict, "CONFLICT", "The export has ended: it is \(job.status).",
                    reason: job.status.rawValue)
            }
        }
    }
}
