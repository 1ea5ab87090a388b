/// Who is who as of one snapshot.
package struct Attribution: Sendable {
    package let map: IdentityMap
    /// The number of the last event that it knows.
    package let position: Int64
    /// Devices whose events belong to others than by an earlier attribution; `nil`: any may.
    package let changedDevices: [String]?
    /// Another number: other persons are hidden than before, because they are or were being erased.
    package let hiddenVersion: Int
}
