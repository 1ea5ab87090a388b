/// What somebody may do (specification, section 1.3).
package enum Role: Sendable {
    /// Send events, identify, clear.
    case ingest
    /// Query and export.
    case read
    /// Everything that changes what is stored already.
    case admin
}
