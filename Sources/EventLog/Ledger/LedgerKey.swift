/// What became of an event that was offered. Numbers keep their meaning for ever.
package enum LedgerBucket: UInt8, Sendable, Hashable, CaseIterable {
    case stored = 1
    /// Its eventId was known from that producer.
    case duplicate = 2
    case refused = 3
    /// Was stored, and is gone because a person asked for that.
    case erased = 4
    /// Was stored, and is gone because it was too old, or there was no room for it any more.
    case expired = 5

    /// As the column `bucket` says it.
    package var name: String {
        switch self {
        case .stored: "stored"
        case .duplicate: "duplicate"
        case .refused: "refused"
        case .erased: "erased"
        case .expired: "expired"
        }
    }

    /// Whether what it counts has been in the bucket `stored` before.
    var isOfGone: Bool { self == .erased || self == .expired }

    init?(name: String) {
        guard let bucket = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = bucket
    }
}

/// What the ledger counts by.
package struct LedgerKey: Sendable, Hashable {
    /// Start of the hour of the receive time, in µs since 1970 UTC; of the day where that is long ago.
    package var hour: Int64
    package var producer: String
    package var bucket: LedgerBucket
    /// The error code of refused events; empty for others.
    package var code: String

    private static let hourSize: Int64 = 3_600_000_000
    private static let daySize: Int64 = 24 * hourSize

    /// - Parameter receivedAt: µs since 1970 UTC.
    package init(receivedAt: Int64, producer: String, bucket: LedgerBucket, code: String = "") {
        hour = Self.start(of: Self.hourSize, receivedAt)
        self.producer = producer
        self.bucket = bucket
        self.code = code
    }

    /// Start of the day.
    var day: Int64 { Self.start(of: Self.daySize, hour) }

    /// The user or key behind a producer: `uid:1000` of `uid:1000/app-3`.
    var owner: String { Self.owner(of: producer) }

    static func owner(of producer: String) -> String {
        String(producer.utf8.prefix { $0 != UInt8(ascii: "/") }) ?? producer
    }

    private static func start(of size: Int64, _ time: Int64) -> Int64 {
        let rest = time % size
        let into = rest < 0 ? rest + size : rest
        // At the beginning of time there is no earlier start.
        return time.subtractingReportingOverflow(into).overflow ? time : time - into
    }
}

extension LedgerKey: Comparable {
    package static func < (one: LedgerKey, other: LedgerKey) -> Bool {
        (one.hour, one.producer, one.bucket.rawValue, one.code)
            < (other.hour, other.producer, other.bucket.rawValue, other.code)
    }
}

/// How many, under one key.
package struct LedgerAmount: Sendable, Hashable {
    package var events: Int64
    /// Of refused events, those that the quarantine took.
    package var quarantined: Int64

    package init(events: Int64, quarantined: Int64 = 0) {
        self.events = events
        self.quarantined = quarantined
    }

    static func += (amount: inout LedgerAmount, other: LedgerAmount) {
        // Wrapping, because a damaged file must not stop the process; no honest count comes near.
        amount.events &+= other.events
        amount.quarantined &+= other.quarantined
    }
}
