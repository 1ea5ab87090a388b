import Analytics
import Logging
import NIOPosix
import ServiceLifecycle

/// Keeps the index of viewings near to what is stored, on a thread of its own, so that whoever asks has
/// little to wait for: after a start, and after events went.
struct FigureService: Service {
    let figures: LiveFigures
    let interval: Duration
    let logger: Logger

    func run() async throws {
        let thread = NIOThreadPool(numberOfThreads: 1)
        thread.start()
        try? await cancelWhenGracefulShutdown {
            var isFailing = false
            while true {
                do {
                    try await thread.runIfActive { try figures.catchUp() }
                    isFailing = false
                } catch let error as CancellationError {
                    throw error
                } catch {
                    if !isFailing {
                        logger.warning(
                            "figures are not up to date", metadata: ["error": "\(error)"])
                    }
                    isFailing = true
                }
                try await Task.sleep(for: interval)
            }
        }
        // The pool runs what it has begun to its end. Stopping a started pool does not fail.
        try? await thread.shutdownGracefully()
    }
}
