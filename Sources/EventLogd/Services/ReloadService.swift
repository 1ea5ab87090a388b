import ServiceLifecycle
import UnixSignals

/// Calls `reload` for each SIGHUP, one after the other.
package struct ReloadService: Service {
    private let reload: @Sendable () async -> Void

    package init(reload: @escaping @Sendable () async -> Void) {
        self.reload = reload
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            for await _ in await UnixSignalsSequence(trapping: .sighup) { await reload() }
        }
    }
}
