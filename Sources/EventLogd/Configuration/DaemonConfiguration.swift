package import Analytics
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
    /// The file of the key that seals commits; empty: none does.
    package var sealKey = ""
    /// Empty: no second socket.
    package var ingestSocket = ""
    package var ingestSocketMode: UInt32 = 0o660
    /// `127.0.0.1:PORT` or `[::1]:PORT`; empty: none.
    package var tcp = ""
    package var requiresKey = false
    package var environment = KeyEnvironment.live
    package var logLevel = Logger.Level.info
    package var ingest = IngestOptions()
    package var storeOptions = {
        var options = StoreOptions()
        options.identity = IdentityOptions()
        options.retention.maxAge = 90 * 86_400_000_000
        return options
    }()
    package var limits = DaemonLimits()
    package var query = QueryLimits()
    package var export = ExportLimits()
    package var analytics = AnalyticsOptions()
    /// What is run for each new segment; `nil`: nothing.
    package var archiveCommand: ArchiveCommand?

    package init() {}
}
