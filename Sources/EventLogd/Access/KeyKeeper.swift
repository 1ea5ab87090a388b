package import FoundationEssentials
package import Keys
package import Logging
import NIOCore
import NIOPosix
import Synchronization

/// The keys of a running daemon: looked up in memory, changed in the file first.
///
/// A file that cannot be read keeps nobody out but those with keys: it is left as it is, and every key
/// is answered `SERVICE_UNAVAILABLE` until the file is repaired and read again (SIGHUP).
package final class KeyKeeper: Sendable {
    private struct State {
        var ring = KeyRing()
        /// Why the file cannot be read. Until it can, it is not written either.
        var failure: KeyError?
    }

    private let state = Mutex(State())
    /// `nil`: keys live as long as this process, for tests.
    private let file: KeyFile?
    /// Writes the file, one change after the other, away from the event loops.
    private let thread = NIOThreadPool(numberOfThreads: 1)
    private let logger: Logger
    let environment: KeyEnvironment
    private let clock: @Sendable () -> Date

    package init(
        file: KeyFile?, environment: KeyEnvironment = .live, logger: Logger,
        clock: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.file = file
        self.environment = environment
        self.logger = logger
        self.clock = clock
        thread.start()
        load()
    }

    /// Reads the file again, after the changes under way. If it cannot be read, the keys known so far
    /// stay.
    package func reload() async {
        // It fails only after `stop`, when nobody asks any more.
        try? await thread.runIfActive { self.load() }
    }

    private func load() {
        guard let file else { return }
        do {
            let ring = try file.load()
            state.withLock { $0 = State(ring: ring, failure: nil) }
        } catch {
            log(error)
            state.withLock { $0.failure = error }
        }
    }

    package var records: [KeyRecord] { state.withLock { $0.ring.records } }

    package func state(of record: KeyRecord) -> KeyRecord.State { record.state(at: clock()) }

    /// The record of a presented key. Cheap enough for an event loop; never waits for the disk.
    package func find(_ text: String) throws(KeyError) -> KeyRecord {
        let now = clock()
        let state = state.withLock { $0 }
        if let failure = state.failure, state.ring.records.isEmpty { throw failure }
        let record = try state.ring.find(text, in: environment, now: now)
        let day = Self.day(of: now)
        if record.lastUsedDay != day { noteUse(of: record.id, day: day) }
        return record
    }

    // MARK: Changes, durable when they return

    package func create(
        name: String, kind: KeyRecord.Kind, expiresAfter: TimeInterval?
    ) async throws -> (record: KeyRecord, key: KeyText) {
        try await thread.runIfActive {
            let now = self.clock()
            return try self.change { ring throws(KeyError) in
                var random = SystemRandomNumberGenerator()
                return try ring.create(
                    name: name, kind: kind, environment: self.environment, now: now,
                    expires: expiresAfter.map { now.addingTimeInterval($0) }, using: &random)
            }
        }
    }

    package func revoke(id: String) async throws -> KeyRecord {
        try await thread.runIfActive {
            let now = self.clock()
            return try self.change { ring throws(KeyError) in
                try ring.revoke(id: id, now: now)
            }
        }
    }

    /// Waits for the changes under way, then ends the thread.
    package func stop() async {
        // Stopping a started pool does not fail.
        try? await thread.shutdownGracefully()
    }

    // MARK: On the thread

    private func change<Result>(
        _ body: (inout KeyRing) throws(KeyError) -> Result
    ) throws(KeyError) -> Result {
        let before = state.withLock { $0 }
        if let failure = before.failure { throw failure }
        var ring = before.ring
        let result = try body(&ring)
        guard ring != before.ring else { return result }
        do {
            try file?.save(ring)
        } catch {
            log(error)
            throw error
        }
        // Only this thread changes the ring, but for a reload, which the file then decides.
        state.withLock { $0.ring = ring }
        return result
    }

    private func noteUse(of id: String, day: String) {
        let isFirst = state.withLock { $0.ring.noteUse(of: id, day: day) }
        guard isFirst else { return }
        thread.submit { _ in
            // A day that is not written down is no reason to refuse a good key.
            let state = self.state.withLock { $0 }
            guard state.failure == nil else { return }
            do throws(KeyError) { try self.file?.save(state.ring) } catch { self.log(error) }
        }
    }

    private func log(_ error: KeyError) {
        guard case .file(let reason) = error else { return }
        logger.error("the keys cannot be used", metadata: ["error": "\(reason)"])
    }

    private static func day(of time: Date) -> String {
        time.formatted(.iso8601.year().month().day())
    }
}
