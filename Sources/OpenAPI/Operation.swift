/// Makes an operation whole: what all have in common stands here and not in each of them.
///
/// In a part, an answer is the text of an error, or an object. One with `data`, a schema, is answered
/// in the envelope (specification, 1.4), with `meta` as its second schema and `examples` of `data`.
/// All the rest is added: the tag, the errors that any request can meet, `X-Request-Id`, and with
/// `x-idempotent` the key and what follows from it.
struct Operation {
    private(set) var node: JSONNode

    init(_ written: JSONNode, tag: String) {
        node = written
        node["tags"] = [.string(tag)]
        let isIdempotent = written["x-idempotent"] == true
        var answers = written["responses"]?.object ?? [:]
        if isIdempotent {
            let parameters = written["parameters"]?.array ?? []
            node["parameters"] = .array(
                parameters + [.reference("parameters", "IdempotencyKey")])
            answers["409"] = answers["409"] ?? .string(Self.conflict)
        }
        node["responses"] = .object(
            Dictionary(
                uniqueKeysWithValues: answers.map { status, answer in
                    (status, Self.whole(answer, status, isIdempotent: isIdempotent))
                }
            ).merging(Self.common) { own, _ in own })
    }

    /// The names of `components.responses` that every operation has, by status.
    private static let common: [String: JSONNode] = [
        "400": "Invalid", "401": "Unauthorized", "403": "Forbidden", "408": "Timeout",
        "413": "TooLarge", "414": "TargetTooLong", "415": "Unsupported",
        "417": "ExpectationFailed", "421": "Misdirected", "431": "HeadTooLarge",
        "500": "InternalError",
        "503": "Unavailable",
    ].mapValues { .reference("responses", $0) }

    private static let conflict =
        "`CONFLICT`: the Idempotency-Key belongs to another request, or to one that still runs "
        + "(reason `in_progress`)."

    private static func whole(
        _ answer: JSONNode, _ status: String, isIdempotent: Bool
    ) -> JSONNode {
        // Those of `components` are made whole there.
        if answer["$ref"] != nil { return answer }
        if let text = answer.string { return failure(["description": .string(text)], status) }
        var whole = withRequestID(answer)
        if isIdempotent {
            whole["headers"]?["Idempotent-Replayed"] = .reference("headers", "Replayed")
        }
        guard let data = answer["data"] else { return whole }
        var content: JSONNode = [
            "schema": [
                "type": "object", "required": ["data", "meta"],
                "properties": [
                    "data": data, "meta": answer["meta"] ?? .reference("schemas", "Meta"),
                ],
            ]
        ]
        content["examples"] = answer["examples"]?.object.map { examples in
            .object(
                examples.mapValues {
                    ["value": ["data": $0, "meta": ["requestId": "req_09mh0ruy10vxv"]]]
                })
        }
        whole["data"] = nil
        whole["meta"] = nil
        whole["examples"] = nil
        whole["content"] = ["application/json": content]
        return whole
    }

    /// An answer that is an error, from its description and, if there are some, its headers.
    static func failure(_ answer: JSONNode, _ status: String? = nil) -> JSONNode {
        var whole = withRequestID(answer)
        whole["content"] = [
            "application/json": ["schema": .reference("schemas", "Failure")]
        ]
        if status == "429" || status == "409" {
            whole["headers"]?["Retry-After"] = .reference("headers", "RetryAfter")
        }
        return whole
    }

    static func withRequestID(_ answer: JSONNode) -> JSONNode {
        var whole = answer
        var headers = answer["headers"] ?? [:]
        headers["X-Request-Id"] = .reference("headers", "RequestId")
        whole["headers"] = headers
        return whole
    }
}
