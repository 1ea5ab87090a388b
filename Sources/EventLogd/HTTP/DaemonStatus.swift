package import EventLog

/// The answer of `GET /v1/status`; the names are those of the JSON.
package struct DaemonStatus: Sendable, Codable {
    package struct Connections: Sendable, Codable {
        package var open: Int
        package var accepted: Int
        package var refused: Int
    }

    package struct Ingest: Sendable, Codable {
        /// Of all streams since the daemon started.
        package var lines: UInt64
        package var stored: UInt64
        package var duplicates: UInt64
        package var failed: UInt64
        package var adjusted: UInt64
        package var controls: UInt64
        package var errorsOmitted: UInt64
        /// Events with something odd, by kind; kinds that did not occur are left out.
        package var warnings: [String: Int]
        package var bytesReceived: Int
        /// Bytes of rows that wait for the journal.
        package var queueBytes: Int
        /// When the newest event since the start was stored, in µs since 1970 UTC.
        package var newestAt: Int64?
        /// Appends, each with one sync at most.
        package var groups: Int
        package var failedGroups: Int
        /// Events refused since the daemon started, by the code that the sender was told.
        package var refusedByCode: [String: UInt64]
    }

    package struct Queries: Sendable, Codable {
        /// Running or waiting for a thread.
        package var open: Int
        package var total: Int
        package var failed: Int
        /// Those that run or wait, the longest first.
        package var running: [Timed]
        /// The slowest of those that ended in the last hour.
        package var slowest: [Timed]
    }

    /// A query: its text without what stands in quotes, cut where it is long.
    package struct Timed: Sendable, Codable {
        package var text: String
        /// How long it has taken.
        package var seconds: Double
        /// When it ended, in µs since 1970 UTC.
        package var endedAt: Int64?
    }

    package var version: String
    package var pid: Int32
    package var uptimeSeconds: Double
    package var socket: String
    package var connections: Connections
    package var ingest: Ingest
    package var queries: Queries
    /// Clients that follow the events.
    package var tails: Int
    /// Bytes that the store's file system has left; `nil` if it does not say.
    package var availableBytes: Int?
    package var store: StoreStatus
}
