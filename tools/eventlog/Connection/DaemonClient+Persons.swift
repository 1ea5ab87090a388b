import FoundationEssentials
import Persons
import Query

extension DaemonClient {
    /// Asks a question about persons; the answer is the document and what could not be read for it.
    func answer(
        _ question: PersonQuestion
    ) throws -> (document: [UInt8], damage: [String]) {
        let response = try require("GET", question.target)
        var answer = Answer(document: response.body, isPartial: false, damage: [])
        try Self.unwrap(&answer)
        return (answer.document, answer.damage)
    }
}

extension PersonQuestion {
    /// The path and the query that ask it.
    fileprivate var target: String {
        switch self {
        case .show(let id): "/v1/persons/" + URLText.escaped(id)
        case .explainEvent(let id): Self.target("explain", [("event", id)])
        case .explain(let device, let user, let time):
            Self.target(
                "explain",
                [("device", device), ("user", user), ("at", time.map(TimestampText.text))])
        case .doctor(let options):
            Self.target(
                "doctor",
                [
                    ("devicesMax", String(options.devicesMax)),
                    ("limit", String(options.itemCountMax)),
                ])
        }
    }

    private static func target(_ name: String, _ fields: [(String, String?)]) -> String {
        let pairs = fields.compactMap { name, value in
            value.map { "\(name)=\(URLText.escaped($0))" }
        }
        return "/v1/identity/\(name)?" + pairs.joined(separator: "&")
    }
}
