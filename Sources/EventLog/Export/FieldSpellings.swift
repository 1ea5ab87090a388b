/// Under which names the parser finds each column again: the vocabulary read backwards.
struct FieldSpellings: Sendable {
    struct Spelling: Sendable {
        let name: [UInt8]
        let inPayload: Bool
        let isMilliseconds: Bool
    }

    static let shared = FieldSpellings()

    /// By column.
    let envelope: [[Spelling]]
    /// By type, then by column: names in `data`, then those that the envelope lends.
    let payload: [[[Spelling]]]

    private init() {
        let table = VocabularyTable.shared
        let columns = EventColumn.allCases
        func word(_ name: String) -> Int {
            let bytes = StaticBytes(name)
            return table.words.number(of: bytes.start, bytes.count)
        }
        func spelled(_ names: [String]) -> [String] {
            var seen: Set<String> = []
            return names.flatMap { [$0, snakeCase($0)] }.filter { seen.insert($0).inserted }
        }
        func find(
            _ names: [String], inPayload: Bool, _ rule: (Int) -> FieldRule
        ) -> [[Spelling]] {
            let known = spelled(names).map { ($0, rule(word($0))) }
            return columns.map { column in
                let own = known.filter { $0.1.eventColumn == column }
                // The column's own name wins over all others, and milliseconds must be divided.
                let order =
                    own.filter(\.1.isCanonical)
                    + own.filter { !$0.1.isCanonical && !$0.1.isMilliseconds }
                    + own.filter { !$0.1.isCanonical && $0.1.isMilliseconds }
                return order.map {
                    Spelling(
                        name: Array($0.0.utf8), inPayload: inPayload,
                        isMilliseconds: $0.1.isMilliseconds)
                }
            }
        }
        let lent = find(EventType.envelope.map(\.name), inPayload: false) { table.envelope[$0] }
        envelope = lent
        let leaves = columns.filter(\.isDataLeaf).map(payloadName)
        payload = EventType.all.indices.map { type in
            let aliases = EventType.commonAliases + EventType.all[type].aliases
            let own = find(leaves + aliases.map(\.name), inPayload: true) {
                table.payload[type * table.wordCount + $0]
            }
            return zip(own, lent).map { own, lent in
                guard let first = own.first else { return lent }
                // Of equal names the envelope's wins, so it comes before other names in `data`.
                return [first] + lent + own.dropFirst()
            }
        }
    }
}
