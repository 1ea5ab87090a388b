import EventLog
import NIOCore
import NIOHTTP1

/// Answers `GET /v1/events/explore`: single events, newest first. It is a query, and counts as one for all
/// limits.
struct ExploreDesk: Sendable {
    let queries: QueryDesk
    let explorer: (any EventExplorer)?

    func answer(
        _ request: HTTPRequest, cancellation: CancellationSignal, on eventLoop: any EventLoop
    ) -> EventLoopFuture<HTTPAnswer> {
        guard let explorer else {
            return eventLoop.makeFailedFuture(
                HTTPFailure(.notFound, "NOT_FOUND", "This daemon has no events to show."))
        }
        let question: ExploreQuestion
        do {
            question = try ExploreQuestion(
                request.target, storeTag: explorer.storeTag, now: ReceiveClock.systemTime())
        } catch {
            return eventLoop.makeFailedFuture(error)
        }
        let filters = ExploreQuestion.filters(request.target)
        return queries.answer(
            request, cancellation: cancellation, on: eventLoop
        ) { () throws(QueryFailure) in
            let page = try explorer.explore(question, cancellation: cancellation)
            var data = JSONText()
            data.raw("{\"events\":[")
            for (position, event) in page.events.enumerated() {
                if position > 0 { data.raw(",") }
                data.raw(event)
            }
            data.raw("],\"nextCursor\":")
            if let next = page.next {
                data.string(
                    ExploreCursor(storeTag: explorer.storeTag, filters: filters, place: next).text)
            } else {
                data.raw("null")
            }
            data.raw("}")
            var meta = JSONText()
            meta.raw(",\"limit\":")
            meta.number(question.limit)
            meta.raw(",\"rows\":")
            meta.number(page.events.count)
            var answer = HTTPAnswer.success(
                data.bytes, requestID: request.id, meta: meta.bytes + QueryDesk.meta(page.damage))
            if !page.damage.isEmpty {
                answer.headers.append((name: "X-EventLog-Partial", value: "true"))
            }
            return answer
        }
    }
}
