import ArgumentParser
import EventLog

/// The options that all exports share, and the way of one: over the socket, or from a store without a
/// daemon.
struct ExportOptions: ParsableArguments {
    @Flag(help: "Compress the file; usual if its name ends with .gz.")
    var gzip = false

    @Option(
        name: [.short, .customLong("output")],
        help: ArgumentHelp(
            "Write to this file, which appears once it is whole; - is standard output.",
            valueName: "file"))
    var output = "-"

    @Flag(help: "Leave the daemon's copy where it is, for 7 days, instead of deleting it.")
    var keep = false

    @Option(help: ArgumentHelp("Read this store, no daemon needed; read-only.", valueName: "dir"))
    var store: String?

    @OptionGroup var socket: SocketOptions

    func validate() throws {
        if store != nil, socket.explicitPath != nil {
            throw ValidationError("Give --store or --socket, not both.")
        }
        if store != nil, keep { throw ValidationError("--keep is about a daemon, not a --store.") }
    }

    var isCompressed: Bool { gzip || output.hasSuffix(".gz") }

    /// What the name of the file says of its format: `jsonl` of `x.jsonl.gz`.
    var outputExtension: String {
        let name = output.hasSuffix(".gz") ? output.dropLast(3) : output[...]
        return name.lastIndex(of: ".").map { String(name[name.index(after: $0)...]) } ?? ""
    }

    /// - Parameter target: of the daemon that takes the request.
    func run(_ request: ExportRequest, _ target: String) throws {
        let output = try ExportOutput(output)
        if output.isTerminal, request.compression == .gzip || request.format == .parquet {
            throw ToolFailure(
                "a terminal cannot show this format; write it to a file with -o", .usage)
        }
        let result = try Interruption.catching {
            if let store {
                try OfflineStore(path: store).export(request, to: output)
            } else {
                try DaemonExport(client: try socket.client(), request: request, target: target)
                    .run(to: output, keepsCopy: keep)
            }
        }
        try output.finish()
        if Terminal.isTerminal(Terminal.error) {
            Terminal.complain(
                "\(Quantities.grouped(result.rowCount)) "
                    + "\(result.rowCount == 1 ? "event" : "events"), "
                    + Quantities.bytes(output.size))
        }
        guard result.isPartial else { return }
        Terminal.complain("eventlog: warning: damaged events were left out")
        for line in result.damage { Terminal.complain("  \(harmless(line))") }
        throw ToolFailure("", .damage)
    }
}

/// What an export came to.
struct ExportOutcome {
    var rowCount: Int
    var isPartial: Bool
    /// One line for each damaged file, as far as they are told.
    var damage: [String] = []
}

extension ProgressLine {
    mutating func update(_ word: String, _ done: Int, of total: Int) {
        update { _ in
            guard total > 0 else { return word }
            let share = min(1, Double(done) / Double(total))
            return "\(Self.bar(share)) · \(word)"
        }
    }
}
