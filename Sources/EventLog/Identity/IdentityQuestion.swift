/// Stored links that the map has to see again, to be exact.
///
/// A map keeps of many links of one user only the first and the last. If a record comes late, and
/// between them, those that it did not keep begin to matter. The caller reads the explicit and implicit
/// links of `device` (and `user`, if one is named) from `from` through `through`, both inclusive, and
/// hands them to `IdentityMap.answer`. More than was asked for does no harm. Until then the two
/// links that are known stand for all.
package struct IdentityQuestion: Sendable, Hashable {
    package var device: String
    /// `nil`: of every user.
    package var user: String?
    /// µs since 1970 UTC.
    package var from: Int64
    package var through: Int64

    package init(device: String, user: String?, from: Int64, through: Int64) {
        self.device = device
        self.user = user
        self.from = from
        self.through = through
    }

    package static func == (a: IdentityQuestion, b: IdentityQuestion) -> Bool {
        !precedes(a, b) && !precedes(b, a)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(from)
        hasher.combine(through)
        for byte in device.utf8 { hasher.combine(byte) }
    }

    static func precedes(_ a: IdentityQuestion, _ b: IdentityQuestion) -> Bool {
        let (x, y) = (IdentityName(a.device), IdentityName(b.device))
        if x != y { return x < y }
        let (u, v) = (IdentityName(a.user ?? ""), IdentityName(b.user ?? ""))
        if u != v { return u < v }
        return a.from != b.from ? a.from < b.from : a.through < b.through
    }
}
