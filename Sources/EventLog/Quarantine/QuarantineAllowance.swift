/// How much each user may add to the quarantine now: a bucket of `burst` bytes that fills again by
/// `rate` bytes a second.
///
/// A flood of nonsense from one user then costs neither the disk nor the refused events of others. What
/// is over it is counted like the rest, only not kept.
struct QuarantineAllowance: Sendable {
    private struct Bucket {
        /// Bytes used up.
        var used: Int
        /// µs since 1970 UTC.
        var asOf: Int64
    }

    private let burst: Int
    private let rate: Int
    private var buckets: [String: Bucket] = [:]

    /// Users that are remembered before those with a full allowance are looked for and forgotten.
    private static let bucketCountMax = 1024
    var ownerCount: Int { buckets.count }

    init(burst: Int = Limits.quarantineBurst, rate: Int = Limits.quarantineRate) {
        self.burst = burst
        self.rate = rate
    }

    /// - Parameters:
    ///   - owner: the user or key behind a producer.
    ///   - now: receive time, µs since 1970 UTC.
    /// - Returns: whether the user may add `size` bytes; they are used up then.
    mutating func take(_ size: Int, owner: String, now: Int64) -> Bool {
        if buckets.count >= Self.bucketCountMax {
            buckets = buckets.filter { used($0.value, now) > 0 }
        }
        guard has(size, owner: owner, now: now) else { return false }
        let before = buckets[owner].map { used($0, now) } ?? 0
        buckets[owner] = Bucket(used: before + size, asOf: now)
        return true
    }

    /// Whether the user may add `size` bytes; nothing is used up.
    func has(_ size: Int, owner: String, now: Int64) -> Bool {
        size <= burst - (buckets[owner].map { used($0, now) } ?? 0)
    }

    private func used(_ bucket: Bucket, _ now: Int64) -> Int {
        let (elapsed, overflow) = now.subtractingReportingOverflow(bucket.asOf)
        guard !overflow, elapsed > 0 else { return bucket.used }
        // In double precision, which is exact enough and cannot overflow.
        let refilled = Double(elapsed) / 1_000_000 * Double(rate)
        return refilled >= Double(bucket.used) ? 0 : bucket.used - Int(refilled)
    }
}
