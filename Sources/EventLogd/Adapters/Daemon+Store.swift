package import EventLog
package import Logging

extension Daemon {
    /// The daemon over a real store.
    /// - Parameters:
    ///   - archive: age limits are off: imports, case files.
    ///   - threadCount: threads that one query may use.
    package init(
        store: EventStore, archive: Bool, socketPath: String, threadCount: Int, logger: Logger
    ) throws {
        #if EVENTLOG_LAYERS
            var options = IngestOptions()
            options.archive = archive
            self.init(
                sink: store,
                decoders: EventLineDecoderFactory(identityKey: store.identityKey, options: options),
                queries: EngineQueryRunner(threadCount: threadCount) { store.catalog() },
                socketPath: socketPath, logger: logger)
        #else
            throw SocketError("built without the parser and the query engine")
        #endif
    }
}
