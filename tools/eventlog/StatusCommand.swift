import ArgumentParser
import EventLog
import FoundationEssentials
import Query

/// `eventlog status`: how the daemon and its store are.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Shows how the daemon and its store are.",
        discussion: """
            EXAMPLES
              eventlog status
              eventlog status --json | jq .store.segmentBytes

            EXIT STATUS
              0 well · 1 no answer, or the store refuses events · 3 damage was found
            """)

    @Flag(help: "The daemon's own JSON.")
    var json = false

    @OptionGroup var socket: SocketOptions

    func run() throws {
        let response = try socket.client().require("GET", "/v1/status")
        guard let status = try? JSONDecoder().decode(Envelope.self, from: Data(response.body)).data
        else { throw ToolFailure("this daemon's status cannot be read by this eventlog") }
        if json {
            // Printed again rather than passed on, so that every byte of it has been understood.
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            try Terminal.printDocument(Array(try encoder.encode(status)) + [0x0A])
        } else {
            for line in status.lines { try Terminal.print(line) }
        }
        if status.store.writeError != nil { throw ToolFailure("", .failed) }
        if !status.store.damage.isEmpty { throw ToolFailure("", .damage) }
    }

    private struct Envelope: Decodable {
        var data: DaemonReport
    }
}

/// The answer of `GET /v1/status`.
struct DaemonReport: Codable {
    struct Connections: Codable {
        var open: Int
        var accepted: Int
        var refused: Int
    }
    struct Ingest: Codable {
        var lines: UInt64
        var stored: UInt64
        var duplicates: UInt64
        var failed: UInt64
        var adjusted: UInt64
        var controls: UInt64
        var errorsOmitted: UInt64
        var bytesReceived: Int
        var queueBytes: Int
        var groups: Int
        var failedGroups: Int
        var refusedByCode: [String: UInt64]?
        var newestAt: Int64?
    }
    struct Queries: Codable {
        var open: Int
        var total: Int
        var failed: Int
        var running: [Timed]?
        var slowest: [Timed]?
    }
    /// A query without its texts, and how long it took or has taken.
    struct Timed: Codable {
        var seconds: Double
        var text: String
        var endedAt: Int64?
    }

    var version: String
    var pid: Int32
    var uptimeSeconds: Double
    var socket: String
    var connections: Connections
    var ingest: Ingest
    var queries: Queries
    /// Clients that follow the events.
    var tails: Int?
    /// Bytes that the store's file system has left.
    var availableBytes: Int?
    var store: StoreStatus

    /// For people; every line harmless.
    var lines: [String] {
        let n = { (number: UInt64) in Quantities.grouped(number) }
        func count(_ number: some BinaryInteger) -> String { Quantities.grouped(number) }
        var lines = [
            "eventlogd \(harmless(version)), pid \(pid), up \(Quantities.duration(uptimeSeconds))",
            "socket    \(harmless(socket)), \(count(connections.open)) connections",
            "store     \(harmless(store.store)), catalog version \(store.catalogVersion)",
            "  sealed    \(count(store.segmentRows)) events in \(count(store.segments)) segments, "
                + Quantities.bytes(store.segmentBytes),
            "  tail      \(count(store.tailRows)) events, journal "
                + Quantities.bytes(store.journalBytes),
            "  ledger    stored \(count(store.ledger.stored)) · duplicate "
                + "\(count(store.ledger.duplicate)) · refused \(count(store.ledger.refused)) · erased "
                + "\(count(store.ledger.erased)) · expired \(count(store.ledger.expired))",
            "  quarantine \(count(store.quarantine.events)) events, "
                + Quantities.bytes(store.quarantine.bytes),
        ]
        if let chain = store.chain {
            lines.insert(
                "  chain     ends with version \(chain.version), \(harmless(chain.digest))", at: 3)
        }
        if let version = store.identityTable.version {
            lines.append(
                "  identity  table version \(version), \(count(store.identityTable.rows)) rows, "
                    + "up to event \(count(store.identityTable.position))")
        }
        if let oldest = store.retention.oldestKept {
            lines.append("  oldest    \(TimestampText.text(of: oldest))")
        }
        lines += [
            "since start",
            "  lines     \(n(ingest.lines)): stored \(n(ingest.stored)) · duplicates "
                + "\(n(ingest.duplicates)) · refused \(n(ingest.failed))",
            "  received  \(Quantities.bytes(ingest.bytesReceived)), waiting "
                + Quantities.bytes(ingest.queueBytes),
            "  queries   \(count(queries.total)), failed \(count(queries.failed)), "
                + "running \(count(queries.open))",
        ]
        if store.recoveredTailBytes > 0 {
            lines.append(
                "note      \(Quantities.bytes(store.recoveredTailBytes)) of an interrupted write "
                    + "were cut from the journal at the last start")
        }
        if let liftedIn = store.retention.clock.liftedIn {
            lines.append(
                "note      nothing expires by age for \(Quantities.duration(liftedIn)): the clock may be "
                    + "wrong; eventlog expire --trust-clock says it is not")
        }
        if let pending = store.archive.pending, pending > 0 {
            lines.append(
                "note      \(count(pending)) segments are not archived"
                    + (store.archive.error.map { ": \(harmless($0))" } ?? ""))
        }
        if let error = store.identityTable.error {
            lines.append("note      the identity table was not published: \(harmless(error))")
        }
        if let error = store.writeError {
            lines.append("REFUSING  events: \(harmless(error))")
        }
        lines += store.damage.map { "DAMAGE    \(harmless($0))" }
        return lines
    }
}
