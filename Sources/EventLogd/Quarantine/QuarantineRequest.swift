import EventLog
import FoundationEssentials
import NIOCore
import NIOHTTP1

/// The body of a request about quarantined events: `{"ids":[17,18]}` or `{"all":true}`, for a replay
/// also `"dryRun":true`.
struct QuarantineRequest: Sendable, Hashable {
    enum Selection: Sendable, Hashable {
        case ids(Set<Int64>)
        case all
    }

    var selection: Selection
    var isDryRun: Bool

    private struct Body: Decodable {
        var ids: [Int64]?
        var all: Bool?
        var dryRun: Bool?
    }

    init(_ request: HTTPRequest) throws(HTTPFailure) {
        let body: Body
        do {
            body = try JSONDecoder().decode(Body.self, from: Data(request.body.readableBytesView))
        } catch {
            throw .invalid(
                "The body is a JSON object with ids (an array of numbers) or all (true), and for a "
                    + "replay, if wanted, dryRun (true).")
        }
        isDryRun = body.dryRun ?? false
        switch (body.ids, body.all ?? false) {
        case (let ids?, false) where !ids.isEmpty: selection = .ids(Set(ids))
        case (nil, true): selection = .all
        case (_?, true):
            throw HTTPFailure(
                .badRequest, "INVALID_PARAMETER", "Give ids or all, not both.",
                details: [.init(field: "all", reason: "stands beside ids")])
        case (_, false): throw .missing("ids")
        }
    }
}
