import EventLogd
import Logging
import Query

/// What SIGHUP does: reads settings and keys again and takes over what can change while serving. If
/// anything is wrong with the settings, all old ones stay.
actor DaemonReload {
    private let sources: ConfigurationSources
    private var effective: EffectiveConfiguration
    private let daemon: Daemon
    private let queryLimits: LiveValue<QueryLimits>
    private let level: LiveValue<Logger.Level>
    private let notifier: ServiceNotifier
    private let logger: Logger

    init(
        sources: ConfigurationSources, first: EffectiveConfiguration, daemon: Daemon,
        queryLimits: LiveValue<QueryLimits>, level: LiveValue<Logger.Level>,
        notifier: ServiceNotifier, logger: Logger
    ) {
        self.sources = sources
        self.effective = first
        self.daemon = daemon
        self.queryLimits = queryLimits
        self.level = level
        self.notifier = notifier
        self.logger = logger
    }

    func run() async {
        notifier.reloading()
        defer { notifier.ready(status: "Serving") }
        await daemon.gatekeeper.keys.reload()
        let new = EffectiveConfiguration(sources)
        guard new.problems.isEmpty else {
            for problem in new.problems {
                logger.error("a setting is wrong", metadata: ["problem": "\(problem)"])
            }
            logger.error("the settings stay as they were")
            return
        }
        let change = ConfigurationChange(from: effective, to: new)
        effective = effective.applying(new)
        level.current = new.configuration.logLevel
        queryLimits.current = new.configuration.query
        daemon.setLimits(new.configuration.limits)
        daemon.gatekeeper.require(keys: new.configuration.requiresKey)
        for line in change.applied { logger.notice("changed", metadata: ["setting": "\(line)"]) }
        for line in change.needsRestart {
            logger.warning("changes at the next start", metadata: ["setting": "\(line)"])
        }
        logger.notice("settings and keys were read again")
    }
}
