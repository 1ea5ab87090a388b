import EventLog
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// The daemon's services in order of dependence; they stop in reverse.
///
/// ```
/// StoreService    closes the store, last of all
/// WriterService   appends what is queued
/// SealService     ends after the sealing that is under way
/// CompactService  gives up the step that is under way
/// SnapshotService gives up the snapshot that is under way
/// EraseService    gives up the erasure that is under way, to go on at the next start
/// ArchiveService  ends the command that is under way, if there is one
/// IndexService    reads the sealed ids into the duplicate index, then only waits
/// QueryService    cancels what still runs
/// TailService     ends the threads that read for those who follow the events
/// ExportService   ends what still runs, to begin anew at the next start
/// KeyService      ends after the change of keys that is under way
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

struct CompactService: Service {
    let compactor: Compactor
    let interval: Duration
    let expiryInterval: Duration
    let isEnabled: Bool

    init(compactor: Compactor, limits: DaemonLimits) {
        self.compactor = compactor
        interval = .nanoseconds(limits.compactCheckInterval.nanoseconds)
        expiryInterval = .nanoseconds(limits.expiryCheckInterval.nanoseconds)
        isEnabled = limits.compactsByItself
    }

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while true {
                try await Task.sleep(for: interval)
                compactor.tick(compacting: isEnabled, expiringEvery: expiryInterval)
            }
        }
        await compactor.stop()
    }
}

struct SnapshotService: Service {
    let snapshotter: Snapshotter

    func run() async throws {
        try? await gracefulShutdown()
        await snapshotter.stop()
    }
}

struct EraseService: Service {
    let eraser: Eraser
    let interval: Duration

    init(eraser: Eraser, limits: DaemonLimits) {
        self.eraser = eraser
        interval = .nanoseconds(limits.eraseCheckInterval.nanoseconds)
    }

    func run() async throws {
        // What an earlier run left comes first.
        eraser.eraseIfPending()
        try? await cancelWhenGracefulShutdown {
            while true {
                try await Task.sleep(for: interval)
                eraser.eraseIfPending()
            }
        }
        await eraser.stop()
    }
}

/// After a start, makes the duplicate index fast again, one segment at a time and on a thread of its
/// own that lets questions go first. It is exact from the first event on, before this has even begun.
struct IndexService: Service {
    let sink: any EventSink

    func run() async throws {
        let thread = NIOThreadPool(numberOfThreads: 1)
        thread.start()
        thread.submit { _ in ProcessSetup.lowerThreadPriority() }
        try? await cancelWhenGracefulShutdown {
            while try await thread.runIfActive({ sink.indexNextSegment() }) {
                try Task.checkCancellation()
            }
        }
        // The pool runs what it has begun to its end. Stopping a started pool does not fail.
        try? await thread.shutdownGracefully()
        try? await gracefulShutdown()
    }
}

struct QueryService: Service {
    let queries: QueryDesk

    func run() async throws {
        try? await gracefulShutdown()
        await queries.stop()
    }
}

struct TailService: Service {
    let tails: TailDesk

    func run() async throws {
        try? await gracefulShutdown()
        await tails.stop()
    }
}

struct KeyService: Service {
    let keys: KeyKeeper

    func run() async throws {
        try? await gracefulShutdown()
        await keys.stop()
    }
}

struct ExportService: Service {
    let exporter: Exporter
    let interval: Duration

    init(exporter: Exporter, limits: DaemonLimits) {
        self.exporter = exporter
        interval = .nanoseconds(limits.exportCheckInterval.nanoseconds)
    }

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while true {
                try await Task.sleep(for: interval)
                exporter.passTime()
            }
        }
        await exporter.stop()
    }
}
