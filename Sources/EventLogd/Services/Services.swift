import EventLog
import Logging
import NIOCore
import ServiceLifecycle

/// The daemon's services in order of dependence; they stop in reverse.
///
/// ```
/// StoreService    closes the store, last of all
/// WriterService   appends what is queued
/// SealService     ends after the sealing that is under way
/// QueryService    cancels what still runs
/// SocketService   stops accepting, says goodbye to the clients
/// ```
struct StoreService: Service {
    let sink: any EventSink
    let logger: Logger

    init(sink: any EventSink, logger: Logger) {
        self.sink = sink
        self.logger = logger
    }

    func run() async throws {
        // Closing is right however the wait ends.
        try? await gracefulShutdown()
        do {
            try sink.close()
            logger.info("store closed")
        } catch {
            logger.error(
                "the store closed with an error", metadata: ["error": "\(error)"])
            throw error
        }
    }
}

struct WriterService: Service {
    let writer: Writer

    init(writer: Writer) {
        self.writer = writer
    }

    func run() async throws {
        try? await gracefulShutdown()
        await writer.stop()
    }
}

struct SealService: Service {
    let sealer: Sealer
    let interval: Duration

    init(sealer: Sealer, limits: DaemonLimits) {
        self.sealer = sealer
        interval = .nanoseconds(limits.sealCheckInterval.nanoseconds)
    }

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while true {
                try await Task.sleep(for: interval)
                sealer.sealIfDue()
            }
        }
        await sealer.stop()
    }
}

struct QueryService: Service {
    let queries: QueryDesk

    func run() async throws {
        try? await gracefulShutdown()
        await queries.stop()
    }
}
