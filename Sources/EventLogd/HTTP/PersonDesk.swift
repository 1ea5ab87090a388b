import EventLog
import NIOCore
import NIOHTTP1
import Persons
import Query

/// Answers what is asked about persons: `/v1/persons/{id}`, `/v1/identity/explain`,
/// `/v1/identity/doctor`. They are queries, and count as such for all limits.
struct PersonDesk: Sendable {
    let queries: QueryDesk

    func answer(
        _ request: HTTPRequest, cancellation: CancellationSignal, on eventLoop: any EventLoop
    ) -> EventLoopFuture<HTTPAnswer> {
        do {
            return queries.answer(
                try question(request), request, cancellation: cancellation, on: eventLoop)
        } catch {
            return eventLoop.makeFailedFuture(error)
        }
    }

    private func question(_ request: HTTPRequest) throws(HTTPFailure) -> PersonQuestion {
        let query = request.target.query
        switch request.route {
        case .person:
            return .show(id: String(request.target.path.dropFirst(Route.personPrefix.count)))
        case .explainIdentity: return try explanation(query)
        default: return .doctor(try doctorOptions(query))
        }
    }

    private func explanation(
        _ query: [String: String]
    ) throws(HTTPFailure) -> PersonQuestion {
        if let id = query["event"] {
            guard query["device"] == nil, query["user"] == nil, query["at"] == nil else {
                throw .wrong("event", "event stands alone: it has its own device, user and time.")
            }
            return .explainEvent(id: id)
        }
        guard query["device"] != nil || query["user"] != nil else { throw .missing("event") }
        var time: Int64?
        if let text = query["at"] {
            time = TimestampText.time(of: text)
            if time == nil {
                throw .wrong("at", "at is a time, such as 2026-11-15T10:00:00Z.")
            }
        }
        return .explain(device: query["device"], user: query["user"], time: time)
    }

    private func doctorOptions(
        _ query: [String: String]
    ) throws(HTTPFailure) -> IdentityDoctorOptions {
        var options = IdentityDoctorOptions()
        if let text = query["devicesMax"] {
            options.devicesMax = try number(
                text, "devicesMax", IdentityDoctorOptions.devicesMaxRange)
        }
        if let text = query["limit"] {
            options.itemCountMax = try number(text, "limit", IdentityDoctorOptions.itemCountRange)
        }
        return options
    }

    private func number(
        _ text: String, _ name: String, _ range: ClosedRange<Int>
    ) throws(HTTPFailure) -> Int {
        guard let number = Int(text), range.contains(number) else {
            throw .wrong(
                name, "\(name) is a number, \(range.lowerBound) to \(range.upperBound).")
        }
        return number
    }
}
