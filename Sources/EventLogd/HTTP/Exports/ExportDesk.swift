import EventLog
import NIOCore
import NIOHTTP1
import NIOPosix

/// Exports over HTTP: of a range, of a user, and what becomes of them (specification, 1.4, C2;
/// docs/Export.md).
struct ExportDesk: Sendable {
    /// Jobs of a page (specification, C17).
    static let pageSizes = 1...100
    static let pageSize = 20

    /// `nil`: this daemon has no place for them.
    let exporter: Exporter?
    let writer: Writer

    func answer(
        _ request: HTTPRequest, _ keep: KeepAnswer?, on eventLoop: any EventLoop
    ) -> EventLoopFuture<HTTPAnswer> {
        guard let exporter else {
            return eventLoop.makeFailedFuture(
                HTTPFailure(
                    .serviceUnavailable, "SERVICE_UNAVAILABLE", "This daemon keeps no exports."))
        }
        // All of it waits for the disk.
        let answer = NIOThreadPool.singleton.runIfActive(eventLoop: eventLoop) {
            do {
                return try act(request, exporter)
            } catch let error as ExportJobs.Refusal {
                throw HTTPFailure(error)
            } catch let error as Refusal {
                throw HTTPFailure(error)
            }
        }
        guard let keep, request.method == .POST else { return answer }
        let nothing = EventBatch(producer: request.producer, peer: request.peer, receivedAt: 0)
        return answer.flatMap { keep($0, nothing, writer, on: eventLoop) }
    }

    private func act(_ request: HTTPRequest, _ exporter: Exporter) throws -> HTTPAnswer {
        switch (request.route, request.method) {
        case (.exports, .POST): return try submit(request, exporter)
        case (.userExport, _): return try submit(request, exporter)
        case (.exports, _): return try list(request, exporter)
        case (.cancelExport, _):
            let job = try ownJob(of: request, exporter)
            return .success(try exporter.cancel(job.id).json, requestID: request.id)
        case (.export, .DELETE):
            let job = try ownJob(of: request, exporter)
            let ended =
                job.status == .complete
                ? try exporter.delete(job.id) : try exporter.cancel(job.id)
            return .success(ended.json, requestID: request.id)
        case (.exportFile, _): return try download(request, exporter)
        default: return .success(try job(of: request, exporter).json, requestID: request.id)
        }
    }

    private func submit(_ request: HTTPRequest, _ exporter: Exporter) throws -> HTTPAnswer {
        let body = Array(request.body.readableBytesView)
        let wanted =
            if request.route == .userExport {
                try ExportRequest(user: request.target.exportedUser, from: body)
            } else {
                try ExportRequest(rangeFrom: body, daysMax: exporter.limits.rangeDaysMax)
            }
        let job = try exporter.submit(wanted, producer: request.producer)
        var answer = HTTPAnswer.success(job.receipt, requestID: request.id)
        answer.status = .accepted
        answer.headers.append((name: "Location", value: Route.exportPrefix + job.id))
        return answer
    }

    private func list(_ request: HTTPRequest, _ exporter: Exporter) throws -> HTTPAnswer {
        var count = Self.pageSize
        if let text = request.target.query["limit"] {
            guard let number = Int(text), Self.pageSizes.contains(number) else {
                throw HTTPFailure.wrong("limit", "limit is a number, 1 to 100.")
            }
            count = number
        }
        guard
            let page = exporter.page(after: request.target.query["cursor"], count: count)
        else { throw HTTPFailure.wrong("cursor", "cursor is the nextCursor of another page.") }
        var text = JSONText()
        text.raw("{\"exports\":[")
        for (place, job) in page.jobs.enumerated() {
            if place > 0 { text.raw(",") }
            text.raw(job.json)
        }
        text.raw("],\"nextCursor\":")
        if let next = page.next { text.string(next) } else { text.raw("null") }
        text.raw("}")
        return .success(text.bytes, requestID: request.id)
    }

    /// A job that the caller may end: who may read may look at all, but end only own ones.
    private func ownJob(of request: HTTPRequest, _ exporter: Exporter) throws -> ExportJob {
        let job = try job(of: request, exporter)
        guard job.producer == request.producer || request.access.roles.contains(.admin) else {
            throw HTTPFailure(
                .forbidden, "FORBIDDEN",
                "This export is \(job.producer)'s; others need the role admin to end it.")
        }
        return job
    }

    private func download(_ request: HTTPRequest, _ exporter: Exporter) throws -> HTTPAnswer {
        let job = try job(of: request, exporter)
        guard job.status == .complete, let wanted = job.request else {
            throw HTTPFailure(.wrongStatus(job))
        }
        let file: FileReader
        do throws(DiskError) {
            file = try exporter.open(job)
        } catch {
            if error.isNotFound {
                throw HTTPFailure(
                    .gone, "GONE", "Somebody has removed the file.", reason: "missing")
            }
            throw HTTPFailure.store(StoreError(error))
        }
        var answer = HTTPAnswer(status: .ok, body: [])
        answer.contentType = wanted.mediaType
        answer.file = file
        answer.headers.append(
            (name: "Content-Disposition", value: "attachment; filename=\"\(job.fileName)\""))
        answer.headers.append((name: "X-EventLog-Rows", value: String(job.counts.rowCount)))
        if job.damageCount > 0 {
            answer.headers.append((name: "X-EventLog-Partial", value: "true"))
        }
        return answer
    }

    private func job(of request: HTTPRequest, _ exporter: Exporter) throws -> ExportJob {
        guard let job = exporter.job(request.target.exportID) else {
            throw HTTPFailure(ExportJobs.Refusal.unknown)
        }
        return job
    }
}

extension RequestTarget {
    /// `/v1/analytics/export/{id}` and what is below it.
    fileprivate var exportID: String {
        String(path.dropFirst(Route.exportPrefix.count).prefix { $0 != "/" })
    }

    /// `/v1/users/{id}/export`; the id may have slashes of its own.
    fileprivate var exportedUser: String {
        String(path.dropFirst(Route.userPrefix.count).dropLast(Route.userExportSuffix.count))
    }
}

extension HTTPFailure {
    static func wrong(_ field: String, _ message: String) -> HTTPFailure {
        HTTPFailure(
            .badRequest, "INVALID_PARAMETER", message,
            details: [.init(field: field, reason: "invalid")])
    }
}
