package import FoundationEssentials

/// The description of the HTTP interface, OpenAPI 3.1: put together from parts.
package struct OpenAPIDocument: Sendable {
    package let root: JSONNode

    /// - Parameters:
    ///   - version: of the daemon, as `status` says it.
    ///   - needsKey: whether every request needs a key, as over TCP; `false`: none does.
    package init(version: String, needsKey: Bool) {
        var root = DocumentPart.base.root
        root["info"]?["version"] = .string(version)
        if needsKey { root["security"] = [["key": []]] }
        var components = root["components"]?.object ?? [:]
        components["responses"] = components["responses"]?.object.map {
            .object($0.mapValues { Operation.failure($0) })
        }
        var paths: [String: JSONNode] = [:]
        var tags: [JSONNode] = []
        for part in DocumentPart.all {
            let tag =
                part.root["tag"]?["name"]?.string ?? part.root["under"]?.string ?? ""
            if let description = part.root["tag"] { tags.append(description) }
            for (path, methods) in part.root["paths"]?.object ?? [:] {
                let whole = methods.object?.mapValues { Operation($0, tag: tag).node } ?? [:]
                Self.add([path: .object(whole)], to: &paths)
            }
            for kind in ["parameters", "responses", "schemas"] {
                var members = components[kind]?.object ?? [:]
                Self.add(
                    (part.root[kind]?.object ?? [:]).mapValues {
                        kind == "responses" ? Operation.withRequestID($0) : $0
                    }, to: &members)
                components[kind] = .object(members)
            }
        }
        root["tags"] = .array(tags)
        root["paths"] = .object(paths)
        root["components"] = .object(components)
        self.root = root
    }

    /// Two parts that describe the same would hide one of the two.
    private static func add(_ more: [String: JSONNode], to members: inout [String: JSONNode]) {
        members.merge(more) { _, _ in
            preconditionFailure("two parts of the OpenAPI document say the same: \(more.keys)")
        }
    }

    /// The document as text: the same for the same parameters.
    /// - Parameter isPretty: whether people are to read it.
    package func json(isPretty: Bool = false) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if isPretty { encoder.outputFormatting.insert(.prettyPrinted) }
        return try encoder.encode(root)
    }
}
