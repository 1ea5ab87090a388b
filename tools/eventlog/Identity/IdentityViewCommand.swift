import ArgumentParser
import EventLog
import FoundationEssentials

/// `eventlog identity view`: the text that gives another engine the events with their persons.
struct IdentityViewCommand: ParsableCommand {
    enum Engine: String, ExpressibleByArgument, CaseIterable {
        case duckdb, clickhouse, spark

        /// With `{store}` and `{nobody}` for what has to be filled in.
        var file: [UInt8] {
            switch self {
            case .duckdb: PackageResources.duckdb_sql
            case .clickhouse: PackageResources.clickhouse_sql
            case .spark: PackageResources.spark_sql
            }
        }

        /// What stands for a byte in a quoted text of the engine, if not the byte itself.
        func escaped(_ character: Character) -> String {
            switch (character, self) {
            case ("'", .duckdb): "''"
            case ("'", .clickhouse): "\\'"
            case ("\\", .clickhouse): "\\\\"
            // Here paths stand in backticks.
            case ("`", .spark): "``"
            default: String(character)
            }
        }
    }

    static let configuration = CommandConfiguration(
        commandName: "view",
        abstract: "Prints the SQL by which another engine sees the events with their persons.",
        discussion: """
            It makes a view events in the engine, with personId and isAnonymous as eventlog itself shows \
            them, over the Delta tables of the store. See docs/Identity.md.

            EXAMPLES
              eventlog identity view --engine duckdb --store /backup/store >view.sql
              eventlog identity view --engine clickhouse
            """)

    @Option(help: "duckdb, clickhouse or spark.")
    var engine: Engine

    @Option(
        help: ArgumentHelp(
            "The store's directory. Default: that of the daemon.", valueName: "directory"))
    var store: String?

    @OptionGroup var socket: SocketOptions

    func run() throws {
        let text = String(decoding: engine.file, as: UTF8.self)
            .replacing("{store}", with: try directory().map(engine.escaped).joined())
            .replacing("{nobody}", with: UserPlaceholder.pattern.map(engine.escaped).joined())
        try Terminal.printDocument(Array(text.utf8))
    }

    /// Absolute, without a slash at the end.
    private func directory() throws -> String {
        var path = try store ?? daemonStore()
        if !path.hasPrefix("/") {
            path = FileManager.default.currentDirectoryPath + "/" + path
        }
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        guard !path.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else {
            throw ToolFailure("the store's path has control characters", .usage)
        }
        return path
    }

    private func daemonStore() throws(ToolFailure) -> String {
        struct Envelope: Decodable {
            struct Body: Decodable { var store: StoreStatus }
            var data: Body
        }
        let response = try socket.client().require("GET", "/v1/status")
        guard
            let status = try? JSONDecoder().decode(Envelope.self, from: Data(response.body)).data
        else { throw ToolFailure("this daemon's status cannot be read by this eventlog") }
        guard status.store.store.hasPrefix("/") else {
            throw ToolFailure(
                "the daemon does not say where its store is: name it with --store", .usage)
        }
        return status.store.store
    }
}
