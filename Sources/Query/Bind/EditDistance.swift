/// Finds what somebody probably meant.
enum EditDistance {
    /// The candidate with the fewest single-letter changes, if they are few for its length.
    static func nearest(to name: String, among candidates: [String]) -> String? {
        let name = Array(name.lowercased().utf8.prefix(64))
        var best: (distance: Int, candidate: String)?
        for candidate in candidates {
            let other = Array(candidate.lowercased().utf8.prefix(64))
            let distance = between(name, other)
            guard distance <= max(1, min(name.count, other.count) / 3) else { continue }
            if best.map({ distance < $0.distance }) ?? true { best = (distance, candidate) }
        }
        return best?.candidate
    }

    /// Insertions, deletions and replacements that turn `a` into `b` (Levenshtein).
    static func between(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var row = Array(0...b.count)
        for (i, left) in a.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, right) in b.enumerated() {
                let change = min(diagonal + (left == right ? 0 : 1), row[j] + 1, row[j + 1] + 1)
                diagonal = row[j + 1]
                row[j + 1] = change
            }
        }
        return row[b.count]
    }
}
