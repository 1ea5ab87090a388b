/// What could stand where the cursor is.
package struct Completion: Sendable, Equatable {
    /// Characters before the cursor that a candidate replaces.
    package let length: Int
    /// Sorted, without repeats.
    package let candidates: [String]

    package init(length: Int, candidates: [String]) {
        self.length = length
        self.candidates = candidates
    }

    package static let none = Completion(length: 0, candidates: [])

    /// The beginning that all candidates share.
    package var commonPrefix: String {
        guard var prefix = candidates.first else { return "" }
        for candidate in candidates.dropFirst() {
            while !candidate.lowercased().hasPrefix(prefix.lowercased()) { prefix.removeLast() }
        }
        return prefix
    }
}
