/// The events of the tail's growing block in the form in which they came, for somebody who takes in every
/// event soon.
///
/// A look into the growing block costs a copy of it each time (`Tail.snapshot`); to keep what was appended
/// costs nothing. It is kept until it is taken, or its block is closed and can be looked into.
struct RecentAppends {
    typealias Part = EventStore.PendingAppend.Part

    /// Bytes of rows that are kept.
    static let sizeMax = 64 << 20

    private var parts: [Part] = []
    private var size = 0
    /// Every event after this number is in `parts` or in a closed block; `nil`: nobody asked yet.
    private(set) var since: Int64?

    /// - Parameter closed: the last number in closed blocks.
    mutating func append(_ part: Part, closed: Int64) {
        guard since != nil else { return }
        parts.append(part)
        size += part.batch.rows.count
        let goneCount = parts.prefix { $0.lastSeq <= closed }.count
        for part in parts[..<goneCount] { size -= part.batch.rows.count }
        parts.removeFirst(goneCount)
        if size > Self.sizeMax { self = RecentAppends() }
    }

    /// Hands over what is not in a closed block, and keeps from now on what comes.
    /// - Parameter last: the newest number.
    mutating func take(last: Int64) -> [Part] {
        defer {
            parts = []
            size = 0
            since = last
        }
        return parts
    }
}

extension EventStore.PendingAppend.Part {
    var lastSeq: Int64 { firstSeq + Int64(count) - 1 }
}
