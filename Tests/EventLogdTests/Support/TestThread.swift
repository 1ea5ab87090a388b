import NIOPosix

/// A thread of its own for a test that waits for sockets, files and other threads: the few that all tests
/// share, one for each core, are needed by those that it waits for.
final class TestThread: TaskExecutor {
    private let pool = NIOThreadPool(numberOfThreads: 1)

    private init() { pool.start() }

    static func run<Result>(_ body: () async throws -> Result) async throws -> Result {
        let thread = TestThread()
        let result: Swift.Result<Result, any Error>
        do {
            result = .success(try await withTaskExecutorPreference(thread, operation: body))
        } catch {
            result = .failure(error)
        }
        try await thread.pool.shutdownGracefully()
        return try result.get()
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        pool.submit { _ in job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
