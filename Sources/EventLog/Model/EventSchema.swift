package import Columns

/// The columns of a store: the canonical ones, then a leaf of `data` for each custom field.
///
/// It only grows: a position, once given, keeps its meaning for as long as the store lives.
package struct EventSchema: Sendable {
    package struct CustomLeaf: Sendable, Hashable {
        package let name: String
        package let type: ColumnType
    }

    package private(set) var customLeaves: [CustomLeaf] = []
    /// Canonical columns that the store has had as custom ones before they became canonical, in another
    /// type or spelling. They stay as they are: a table's column cannot change its type.
    package private(set) var displaced: [EventColumn: CustomLeaf] = [:]
    /// Lower-cased names of all leaves of `data`: Delta tables do not tell names apart by case.
    private var taken: [String: Int] = [:]

    package init() {
        for column in EventColumn.allCases where column.isDataLeaf {
            let name = column.definition.name.dropFirst("data.".count)
            taken[name.lowercased()] = -1
        }
    }

    package var columnCount: Int { EventColumn.count + customLeaves.count }

    package var definitions: [ColumnDefinition] {
        var definitions = EventColumn.definitions
        for (column, leaf) in displaced {
            definitions[Int(column.rawValue)] = Self.definition(leaf)
        }
        return definitions + customLeaves.map(Self.definition)
    }

    private static func definition(_ leaf: CustomLeaf) -> ColumnDefinition {
        ColumnDefinition("data." + leaf.name, leaf.type, summary: "custom field")
    }

    package enum Placement: Sendable, Hashable {
        case column(Int)
        /// Kept as JSON: another type or spelling came first, or there are too many names.
        case extra
    }

    /// Where a custom field of this name and type goes; the first one of a name makes its leaf.
    package mutating func place(_ name: String, _ type: ColumnType) -> Placement {
        let key = name.lowercased()
        if let known = taken[key] {
            guard known >= 0 else { return .extra }
            let leaf = customLeaves[known]
            return leaf.name == name && leaf.type == type
                ? .column(EventColumn.count + known) : .extra
        }
        guard customLeaves.count < Limits.customLeafCountMax, Self.isPlain(name) else {
            return .extra
        }
        taken[key] = customLeaves.count
        customLeaves.append(CustomLeaf(name: name, type: type))
        return .column(EventColumn.count + customLeaves.count - 1)
    }

    /// Restores leaves read from the catalog, in order.
    package mutating func restore(_ leaf: CustomLeaf) {
        let key = leaf.name.lowercased()
        if taken[key] == nil {
            taken[key] = customLeaves.count
            customLeaves.append(leaf)
        } else if let column = Self.canonical(key),
            leaf.type != column.type || "data." + leaf.name != column.definition.name
        {
            displaced[column] = leaf
        }
    }

    private static func canonical(_ key: String) -> EventColumn? {
        EventColumn.allCases.first { $0.definition.name.lowercased() == "data." + key }
    }

    /// Whether every tool can spell the name as a column without quoting.
    private static func isPlain(_ name: String) -> Bool {
        guard let first = name.utf8.first, name.utf8.count <= 64 else { return false }
        func isLetter(_ byte: UInt8) -> Bool {
            (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) || byte == 0x5F
        }
        return isLetter(first)
            && name.utf8.allSatisfy { isLetter($0) || ($0 >= 0x30 && $0 <= 0x39) }
    }
}
