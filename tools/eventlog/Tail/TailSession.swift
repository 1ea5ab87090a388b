import FoundationEssentials
import Glibc

/// Follows the events over any number of connections, each of which goes on behind the last.
struct TailSession {
    let client: DaemonClient
    let condition: String?
    let follows: Bool
    let patience: Duration
    let file: CursorFile?
    let text: TailText?
    /// Behind which event to go on; `nil`: where `start` says.
    var cursor: String?
    /// The parameter that says where to begin.
    var start = "from=now"
    /// Events that may still come.
    var left: Int?
    private(set) var hasDamage = false

    /// Bytes of a line that has not ended.
    private var partial: [UInt8] = []
    private var isOver = false

    init(
        client: DaemonClient, condition: String?, follows: Bool, patience: Duration,
        file: CursorFile?, text: TailText?
    ) {
        self.client = client
        self.condition = condition
        self.follows = follows
        self.patience = patience
        self.file = file
        self.text = text
    }

    /// Returns when everything is told, or Ctrl-C is pressed.
    mutating func run() throws {
        var backOff = BackOff(patience: patience)
        var hasConnected = false
        while !isOver {
            let before = cursor
            do throws(ToolFailure) {
                try connect()
                hasConnected = true
            } catch {
                if error.isInterrupted { return }
                // At first there is nobody to wait for: the name of the socket may be wrong.
                guard follows, error.mayPass, hasConnected || cursor != nil else { throw error }
                hasConnected = true
            }
            if isOver { return }
            partial = []
            if cursor != before { backOff.progressed() }
            guard let delay = backOff.nextDelay() else {
                throw ToolFailure("the daemon has been away for too long")
            }
            if !Interruption.pause(seconds: delay.inSeconds) { return }
        }
    }

    private mutating func connect() throws(ToolFailure) {
        var parameters = [cursor.map { "cursor=\($0)" } ?? start]
        if let condition { parameters.append("where=\(URLText.escaped(condition))") }
        if let left { parameters.append("limit=\(left)") }
        if !follows { parameters.append("follow=false") }
        if let cursor, !Self.isPlain(cursor) {
            throw ToolFailure("this is no cursor: \(harmless(cursor))", .usage)
        }
        var session = self
        defer { self = session }
        _ = try client.require(
            "GET", "/v1/events/tail?" + parameters.joined(separator: "&"),
            accept: "application/x-ndjson"
        ) { (bytes) throws(ToolFailure) in try session.take(bytes) }
    }

    private static func isPlain(_ cursor: String) -> Bool {
        !cursor.isEmpty && cursor.utf8.allSatisfy { (0x30...0x7A).contains($0) || $0 == 0x2D }
    }

    // MARK: Lines

    private mutating func take(_ bytes: [UInt8]) throws(ToolFailure) {
        var output: [UInt8] = []
        let before = cursor
        var lineStart = 0
        while let end = bytes[lineStart...].firstIndex(of: 0x0A) {
            if partial.isEmpty {
                try takeLine(bytes[lineStart..<end], &output)
            } else {
                partial += bytes[lineStart..<end]
                let line = partial
                partial = []
                try takeLine(line[...], &output)
            }
            lineStart = end + 1
        }
        partial += bytes[lineStart...]
        if !output.isEmpty { try Terminal.write(output, to: Terminal.output) }
        if let file, let cursor, cursor != before { try file.write(cursor) }
    }

    private static let eventStart = Array(#"{"cursor":""#.utf8)

    private mutating func takeLine(
        _ line: ArraySlice<UInt8>, _ output: inout [UInt8]
    ) throws(ToolFailure) {
        guard line.starts(with: Self.eventStart),
            let end = line[(line.startIndex + Self.eventStart.count)...].firstIndex(of: 0x22)
        else { return try takeControl(line) }
        cursor = String(
            decoding: line[(line.startIndex + Self.eventStart.count)..<end], as: UTF8.self)
        if let left { self.left = left - 1 }
        if let text {
            output += text.line(line)
        } else {
            output += line
            output.append(0x0A)
        }
    }

    private mutating func takeControl(_ line: ArraySlice<UInt8>) throws(ToolFailure) {
        guard let control = try? JSONDecoder().decode(Control.self, from: Data(line)) else {
            throw ToolFailure("this is no eventlogd: its answer is no tail")
        }
        if let seen = control.place { cursor = seen }
        if let missed = control.missed {
            Terminal.complain(
                "eventlog: \(Quantities.grouped(missed.events)) events at most were missed: "
                    + (missed.reason == "expired"
                        ? "they have expired" : "this tail was too far behind"))
        }
        if let damage = control.damage {
            hasDamage = true
            Terminal.complain(
                "eventlog: warning: damaged: \(harmless(damage.file)): \(harmless(damage.message))")
        }
        guard let end = control.end else { return }
        if end.reason == "error" {
            throw ToolFailure(harmless(end.message ?? "the daemon cannot read its events"))
        }
        // A daemon that stops may come again.
        isOver = !follows || end.reason == "limit"
    }

    private struct Control: Decodable {
        struct Heartbeat: Decodable { var cursor: String }
        struct Missed: Decodable {
            var events: Int
            var reason: String
            var cursor: String
        }
        struct Damaged: Decodable {
            var file: String
            var message: String
        }
        struct End: Decodable {
            var reason: String
            var message: String?
            var cursor: String
        }
        var heartbeat: Heartbeat?
        var missed: Missed?
        var damage: Damaged?
        var end: End?

        var place: String? { heartbeat?.cursor ?? missed?.cursor ?? end?.cursor }
    }
}
