import EventLog
import EventLogd
import Glibc
import Keys
import Logging

/// One run of the daemon, from checked settings to the last closed file.
struct DaemonRun {
    let sources: ConfigurationSources
    let effective: EffectiveConfiguration
    private let configuration: DaemonConfiguration
    private let level: LiveValue<Logger.Level>
    private let logger: Logger
    private let notifier: ServiceNotifier

    init(sources: ConfigurationSources, effective: EffectiveConfiguration) {
        self.sources = sources
        self.effective = effective
        configuration = effective.configuration
        let level = LiveValue(configuration.logLevel)
        self.level = level
        let form: LineLog.Form =
            sources.environment["JOURNAL_STREAM"] == nil ? .withTime : .forJournal
        logger = Logger(label: "eventlogd") { _ in LineLog(level: level, form: form) }
        notifier = ServiceNotifier(environment: sources.environment)
    }

    func run() async throws {
        ProcessSetup.ignoreDeadlySignals()
        ProcessSetup.boundHeaps()
        let files = ProcessSetup.raiseFileLimit()
        let threadCount = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        for name in effective.unknownVariables {
            logger.warning("a variable that is no setting", metadata: ["name": "\(name)"])
        }

        for doubt in configuration.doubts { logger.warning("\(doubt)") }

        // The lock of the store comes before the sockets: whoever has it may clear a stale socket away.
        let store = try openStore()
        let listeners: [Listener]
        let daemon: Daemon
        let queryLimits = LiveValue(configuration.query)
        do {
            listeners = try listen()
            daemon = Daemon(
                store: store, configuration: configuration, queryLimits: queryLimits,
                gatekeeper: try gatekeeper(), socketPath: listeners[0].address,
                threadCount: threadCount, logger: logger)
        } catch {
            try store.close()
            throw error
        }
        logger.info(
            "starting",
            metadata: [
                "version": "\(Version.current)", "store": "\(configuration.store)",
                "files": "\(files)",
            ])
        let reload = DaemonReload(
            sources: sources, first: effective, daemon: daemon, queryLimits: queryLimits,
            level: level, notifier: notifier, logger: logger)
        let reloading = await ReloadService { await reload.run() }
        let addresses = listeners.map(\.address).joined(separator: ", ")
        let process = DaemonProcess(
            daemon, listeners: listeners, threadCount: threadCount, signals: .stopInOrder,
            more: { [notifier] group in
                [
                    reloading,
                    WatchdogService(notifier: notifier, group: group),
                ]
            }, logger: logger
        ) { [notifier, configuration] in
            print(
                "eventlogd ready: socket \(addresses), store \(configuration.store), "
                    + "pid \(getpid())")
            fflush(nil)
            notifier.ready(status: "Serving \(addresses)")
        }
        try await process.run()
        logger.info("stopped")
    }

    private func openStore() throws -> EventStore {
        var options = configuration.effectiveStoreOptions
        if !configuration.sealKey.isEmpty {
            do {
                options.sealer = try LinkSealer(path: configuration.sealKey)
            } catch {
                throw StartError(description: "sealKey \(configuration.sealKey): \(error)")
            }
        }
        let store: EventStore
        do {
            store = try EventStore.open(configuration.store, options: options)
        } catch {
            throw StartError(description: "\(configuration.store): \(error)")
        }
        if let key = options.sealer?.key {
            logger.info(
                "commits are sealed", metadata: ["key": "\(key.id.text)", "next": "\(key.number)"])
        } else if let key = store.chain?.key {
            logger.warning(
                "commits were sealed before, and are not without sealKey",
                metadata: ["key": "\(key.id.text)"])
        }
        return store
    }

    private func gatekeeper() throws -> Gatekeeper {
        let disk = try PosixDisk(root: configuration.store, createIfMissing: false)
        return Gatekeeper(
            policy: AccessPolicy(ownUID: geteuid(), requiresKey: configuration.requiresKey),
            keys: KeyKeeper(
                file: KeyFile(on: disk), environment: configuration.environment, logger: logger))
    }

    /// The sockets that the system's manager passes on, and those of the settings that it does not.
    private func listen() throws -> [Listener] {
        let passed = try ActivationSockets.take(environment: sources.environment)
        let isPassed = { (entrance: Entrance) in passed.contains { $0.entrance == entrance } }
        let backlog = configuration.limits.backlog
        var listeners = passed
        // If a later one fails, what was made so far must not stay behind.
        do {
            if !isPassed(.main) {
                listeners.append(
                    try listen(.main, try mainPath(), configuration.socketMode))
            }
            if !isPassed(.ingest), !configuration.ingestSocket.isEmpty {
                listeners.append(
                    try listen(
                        .ingest, configuration.ingestSocket, configuration.ingestSocketMode))
            }
            if !isPassed(.tcp), !configuration.tcp.isEmpty {
                listeners.append(
                    Listener(try LoopbackListener(address: configuration.tcp, backlog: backlog)))
            }
        } catch {
            for listener in listeners { listener.removeFile() }
            throw error
        }
        return listeners.sorted { $0.entrance == .main && $1.entrance != .main }
    }

    private func listen(
        _ entrance: Entrance, _ path: String, _ mode: UInt32
    ) throws -> Listener {
        let listener = try UnixListener(
            path: path, backlog: configuration.limits.backlog, mode: mode)
        if listener.isOutOfReach {
            logger.warning(
                "everybody may use this socket, but not pass through its directory",
                metadata: ["socket": "\(path)"])
        }
        return Listener(entrance, listener)
    }

    private func mainPath() throws -> String {
        if !configuration.socket.isEmpty { return configuration.socket }
        let directory = sources.environment["XDG_RUNTIME_DIR"]
        guard let path = SocketPath.standard(uid: geteuid(), runtimeDirectory: directory) else {
            throw StartError(description: "XDG_RUNTIME_DIR is not set: say where with --socket.")
        }
        return path
    }
}
