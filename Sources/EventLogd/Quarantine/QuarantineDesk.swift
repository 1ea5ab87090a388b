import EventLog
import NIOPosix

/// What became of quarantined events that were offered again; the names are those of the JSON.
struct ReplayReport: Sendable, Hashable, Codable {
    /// Events that were looked at.
    var events = 0
    /// Stored or known; in a dry run those that would be.
    var accepted = 0
    var stored = 0
    var duplicates = 0
    /// They stay in the quarantine.
    var refused = 0
    /// Not offered, because only their beginnings are kept.
    var truncated = 0
    /// Numbers that the quarantine does not have.
    var missing = 0
    var dryRun = false
}

/// Replays and drops quarantined events, some hundred at a time, through the writer like all others.
final class QuarantineDesk: Sendable {
    private let sink: any EventSink
    private let writer: Writer
    private let decoders: any LineDecoderFactory
    private let clock: ReceiveClock

    /// Events that are in memory at a time: at most so many times `Limits.quarantineLineSizeMax`.
    private static let chunkCount = 256
    /// Numbers that one batch drops.
    private static let dropCount = 16_384

    init(
        sink: any EventSink, writer: Writer, decoders: any LineDecoderFactory, clock: ReceiveClock
    ) {
        self.sink = sink
        self.writer = writer
        self.decoders = decoders
        self.clock = clock
    }

    /// Offers events again. Each is a new offer with a place of its own in the ledger; what is accepted
    /// leaves the quarantine with the same commit.
    func replay(_ request: QuarantineRequest) async throws -> ReplayReport {
        var report = ReplayReport()
        report.dryRun = request.isDryRun
        let ids = try await select(request.selection, &report.missing)
        for start in stride(from: 0, to: ids.count, by: Self.chunkCount) {
            let chunk = ids[start..<min(start + Self.chunkCount, ids.count)]
            let events = try await read(Set(chunk))
            report.missing += chunk.count - events.count
            try await replay(events, &report)
        }
        return report
    }

    private func replay(
        _ events: [QuarantinedEvent], _ report: inout ReplayReport
    ) async throws {
        var open: QuarantineReplay?
        for event in events {
            report.events += 1
            if event.isTruncated {
                report.truncated += 1
                continue
            }
            if let full = open, full.isFull || !full.takes(event) {
                try await submit(full, &report)
                open = nil
            }
            if open == nil {
                open = QuarantineReplay(
                    producer: event.producer,
                    peer: PeerCredentials(uid: event.peerUid, gid: 0, pid: event.peerPid),
                    decoders: decoders, now: clock.now())
            }
            open?.add(event)
        }
        if let open { try await submit(open, &report) }
    }

    private func submit(
        _ replay: QuarantineReplay, _ report: inout ReplayReport
    ) async throws {
        report.refused += replay.refusedCount
        report.accepted += replay.batch.count
        guard !report.dryRun, !replay.batch.isEmpty else { return }
        let result = try await submit(replay.batch)
        report.stored += result.stored
        report.duplicates += result.duplicates
    }

    /// Takes events out of the quarantine for good.
    /// - Returns: how many, and how many of the numbers asked for are not there.
    func drop(
        _ request: QuarantineRequest
    ) async throws -> (dropped: Int, missing: Int) {
        var missing = 0
        let ids = try await select(request.selection, &missing)
        for start in stride(from: 0, to: ids.count, by: Self.dropCount) {
            var batch = EventBatch(
                producer: "", peer: PeerCredentials(uid: 0, gid: 0, pid: 0),
                receivedAt: clock.now())
            batch.leavingQuarantine = Array(
                ids[start..<min(start + Self.dropCount, ids.count)])
            _ = try await submit(batch)
        }
        return (ids.count, missing)
    }

    // MARK: Helpers

    private func select(
        _ selection: QuarantineRequest.Selection, _ missing: inout Int
    ) async throws -> [Int64] {
        let all = try await NIOThreadPool.singleton.runIfActive { self.sink.quarantinedIDs() }
        switch selection {
        case .all: return all
        case .ids(let wanted):
            let found = all.filter(wanted.contains)
            missing += wanted.count - found.count
            return found
        }
    }

    private func read(_ ids: Set<Int64>) async throws -> [QuarantinedEvent] {
        try await NIOThreadPool.singleton.runIfActive { try self.sink.quarantined(ids) }
    }

    private func submit(_ batch: EventBatch) async throws -> AppendResult {
        try await withCheckedThrowingContinuation { continuation in
            writer.submit(batch, durability: .synced) { continuation.resume(with: $0) }
        }
    }
}
