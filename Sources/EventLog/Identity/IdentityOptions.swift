/// The bounds of identity resolution.
package enum IdentityLimits {
    /// Bytes of a user or device id.
    package static let nameSizeMax = 512
    /// Bytes of a page of devices, unless one device alone takes more: what one change copies.
    package static let pageSizeMax = 4096
    /// Pages that stand in one group: what one change copies besides.
    package static let pagesPerGroupMax = 256
    /// Links of one device, or as many as it has runs, after which they are brought into runs.
    static let unsettledCountMax = 64
    /// The largest setting of `sharedDeviceUsersMax`: so many users a device keeps.
    package static let sharedDeviceUsersMax = 10_000
}

/// The settings of identity resolution.
package struct IdentityOptions: Sendable, Hashable {
    /// A device linked to more distinct users than these is shared: its anonymous events are nobody's.
    /// 0: never. A checkpoint made under another value cannot be used.
    package var sharedDeviceUsersMax: Int
    /// How far, in µs, the first link of an epoch reaches back (rule 2c); `nil`: without end.
    package var claimWindow: Int64?
    /// Whether an ordinary event with user and device links the two. A checkpoint made under the other
    /// value cannot be used.
    package var takesImplicitLinks: Bool
    /// Keys the hash that orders devices, so that nobody can prepare ids that meet. It is the store's,
    /// and stands in the checkpoint: maps of one key and one set of records are equal byte for byte.
    package var hashKey: UInt64

    package init(
        sharedDeviceUsersMax: Int = 10, claimWindow: Int64? = nil,
        takesImplicitLinks: Bool = true, hashKey: UInt64 = 0
    ) {
        precondition((0...IdentityLimits.sharedDeviceUsersMax).contains(sharedDeviceUsersMax))
        precondition((claimWindow ?? 0) >= 0)
        self.sharedDeviceUsersMax = sharedDeviceUsersMax
        self.claimWindow = claimWindow
        self.takesImplicitLinks = takesImplicitLinks
        self.hashKey = hashKey
    }
}
