import FoundationEssentials

extension DaemonClient {
    private struct Envelope<Body: Decodable>: Decodable { var data: Body }

    /// Posts without a body.
    /// - Returns: the `data` of the answer.
    func post<Body: Decodable>(_ target: String) throws -> Body {
        let response = try require("POST", target)
        guard
            let envelope = try? JSONDecoder().decode(
                Envelope<Body>.self, from: Data(response.body))
        else { throw ToolFailure("this is no eventlogd: its answer has no data") }
        return envelope.data
    }
}
