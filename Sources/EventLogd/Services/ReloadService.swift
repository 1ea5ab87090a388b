import ServiceLifecycle
import UnixSignals

/// Calls `reload` for each SIGHUP, one after the other; also for those that came since it was made.
package struct ReloadService: Service {
    private let signals: UnixSignalsSequence
    private let reload: @Sendable () async -> Void

    package init(reload: @escaping @Sendable () async -> Void) async {
        signals = await UnixSignalsSequence(trapping: .sighup)
        self.reload = reload
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            for await _ in signals { await reload() }
        }
    }
}
