import Analytics
package import EventLog
package import Logging
package import Query

extension Daemon {
    /// The daemon over a real store.
    /// - Parameters:
    ///   - queryLimits: may change while it runs.
    ///   - threadCount: threads that one query may use.
    package init(
        store: EventStore, configuration: DaemonConfiguration,
        queryLimits: LiveValue<QueryLimits>, gatekeeper: Gatekeeper, socketPath: String,
        threadCount: Int, logger: Logger
    ) {
        let exporter = Exporter(
            directory: store.exports,
            runner: StoreExportRunner(limits: queryLimits) { store.tables() },
            limits: configuration.export, logger: logger)
        // Before anybody can ask for more.
        exporter.resume()
        let figures = LiveFigures(
            store, memoryMax: configuration.analytics.memoryMax,
            keepTime: configuration.analytics.keepTime)
        self.init(
            sink: store,
            decoders: EventLineDecoderFactory(
                identityKey: store.identityKey, options: configuration.ingest),
            queries: EngineQueryRunner(
                store: store, figures: figures, signals: configuration.analytics.signals,
                threadCount: threadCount, limits: queryLimits),
            figures: figures,
            socketPath: socketPath, limits: configuration.limits, gatekeeper: gatekeeper,
            exporter: exporter, feed: StoreEventFeed(store: store, limits: queryLimits),
            explorer: StoreEventExplorer(
                store: store, threadCount: threadCount, limits: queryLimits),
            archiving: configuration.archiveCommand, logger: logger)
    }
}
