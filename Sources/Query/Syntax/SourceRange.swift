/// Where something stands in the query's text, in bytes.
///
/// Any two ranges compare equal: the place is not part of what an expression means, so trees that
/// carry places can be compared as they are.
struct SourceRange: Sendable, Hashable {
    var start: Int
    var end: Int

    func joined(with other: SourceRange) -> SourceRange {
        SourceRange(start: min(start, other.start), end: max(end, other.end))
    }

    static func == (_: SourceRange, _: SourceRange) -> Bool { true }
    func hash(into _: inout Hasher) {}
}
