/// What exports may take, as far as an operator may set it.
package struct ExportLimits: Sendable, Hashable {
    /// Days between the first and the last one of a range: 30 make 2024-01-01 to 2024-01-31, both
    /// included, the one that the documentation of the reference shows (specification, B37, C1).
    package var rangeDaysMax = 30
    /// Jobs that are made at once; further ones wait (C2).
    package var runningMax = 3
    /// Ranges that may be asked for in 24 hours (C2).
    package var rangesPerDayMax = 20
    /// Users that may be asked for in 24 hours. Apart from ranges: a person's right to the own data
    /// does not end where somebody's analysis began.
    package var usersPerDayMax = 200
    /// How long a file stays, in µs: 7 days (C2). What is known of the job stays as long again.
    package var lifetime: Int64 = 7 * 86_400_000_000
    /// Bytes of one file.
    package var fileSizeMax = 16 << 30
    /// Bytes of the disk that exports leave free: events come first.
    package var diskReserve = 256 << 20

    package init() {}
}
