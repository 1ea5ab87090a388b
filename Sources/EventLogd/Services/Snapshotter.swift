import EventLog
import FoundationEssentials
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// The one thread that makes snapshots, one after the other: it writes for as long as the disks take.
final class Snapshotter: Sendable {
    private let sink: any EventSink
    private let logger: Logger
    private let thread = NIOThreadPool(numberOfThreads: 1)
    private let isStopped = Atomic<Bool>(false)

    init(sink: any EventSink, logger: Logger) {
        self.sink = sink
        self.logger = logger
        thread.start()
    }

    private struct Body: Decodable {
        var directory: String?
    }

    /// Makes the snapshot that a request asks for.
    func answer(
        _ request: HTTPRequest, on eventLoop: any EventLoop
    ) -> EventLoopFuture<HTTPAnswer> {
        thread.runIfActive(eventLoop: eventLoop) {
            let body: Body
            do {
                body = try JSONDecoder().decode(
                    Body.self, from: Data(request.body.readableBytesView))
            } catch {
                throw HTTPFailure.invalid("The body is a JSON object with directory (a string).")
            }
            guard let directory = body.directory else { throw HTTPFailure.missing("directory") }
            return .success(try Endpoints.encode(try self.make(directory)), requestID: request.id)
        }
    }

    private func make(_ directory: String) throws(SnapshotError) -> SnapshotReport {
        do {
            let report = try sink.snapshot(to: directory) {
                self.isStopped.load(ordering: .relaxed)
            }
            logger.info(
                "made a snapshot",
                metadata: [
                    "directory": "\(report.directory)", "segments": "\(report.segments)",
                    "events": "\(report.events)", "linkedBytes": "\(report.linkedBytes)",
                    "copiedBytes": "\(report.copiedBytes)", "took": "\(report.took) s",
                ])
            return report
        } catch {
            logger.error("no snapshot was made", metadata: ["error": "\(error)"])
            throw error
        }
    }

    /// Gives up a snapshot that is under way, of which nothing is left, and ends the thread.
    func stop() async {
        isStopped.store(true, ordering: .relaxed)
        // Stopping a started pool does not fail.
        try? await thread.shutdownGracefully()
    }
}

extension HTTPFailure {
    init(_ error: SnapshotError) {
        switch error {
        case .place(let sentence):
            self.init(
                .badRequest, "INVALID_PARAMETER", sentence,
                details: [.init(field: "directory", reason: "not a place for a snapshot")])
        // Only an administrator gets to read this.
        case .failed(let error):
            self.init(
                .serviceUnavailable, "SERVICE_UNAVAILABLE", "There is no snapshot: \(error).",
                reason: error.reason)
        case .cancelled:
            self.init(.serviceUnavailable, "SERVICE_UNAVAILABLE", "The daemon is stopping.")
        }
    }
}
