import ArgumentParser
import EventLog
import EventLogd
import Glibc
import Logging

/// `eventlogd`: opens the store, binds the socket, serves until told to stop.
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

              nc -NU ./case-17.sock < events.ndjson
              curl --unix-socket ./case-17.sock http://e/v1/query -d 'FROM events'

            SIGTERM and SIGINT stop it in order: what was read is stored and acknowledged first.
            Exit status: 0 stopped in order, 1 failed, 2 wrong arguments.
            """,
        version: Version.current)

    @Option(help: ArgumentHelp("The store's directory; made if missing.", valueName: "dir"))
    var store: String

    @Option(
        help: ArgumentHelp(
            "The socket. Default: /run/eventlog/eventlog.sock for root, "
                + "else $XDG_RUNTIME_DIR/eventlog/eventlog.sock.", valueName: "path"))
    var socket: String?

    @Flag(help: "Take events of any age (imports, case files).")
    var archive = false

    @Option(help: ArgumentHelp("Seal once this many events wait.", valueName: "count"))
    var sealRows: Int?

    @Option(help: ArgumentHelp("Seal events after this long, in seconds.", valueName: "seconds"))
    var sealAge: Int64?

    @Option(
        help: ArgumentHelp("\(levelNames).", valueName: "level"), transform: Self.level)
    var logLevel = Logger.Level.info

    private static let levelNames = Logger.Level.allCases.map(\.rawValue)
        .joined(separator: ", ")

    private static func level(_ name: String) throws -> Logger.Level {
        if let level = Logger.Level(rawValue: name) { return level }
        throw ValidationError("--log-level is one of \(levelNames).")
    }

    func validate() throws {
        if let sealRows, sealRows < 1 { throw ValidationError("--seal-rows is at least 1.") }
        if let sealAge, !(1...31_536_000).contains(sealAge) {
            throw ValidationError("--seal-age is 1 to 31536000 seconds.")
        }
    }

    func run() async throws {
        ProcessSetup.ignoreDeadlySignals()
        ProcessSetup.boundHeaps()
        let logger = makeLogger()
        let files = ProcessSetup.raiseFileLimit()
        let path = try socketPath()
        let threadCount = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))

        // The lock of the store comes before the socket: whoever has it may clear a stale socket
        // away.
        let eventStore = try openStore()
        let listener: UnixListener
        let daemon: Daemon
        do {
            listener = try UnixListener(path: path, backlog: DaemonLimits().backlog)
            daemon = Daemon(
                store: eventStore, archive: archive, socketPath: path, threadCount: threadCount,
                logger: logger)
        } catch {
            try eventStore.close()
            throw error
        }
        logger.info(
            "starting",
            metadata: ["version": "\(Version.current)", "store": "\(store)", "files": "\(files)"])
        let storePath = store
        let process = DaemonProcess(
            daemon, listener: listener, threadCount: threadCount, signals: .stopInOrder,
            logger: logger
        ) {
            print("eventlogd ready: socket \(path), store \(storePath), pid \(getpid())")
            fflush(nil)
        }
        try await process.run()
        logger.info("stopped")
    }

    private func makeLogger() -> Logger {
        var logger = Logger(label: "eventlogd") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = logLevel
        return logger
    }

    private func socketPath() throws -> String {
        if let socket { return socket }
        let directory = getenv("XDG_RUNTIME_DIR").map { String(cString: $0) }
        guard let path = SocketPath.standard(uid: geteuid(), runtimeDirectory: directory) else {
            throw ValidationError("XDG_RUNTIME_DIR is not set: say where with --socket.")
        }
        return path
    }

    private func openStore() throws -> EventStore {
        var options = StoreOptions()
        if let sealRows { options.sealRowCount = sealRows }
        if let sealAge { options.sealAge = sealAge * 1_000_000 }
        do {
            return try EventStore.open(store, options: options)
        } catch {
            throw StartError(description: "\(store): \(error)")
        }
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
