package import EventLog
import Glibc
package import Logging
import NIOPosix
import Synchronization

/// Makes exports, one after another and a few at a time, on threads of its own at low priority.
///
/// What may become of a job is decided by `ExportJobs`; here are the threads, the clock and the disk.
package final class Exporter: Sendable {
    private struct State {
        var jobs: ExportJobs
        var signals: [String: CancellationSignal] = [:]
        var isStopping = false
    }

    /// By how much threads that export are nicer than others.
    private static let niceness: Int32 = 10

    let limits: ExportLimits
    private let directory: ExportDirectory
    private let runner: any ExportRunner
    private let now: @Sendable () -> Int64
    private let logger: Logger
    private let threads: NIOThreadPool
    private let state: Mutex<State>
    /// Held while a change is made and written, so that what is kept of a job is its last state. Never
    /// taken while `state` is held.
    private let records = Mutex(())

    /// - Parameter now: µs since 1970 UTC.
    package init(
        directory: ExportDirectory, runner: any ExportRunner, limits: ExportLimits,
        logger: Logger, now: @escaping @Sendable () -> Int64 = ReceiveClock.systemTime
    ) {
        self.limits = limits
        self.directory = directory
        self.runner = runner
        self.now = now
        self.logger = logger
        state = Mutex(State(jobs: ExportJobs(limits: limits)))
        threads = NIOThreadPool(numberOfThreads: limits.runningMax)
        threads.start()
    }

    // MARK: What can be asked

    /// Takes a job in; what is known of it is durable on return.
    func submit(_ request: ExportRequest, producer: String) throws -> ExportJob {
        let job = ExportJob(
            id: ExportJob.makeID(.random(in: .min ... .max)), request: request,
            producer: producer, createdAt: now())
        try change { (jobs, _) throws(ExportJobs.Refusal) in try jobs.admit(job) }
        beginWaiting()
        return job
    }

    func job(_ id: String) -> ExportJob? {
        passTime()
        return state.withLock { $0.jobs[id] }
    }

    /// All that are known, the newest first.
    var jobs: [ExportJob] { state.withLock { $0.jobs.all } }

    func page(after cursor: String?, count: Int) -> (jobs: [ExportJob], next: String?)? {
        passTime()
        return state.withLock { $0.jobs.page(after: cursor, count: count) }
    }

    func cancel(_ id: String) throws -> ExportJob {
        try change { (jobs, now) throws(ExportJobs.Refusal) in try jobs.cancel(id, now: now) }
        state.withLock { $0.signals[id] }?.cancel(.disconnected)
        return try known(id)
    }

    func delete(_ id: String) throws -> ExportJob {
        try change { (jobs, _) throws(ExportJobs.Refusal) in try jobs.delete(id) }
        return try known(id)
    }

    private func known(_ id: String) throws(ExportJobs.Refusal) -> ExportJob {
        guard let job = state.withLock({ $0.jobs[id] }) else { throw .unknown }
        return job
    }

    /// The file of a complete job.
    func open(_ job: ExportJob) throws(DiskError) -> FileReader { try directory.open(job) }

    /// Ends all jobs and removes all files that may hold something of a person, durably.
    /// - Parameters:
    ///   - users: all user ids of the person.
    ///   - times: from the first to the last event of the person, µs since 1970 UTC.
    /// - Returns: ids of the jobs.
    package func erase(users: Set<String>, times: ClosedRange<Int64>?) throws -> [String] {
        let effects = try change { (jobs, now) in
            jobs.erase(users: users, times: times, now: now)
        }
        let ids = effects.compactMap { if case .keep(let job) = $0 { job.id } else { nil } }
        for id in ids { state.withLock { $0.signals[id] }?.cancel(.disconnected) }
        return ids
    }

    // MARK: The service

    /// Takes up what the daemon left when it ended.
    func resume() {
        do {
            let found = try directory.jobs { name in
                logger.warning(
                    "a record of an export is damaged and goes", metadata: ["name": "\(name)"])
            }
            settle { (jobs, now) in jobs.resume(found, now: now) }
            try directory.sweep(state.withLock { $0.jobs.all })
        } catch {
            logger.error("exports cannot be taken up", metadata: ["error": "\(error)"])
        }
        passTime()
        beginWaiting()
    }

    /// Lets files go whose time is over.
    func passTime() {
        do {
            try change { (jobs, now) in jobs.pass(to: now) }
        } catch {
            logger.error("an export cannot be removed", metadata: ["error": "\(error)"])
        }
    }

    /// Ends what runs: it begins anew at the next start.
    func stop() async {
        let signals = state.withLock { state in
            state.isStopping = true
            return Array(state.signals.values)
        }
        for signal in signals { signal.cancel(.shutdown) }
        // A thread pool that was started stops without error.
        try? await threads.shutdownGracefully()
    }

    // MARK: Making

    private func beginWaiting() {
        while let job = beginNext() {
            threads.submit { _ in self.make(job) }
        }
    }

    private func beginNext() -> ExportJob? {
        if state.withLock({ $0.isStopping }) { return nil }
        var begun: ExportJob?
        settle { (jobs, now) in
            guard let (job, effects) = jobs.begin(now: now) else { return [] }
            begun = job
            return effects
        }
        return begun
    }

    private func make(_ job: ExportJob) {
        let signal = CancellationSignal()
        let mayRun = state.withLock { state in
            guard !state.isStopping, state.jobs[job.id]?.status == .processing else { return false }
            state.signals[job.id] = signal
            return true
        }
        guard mayRun, let request = job.request else {
            // The daemon stops, and may have called this on any thread.
            settle { (jobs, _) in jobs.putBack(job.id) }
            return
        }
        // The calling thread's own, on Linux.
        setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, Self.niceness)
        do {
            let file = try directory.create(job, limits: limits)
            let result = try runner.run(
                request, cancellation: signal, output: file.write,
                progress: { counts in self.note(counts, of: job.id) })
            let size = try file.finish()
            settle { (jobs, now) in
                jobs.complete(
                    job.id, result.counts, fileSize: size, damageCount: result.damage.count,
                    now: now)
            }
            logger.info(
                "exported",
                metadata: [
                    "job": "\(job.id)", "rows": "\(result.counts.rowCount)", "bytes": "\(size)",
                ])
        } catch {
            switch signal.reason {
            case nil: fail(job, error)
            // What stops with the daemon has not failed: the next one makes it anew.
            case .shutdown: settle { (jobs, _) in jobs.putBack(job.id) }
            case .disconnected, .deadline: break
            }
        }
        state.withLock { $0.signals[job.id] = nil }
        beginWaiting()
    }

    private func fail(_ job: ExportJob, _ error: any Error) {
        logger.error(
            "an export failed", metadata: ["job": "\(job.id)", "error": "\(error)"])
        settle { (jobs, now) in jobs.fail(job.id, ExportJob.Failure(error), now: now) }
    }

    // MARK: Changes

    /// Says how far a job is. Nothing is written, but a change that is being made would forget it.
    private func note(_ counts: ExportJob.Counts, of id: String) {
        records.withLock { _ in state.withLock { $0.jobs.note(counts, of: id) } }
    }

    /// Makes a change and does what it asks for; durable on return.
    /// - Throws: what the change throws, or the store; nothing has changed then.
    @discardableResult
    private func change<Failure: Error>(
        _ body: (inout ExportJobs, Int64) throws(Failure) -> [ExportJobs.Effect]
    ) throws -> [ExportJobs.Effect] {
        try records.withLock { _ in
            // On a copy, which counts only if the disk took it.
            var jobs = state.withLock { $0.jobs }
            let effects = try body(&jobs, now())
            do throws(DiskError) {
                try directory.perform(effects)
            } catch {
                throw StoreError(error)
            }
            state.withLock { $0.jobs = jobs }
            return effects
        }
    }

    /// Makes a change that has happened, whatever the disk says: a record that is not written makes the
    /// next start begin the job anew.
    private func settle(_ body: (inout ExportJobs, Int64) -> [ExportJobs.Effect]) {
        records.withLock { _ in
            let effects = state.withLock { body(&$0.jobs, now()) }
            do throws(DiskError) {
                try directory.perform(effects)
            } catch {
                logger.error("an export cannot be kept", metadata: ["error": "\(error)"])
            }
        }
    }
}

extension ExportJob.Failure {
    fileprivate init(_ error: any Error) {
        switch error {
        case ExportFile.Failure.noRoom:
            self.init(
                reason: "disk_full", message: "The disk has no room left for it beside the events.")
        case ExportFile.Failure.tooLarge(let size):
            self.init(reason: "limit", message: "The file would be larger than \(size) bytes.")
        case let error as DiskError where error.isNoSpace:
            self.init(reason: "disk_full", message: "The disk is full.")
        default:
            self.init(reason: "io", message: "The daemon failed to make it; its log says why.")
        }
    }
}
