/// To whom a question attributes events: what `identity => …` behind a table's name says.
package enum IdentityMode: Sendable, Hashable {
    /// By all that is known now: what a table does that is not told otherwise.
    case resolved
    /// The user as sent, else the device between two logouts: no login, no alias.
    case raw
    /// By what had arrived by then, µs since 1970 UTC.
    case asOf(Int64)
}
