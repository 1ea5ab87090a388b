import CChild
import EventLog
import Glibc
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Synchronization

/// The one thread that runs `archiver.command`, for one segment after the other.
final class Archiver: Sendable {
    private struct State {
        var isRunning = false
        var notBefore: ContinuousClock.Instant?
        /// How long the next failure makes it rest.
        var rest = Archiver.restMin
    }

    /// How long it rests after a command failed, at first and at last: twice as long each time.
    static let restMin: Duration = .seconds(1)
    static let restMax: Duration = .seconds(300)
    /// How long a command that is to end has for it before it is killed.
    private static let killGrace: Duration = .seconds(2)
    /// How often it is looked whether a command has ended: a hundredth of what a short one takes.
    private static let pollInterval: UInt32 = 10_000

    private let sink: any EventSink
    private let command: ArchiveCommand
    private let timeout: Duration
    private let logger: Logger
    private let thread = NIOThreadPool(numberOfThreads: 1)
    private let state = Mutex(State())
    private let isStopped = Atomic<Bool>(false)

    init(
        sink: any EventSink, command: ArchiveCommand, limits: DaemonLimits, logger: Logger
    ) {
        self.sink = sink
        self.command = command
        self.logger = logger
        timeout = .nanoseconds(limits.archiveTimeout.nanoseconds)
        thread.start()
    }

    /// Starts if something may be waiting and nothing is under way. Cheap; never blocks.
    func tick() {
        let mayBegin = state.withLock { state in
            guard !state.isRunning, state.notBefore.map({ $0 <= .now }) ?? true else {
                return false
            }
            state.isRunning = true
            return true
        }
        guard mayBegin else { return }
        thread.submit { _ in
            let isGood = self.archiveAll()
            self.state.withLock { state in
                state.isRunning = false
                state.notBefore = isGood ? nil : .now + state.rest
                state.rest = isGood ? Self.restMin : min(Self.restMax, state.rest * 2)
            }
        }
    }

    /// Ends a command that is under way, whose segment is then archived again, and the thread.
    func stop() async {
        isStopped.store(true, ordering: .relaxed)
        // Stopping a started pool does not fail.
        try? await thread.shutdownGracefully()
    }

    private var mustStop: Bool { isStopped.load(ordering: .relaxed) }

    /// - Returns: `false` after a failure.
    private func archiveAll() -> Bool {
        do {
            while !mustStop, let task = try sink.nextToArchive() {
                let start = ContinuousClock.now
                if let problem = run(command.line(path: task.path, name: task.name)) {
                    guard !mustStop else { return true }
                    throw StoreError.io("\(task.name): \(problem)")
                }
                try sink.noteArchived(task)
                // The first success after failures ends the rests.
                state.withLock { $0.rest = Self.restMin }
                logger.info(
                    "archived",
                    metadata: ["file": "\(task.name)", "took": "\(ContinuousClock.now - start)"])
            }
            return true
        } catch {
            sink.noteArchiveFailure("\(error)")
            logger.error("archiving failed", metadata: ["error": "\(error)"])
            return false
        }
    }

    /// Runs a line to its end, the end of its time, or that of the daemon.
    /// - Returns: what went wrong; `nil`: nothing.
    private func run(_ line: String) -> String? {
        let child = eventlog_spawn_shell(line)
        guard child > 0 else { return "no shell: \(String(cString: strerror(-child)))" }
        let end = ContinuousClock.now + timeout
        var status = eventlog_child_status(child)
        while status < 0, !mustStop, .now < end {
            usleep(Self.pollInterval)
            status = eventlog_child_status(child)
        }
        if status == 0 { return nil }
        if status > 0 {
            return status < 256
                ? "the command ended with status \(status)"
                : "the command was ended by signal \(status - 256)"
        }
        let isLate = !mustStop
        eventlog_signal_group(child, SIGTERM)
        let kill = ContinuousClock.now + Self.killGrace
        while status < 0, .now < kill {
            usleep(Self.pollInterval)
            status = eventlog_child_status(child)
        }
        // What the shell has left behind goes too.
        eventlog_signal_group(child, SIGKILL)
        while status < 0 {
            usleep(Self.pollInterval)
            status = eventlog_child_status(child)
        }
        return isLate ? "the command took longer than archiver.timeout" : "the daemon stopped"
    }
}

struct ArchiveService: Service {
    let archiver: Archiver
    /// How often it is looked for new segments.
    private static let interval: Duration = .seconds(1)

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while true {
                archiver.tick()
                try await Task.sleep(for: Self.interval)
            }
        }
        await archiver.stop()
    }
}
