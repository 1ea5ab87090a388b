import Columns

/// Our columns as a Delta schema (`PROTOCOL.md`, Schema Serialization Format) and back.
enum DeltaSchema {
    static func text(of leaves: [CatalogLeaf]) -> String {
        structure(leaves.map { ($0.path[...], $0) }).text
    }

    /// Leaves with the same first component become one struct, at the place of the first of them.
    private static func structure(_ leaves: [(ArraySlice<String>, CatalogLeaf)]) -> CatalogJSON {
        var order: [String] = []
        var groups: [String: [(ArraySlice<String>, CatalogLeaf)]] = [:]
        for (path, leaf) in leaves {
            guard let name = path.first else { preconditionFailure("a leaf without a name") }
            if groups[name] == nil { order.append(name) }
            groups[name, default: []].append((path.dropFirst(), leaf))
        }
        let fields = order.map { name in
            let members = groups[name] ?? []
            let isLeaf = members.count == 1 && members[0].0.isEmpty
            precondition(isLeaf || !members.contains { $0.0.isEmpty }, "a leaf is no struct")
            return CatalogJSON.object([
                .init("name", .string(name)),
                .init("type", isLeaf ? .string(typeName(members[0].1.type)) : structure(members)),
                .init("nullable", .bool(isLeaf ? members[0].1.isNullable : true)),
                .init("metadata", .object([])),
            ])
        }
        return .object([.init("type", .string("struct")), .init("fields", .array(fields))])
    }

    private static func typeName(_ type: ColumnType) -> String {
        switch type {
        case .bool: "boolean"
        case .int64: "long"
        case .double: "double"
        case .string: "string"
        case .timestamp: "timestamp"
        }
    }

    private static let types: [String: ColumnType] = Dictionary(
        uniqueKeysWithValues: ColumnType.allCases.map { (typeName($0), $0) })

    /// - Returns: `nil` if the text is not a schema of types that we have, or has a name twice.
    static func leaves(in text: String) -> [CatalogLeaf]? {
        let bytes = Array(text.utf8)
        guard let schema = try? CatalogJSONReader.read(bytes[...]) else { return nil }
        var leaves: [CatalogLeaf] = []
        guard collect(schema, below: [], into: &leaves) else { return nil }
        return leaves
    }

    private static func collect(
        _ structure: CatalogJSON, below path: [String], into leaves: inout [CatalogLeaf]
    ) -> Bool {
        guard structure["type"]?.string == "struct", let fields = structure["fields"]?.array
        else { return false }
        var names: Set<String> = []
        for field in fields {
            guard let name = field["name"]?.string, let type = field["type"],
                names.insert(name).inserted
            else { return false }
            let own = path + [name]
            if let typeName = type.string {
                guard let type = types[typeName] else { return false }
                let isNullable = field["nullable"]?.bool ?? true
                leaves.append(CatalogLeaf(path: own, type: type, isNullable: isNullable))
            } else if !collect(type, below: own, into: &leaves) {
                return false
            }
        }
        return true
    }
}
