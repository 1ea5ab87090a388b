import ArgumentParser
import EventLogd
import Glibc

/// `eventlogd`: opens the store, binds the sockets, serves until told to stop.
@main
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "eventlogd",
        abstract: "Stores engagement events from local programs and answers questions about them.",
        discussion: """
            Programs write events as NDJSON into the socket, one object a line; what is \
            acknowledged is on the disk. Questions go to the same socket over HTTP.

            EXAMPLES
              eventlogd --store /var/lib/eventlog
              eventlogd --store ./case-17 --socket ./case-17.sock --archive
              eventlogd --config /etc/eventlog/eventlogd.json --check-config
              eventlogd --store ./s --set ingestSocket=./send.sock --set query.deadline=10s

              nc -NU ./case-17.sock < events.ndjson
              curl --unix-socket ./case-17.sock http://e/v1/query -d 'FROM events'

            SIGTERM and SIGINT stop it in order: what was read is stored and acknowledged first. \
            SIGHUP reads the settings and the keys again.
            Exit status: 0 stopped in order, 1 failed, 2 wrong arguments or settings.

            SETTINGS, with their defaults (docs/Configuration.md says more). A flag goes before the \
            variable EVENTLOG_… (query.deadline is EVENTLOG_QUERY_DEADLINE), that before the file, \
            a JSON object.
            \(SettingsPage.help)
            """,
        version: Version.current)

    @Option(help: ArgumentHelp("The store's directory; made if missing.", valueName: "dir"))
    var store: String?

    @Option(
        help: ArgumentHelp(
            "The socket. Default: /run/eventlog/eventlog.sock for root, "
                + "else $XDG_RUNTIME_DIR/eventlog/eventlog.sock.", valueName: "path"))
    var socket: String?

    @Option(help: ArgumentHelp("A file of settings, a JSON object.", valueName: "file"))
    var config: String?

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("Any setting; may be given again.", valueName: "key=value"))
    var settings: [String] = []

    @Flag(help: "Show every setting with its source, and all that is wrong; then end.")
    var checkConfig = false

    @Flag(help: "Take events of any age (imports, case files).")
    var archive = false

    @Option(
        help: ArgumentHelp(
            "The key file that commits are sealed with: eventlog catalog make-seal-key.",
            valueName: "file"))
    var sealKey: String?

    @Option(help: ArgumentHelp("Seal once this many events wait.", valueName: "count"))
    var sealRows: String?

    @Option(help: ArgumentHelp("Seal events after this long; seconds, or 5min.", valueName: "time"))
    var sealAge: String?

    @Option(help: ArgumentHelp("The least that is logged: trace to critical.", valueName: "level"))
    var logLevel: String?

    @Flag(help: .hidden)
    var settingsPage = false

    func validate() throws {
        for setting in settings where !setting.contains("=") {
            throw ValidationError("--set takes key=value, not “\(setting)”.")
        }
    }

    func run() async throws {
        if settingsPage {
            print(SettingsPage.markdown, terminator: "")
            return
        }
        let sources = sources()
        let effective = EffectiveConfiguration(sources)
        if checkConfig { Glibc.exit(ConfigurationReport(effective).printed() ? 0 : 2) }
        guard effective.problems.isEmpty else {
            throw ValidationError(effective.problems.map(\.description).joined(separator: "\n"))
        }
        try await DaemonRun(sources: sources, effective: effective).run()
    }

    private func sources() -> ConfigurationSources {
        typealias Flag = ConfigurationSources.Flag
        var sources = ConfigurationSources()
        sources.file = config
        sources.environment = Environment.all
        // The general form first, so that a flag of its own has the last word.
        sources.flags = settings.map {
            let halves = $0.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return Flag(key: String(halves[0]), text: String(halves[1]), name: "--set")
        }
        func add(_ key: String, _ text: String?, _ name: String) {
            if let text { sources.flags.append(Flag(key: key, text: text, name: name)) }
        }
        add("store", store, "--store")
        add("socket", socket, "--socket")
        add("sealKey", sealKey, "--seal-key")
        add("archive", archive ? "true" : nil, "--archive")
        add("seal.rows", sealRows, "--seal-rows")
        // A bare number is seconds, as this flag has always taken it.
        add("seal.age", sealAge.map { Int64($0) == nil ? $0 : "\($0)s" }, "--seal-age")
        add("log.level", logLevel, "--log-level")
        return sources
    }

    /// Usage errors exit with 2, as the client does; ArgumentParser's own status would be 64.
    static func main() async {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            let isUsage = exitCode(for: error) == .validationFailure
            guard isUsage || exitCode(for: error) != .success else { exit(withError: error) }
            let message = Array("\(fullMessage(for: error))\n".utf8)
            write(STDERR_FILENO, message, message.count)
            Glibc.exit(isUsage ? 2 : 1)
        }
    }
}

/// Why the daemon does not start, in one sentence.
struct StartError: Error, CustomStringConvertible {
    let description: String
}
