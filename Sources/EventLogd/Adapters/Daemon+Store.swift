package import EventLog
package import Logging

extension Daemon {
    /// The daemon over a real store.
    /// - Parameters:
    ///   - archive: age limits are off: imports, case files.
    ///   - threadCount: threads that one query may use.
    package init(
        store: EventStore, archive: Bool, socketPath: String, threadCount: Int, logger: Logger
    ) {
        var options = IngestOptions()
        options.archive = archive
        self.init(
            sink: store,
            decoders: EventLineDecoderFactory(identityKey: store.identityKey, options: options),
            queries: EngineQueryRunner(threadCount: threadCount) { store.tables() },
            socketPath: socketPath, logger: logger)
    }
}
