/// Two equal moments of one store have the same events, attributed to the same persons.
package struct StoreMoment: Sendable, Hashable {
    let lastSeq: Int64
    let catalogVersion: Int64
    /// Erasures under way.
    let hidden: [String]
}
