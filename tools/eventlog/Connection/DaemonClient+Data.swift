import FoundationEssentials

extension DaemonClient {
    private struct Envelope<Body: Decodable>: Decodable { var data: Body }

    /// Asks, and reads the answer.
    /// - Returns: its `data`.
    func data<Answer: Decodable>(
        _ method: String, _ target: String, body: [UInt8] = []
    ) throws -> Answer {
        let response = try require(method, target, body: body)
        guard
            let envelope = try? JSONDecoder().decode(
                Envelope<Answer>.self, from: Data(response.body))
        else { throw ToolFailure("this is no eventlogd: its answer has no data") }
        return envelope.data
    }

    /// Posts without a body.
    /// - Returns: the `data` of the answer.
    func post<Body: Decodable>(_ target: String) throws -> Body { try data("POST", target) }
}
