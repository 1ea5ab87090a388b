/// Two equal moments of one store have the same events, attributed to the same persons.
package struct StoreMoment: Sendable, Hashable {
    let lastSeq: Int64
    /// Events that expired or were erased.
    let goneCount: Int64
    /// Erasures under way.
    let hidden: [String]

    /// Whether what was read at or after another moment has all that there was at this one.
    package func isCovered(by other: StoreMoment?) -> Bool {
        guard let other else { return false }
        return lastSeq <= other.lastSeq && goneCount <= other.goneCount
            && hidden == other.hidden
    }
}
