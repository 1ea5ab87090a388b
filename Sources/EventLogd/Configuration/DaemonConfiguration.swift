package import EventLog
package import Keys
package import Logging
package import Query

/// Everything that an operator may set, with its defaults. `SettingsTable` says how each is written.
package struct DaemonConfiguration: Sendable {
    /// The store's directory; empty: not said.
    package var store = ""
    /// Empty: the default path.
    package var socket = ""
    /// Rights of the socket file: who may write it may connect.
    package var socketMode: UInt32 = 0o660
    /// Empty: no second socket.
    package var ingestSocket = ""
    package var ingestSocketMode: UInt32 = 0o660
    /// `127.0.0.1:PORT` or `[::1]:PORT`; empty: none.
    package var tcp = ""
    package var requiresKey = false
    package var environment = KeyEnvironment.live
    package var logLevel = Logger.Level.info
    package var ingest = IngestOptions()
    package var storeOptions = StoreOptions()
    package var limits = DaemonLimits()
    package var query = QueryLimits()
    /// Which scale of `percentComplete` a producer uses.
    package var percentScales: [String: PercentScale] = [:]

    package init() {}
}

/// What a producer means by 0.5: half, or half a percent (specification, section 3, row 8).
package enum PercentScale: String, Sendable, CaseIterable {
    /// 0 to 100.
    case percent
    /// 0 to 1.
    case fraction
}
