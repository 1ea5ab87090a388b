import Analytics
import EventLog
import Logging
import Query

/// All settings, in the order in which people meet them. A new one is one line here.
package enum SettingsTable {
    private static let second: Int64 = 1_000_000_000
    private static let day: Int64 = 86_400 * second
    private static let kibibyte = 1 << 10
    private static let mebibyte = 1 << 20
    private static let gibibyte = 1 << 30

    package static let all: [Setting] =
        places + access + log + events + identity + quarantine + disk + seals + compaction
        + retention + rollups + archiving + queries + analytics + tails + exports + limits

    package static func find(_ key: String) -> Setting? { all.first { $0.key == key } }

    private static let places: [Setting] = [
        .path("store", \.store, "The store's directory; made if missing. Must be set."),
        .path(
            "socket", \.socket,
            "The socket. Not set: /run/eventlog/eventlog.sock for root, "
                + "$XDG_RUNTIME_DIR/eventlog/eventlog.sock for others."),
        .mode("socketMode", \.socketMode, "Rights of the socket: who may write may connect."),
        .path(
            "ingestSocket", \.ingestSocket,
            "A second socket, for sending events only, whoever connects. Not set: none."),
        .mode("ingestSocketMode", \.ingestSocketMode, "Its rights; 0666 lets every user send."),
        .path(
            "tcp", \.tcp,
            "HTTP on 127.0.0.1:PORT or [::1]:PORT, always with keys. Not set: none."),
        .path(
            "sealKey", \.sealKey,
            "The key file that commits are sealed with (eventlog catalog make-seal-key). Not set: none is."
        ),
    ]

    private static let access: [Setting] = [
        .flag(
            "auth.requireKey", \.requiresKey, .atReload,
            "Ask for a key on Unix sockets too, also of root."),
        .choice(
            "auth.environment", \.environment, .atStart,
            "Which keys this store has and takes: pk_live_… or pk_test_…."),
    ]

    private static let log: [Setting] = [
        .choice("log.level", \.logLevel, .atReload, "The least that is logged.")
    ]

    private static let events: [Setting] = [
        .flag(
            "archive", \.ingest.archive, .atStart,
            "Take events of any age (imports, case files)."),
        .duration(
            "ingest.maxAge", \.maxAge, second...36_500 * day, .atStart,
            "Events older than this are refused with GONE."),
        Setting(
            "ingest.percentComplete", "a producer and percent or fraction, each", .atStart,
            "Producers that send percentComplete as 0 to 1 rather than 0 to 100.", isMap: true
        ) {
            SettingForm.text(scales: $0.ingest.percentScales)
        } set: { (configuration, text) throws(SettingForm.Problem) in
            configuration.ingest.percentScales = try SettingForm.scales(text)
        },
    ]

    private static let identity: [Setting] = [
        .flag(
            "identity.implicit", \.identity.takesImplicitLinks, .atStart,
            "Whether any event with userId and deviceId links the two, as a login does."),
        .count(
            "identity.sharedDeviceUsers", \.identity.sharedDeviceUsersMax,
            0...IdentityLimits.sharedDeviceUsersMax, .atStart,
            "A device with more users is shared: its events without a user are nobody's. 0: never."),
        .duration(
            "identity.claimWindow", \.claimWindow, 0...DaemonConfiguration.claimWindowMax, .atStart,
            "How far back a first login claims what the device did. The largest: everything."),
    ]

    private static let quarantine: [Setting] = [
        .size(
            "quarantine.size", \.storeOptions.quarantineSize, 0...gibibyte, .atStart,
            "Refused events that are kept; beyond it the oldest go.")
    ]

    private static let disk: [Setting] = [
        .size(
            "disk.reserve", \.storeOptions.spaceReserve, 0...1_024 * gibibyte, .atStart,
            "Space that stays free: below it events are refused, and taken again by itself.")
    ]

    private static let seals: [Setting] = [
        .count(
            "seal.rows", \.storeOptions.sealRowCount, 1...10_000_000, .atStart,
            "Seal once this many events wait; twice as many may be in memory."),
        .duration(
            "seal.age", \.sealAge, second...365 * day, .atStart,
            "Seal events after this long, so that other programs can read them."),
        .duration(
            "seal.checkInterval", \.limits.sealCheckInterval.inNanoseconds,
            second / 100...3_600 * second, .atStart, "How often the age is looked at."),
        .duration(
            "seal.retryInterval", \.limits.sealRetryInterval.inNanoseconds,
            second / 100...3_600 * second, .atStart, "How long sealing rests after it failed."),
    ]

    private static let compaction: [Setting] = [
        .flag(
            "compaction.enabled", \.limits.compactsByItself, .atStart,
            "Whether segments are put together in the background."),
        .duration(
            "compaction.checkInterval", \.limits.compactCheckInterval.inNanoseconds,
            second / 100...3_600 * second, .atStart, "How often it is looked for what is due."),
    ]

    private static let retention: [Setting] = [
        .duration(
            "retention.raw", \.rawRetention, 0...36_500 * day, .atStart,
            "How long an event stays after its timestamp. 0s: for ever, as in an archive."),
        .size(
            "retention.maxBytes", \.retainedBytes, 0...1_048_576 * gibibyte, .atStart,
            "Bytes of segments beyond which the oldest go. 0B: none does."),
        .duration(
            "retention.checkInterval", \.limits.expiryCheckInterval.inNanoseconds,
            second / 100...24 * 3_600 * second, .atStart,
            "How often it is looked for what is to go."),
    ]

    private static let rollups: [Setting] = [
        .flag(
            "rollup.enabled", \.storeOptions.makesRollups, .atStart,
            "Whether events are counted ahead, so that questions that only count are quick."),
        .duration(
            "retention.hourly", \.hourlyRetention, day...36_500 * day, .atStart,
            "How long the counts by hours of events that have expired are kept."),
        .duration(
            "retention.daily", \.dailyRetention, day...36_500 * day, .atStart,
            "The same of those by days."),
    ]

    private static let archiving: [Setting] = [
        Setting(
            "archiver.command", "a command with %p and %f", .atStart,
            "Run by /bin/sh for each new segment: %p is its path, %f the name of its file, %% a percent sign. "
                + "Status 0: it is archived."
        ) {
            $0.archiveCommand?.text ?? ""
        } set: { (configuration, text) throws(SettingForm.Problem) in
            configuration.archiveCommand = text.isEmpty ? nil : try SettingForm.command(text)
        },
        .duration(
            "archiver.timeout", \.limits.archiveTimeout.inNanoseconds, second...24 * 3_600 * second,
            .atStart, "How long the command may take before it is killed."),
    ]

    private static let queries: [Setting] = [
        .duration(
            "query.deadline", \.queryDeadline, second / 10...86_400 * second, .atReload,
            "How long a query may run."),
        .count(
            "query.countMax", \.limits.queryCountMax, 1...10_000, .atReload,
            "Queries that run or wait."),
        .count(
            "query.perPeerMax", \.limits.queriesPerPeerMax, 1...10_000, .atReload,
            "The same of one user."),
        .count(
            "query.threadCount", \.limits.queryThreadCount, 1...256, .atStart,
            "Queries that run at once."),
        .size(
            "query.memorySizeMax", \.query.memorySizeMax, mebibyte...1_024 * gibibyte, .atReload,
            "Memory of one query."),
        .count(
            "query.groupCountMax", \.query.groupCountMax, 1...1_000_000_000, .atReload,
            "Groups of one query."),
        .count(
            "query.resultRowCountMax", \.query.resultRowCountMax, 1...100_000_000, .atReload,
            "Rows of one result."),
        .size(
            "query.cacheSize", \.storeOptions.columnCacheSize, 0...1_024 * gibibyte, .atStart,
            "Memory for decoded parts of segments, shared by all queries."),
    ]

    private static let analytics: [Setting] = [
        .size(
            "analytics.memory", \.analytics.memoryMax, mebibyte...1_024 * gibibyte, .atStart,
            "Memory for figures: some 80 B for each viewing. What needs more is read for each question."
        ),
        .duration(
            "analytics.keep", \.figureKeepTime, second...3_650 * day, .atStart,
            "How long figures stay in memory when nobody asks; the next question then takes longer."
        ),
        .duration(
            "analytics.interval", \.limits.figureInterval.inNanoseconds,
            second / 100...3_600 * second, .atStart,
            "How often figures take in new events while nobody asks; who asks has them at once."),
        .duration(
            "signals.window", \.signalWindow, 3_600 * second...3_650 * day, .atStart,
            "How far back signals for ranking look."),
        .duration(
            "signals.halfLife", \.signalHalfLife, second...3_650 * day, .atStart,
            "After this long an event counts half in them."),
        Setting(
            "signals.weights", "five shares that add up to 1", .atStart,
            "How much each part of a content's score says."
        ) {
            SettingForm.text(weights: $0.analytics.signals.weights)
        } set: { (configuration, text) throws(SettingForm.Problem) in
            configuration.analytics.signals.weights = try SettingForm.weights(text)
        },
    ]

    private static let tails: [Setting] = [
        .count(
            "tail.countMax", \.limits.tailCountMax, 1...100_000, .atStart,
            "Clients that follow the events at once."),
        .count(
            "tail.perPeerMax", \.limits.tailsPerPeerMax, 1...100_000, .atStart,
            "The same of one user."),
        .count(
            "tail.lagMax", \.limits.tailLagMax, 0...1_000_000_000, .atStart,
            "Events that a client which was up to date may fall behind before it is told that it missed "
                + "them. 0: as many as it likes."),
        .duration(
            "tail.heartbeat", \.limits.tailHeartbeatInterval.inNanoseconds,
            second / 100...3_600 * second, .atStart,
            "How often a tail without news shows that it is there."),
    ]

    private static let exports: [Setting] = [
        .count(
            "export.rangeDaysMax", \.export.rangeDaysMax, 0...36_500, .atStart,
            "Days between the first and the last day of an export; 30 is a month of 31 days."),
        .count(
            "export.runningMax", \.export.runningMax, 1...64, .atStart,
            "Exports that are made at once; further ones wait."),
        .count(
            "export.rangesPerDayMax", \.export.rangesPerDayMax, 0...100_000, .atStart,
            "Exports of a range in 24 hours."),
        .count(
            "export.usersPerDayMax", \.export.usersPerDayMax, 0...100_000, .atStart,
            "Exports of a user in 24 hours."),
        .duration(
            "export.lifetime", \.exportLifetime, second / 100...3_650 * day, .atStart,
            "How long the file of an export stays."),
        .size(
            "export.fileSizeMax", \.export.fileSizeMax, kibibyte...1_024 * 1_024 * gibibyte,
            .atStart, "The file of one export."),
        .size(
            "export.diskReserve", \.export.diskReserve, 0...1_024 * gibibyte, .atStart,
            "What exports leave free of the disk, for events."),
    ]

    private static let limits: [Setting] = [
        .count(
            "limits.connectionCountMax", \.limits.connectionCountMax, 1...1_000_000, .atReload,
            "Open connections; a further one is told so and closed."),
        .count(
            "limits.outerConnectionCountMax", \.limits.outerConnectionCountMax, 1...1_000_000,
            .atReload, "Of these, those of the second socket, and those of TCP, at most."),
        .count(
            "limits.backlog", \.limits.backlog, 1...65_535, .atStart,
            "Connections that the kernel keeps waiting."),
        .size(
            "limits.receiveBufferSizeMax", \.limits.receiveBufferSizeMax,
            4 * kibibyte...16 * mebibyte, .atStart, "One receive buffer."),
        .size(
            "limits.receiveMemoryMax", \.limits.receiveMemoryMax, mebibyte...64 * gibibyte,
            .atStart, "All receive buffers together."),
        .size(
            "limits.answerQueueSizeMax", \.limits.answerQueueSizeMax,
            4 * kibibyte...gibibyte, .atStart,
            "Answers that wait for a client which does not read."),
        .size(
            "limits.controlAnswerReserve", \.limits.controlAnswerReserve,
            4 * kibibyte...gibibyte, .atStart, "Room beyond it for answers to sync and ping."),
        .size(
            "limits.connectionInFlightSizeMax", \.limits.connectionInFlightSizeMax,
            64 * kibibyte...16 * gibibyte, .atStart,
            "Events of one connection on their way to the journal."),
        .size(
            "limits.ingestInFlightSizeMax", \.limits.ingestInFlightSizeMax,
            64 * kibibyte...64 * gibibyte, .atStart, "The same of all connections."),
        .size(
            "limits.groupSizeMax", \.limits.groupSizeMax, 64 * kibibyte...16 * gibibyte,
            .atStart, "Events that one sync covers."),
        .size(
            "limits.groupShareSizeMax", \.limits.groupShareSizeMax, kibibyte...16 * gibibyte,
            .atStart, "Of these, events of one client while others wait."),
        .size(
            "limits.lightSourceSizeMax", \.limits.lightSourceSizeMax, 0...16 * gibibyte,
            .atStart, "Events of a client that is served while sealing falls behind."),
        .size(
            "limits.loopCommitSizeMax", \.limits.loopCommitSizeMax, 0...16 * mebibyte, .atStart,
            "Events up to which an event loop commits them itself."),
        .duration(
            "limits.loopCommitDurationMax", \.limits.loopCommitDurationMax.inNanoseconds,
            0...second, .atStart,
            "Average time of a sync up to which event loops commit; 0 leaves it to the writer."),
        .duration(
            "limits.crowdedCheckInterval", \.limits.crowdedCheckInterval.inNanoseconds,
            second / 10_000...second, .atStart,
            "How often the writer looks whether clients that wait may go on."),
        .duration(
            "limits.decodeTurn", \.limits.decodeTurn.inNanoseconds, second / 10_000...second,
            .atStart, "How long one connection is decoded before the next has its turn."),
        .size(
            "limits.requestBodySizeMax", \.limits.requestBodySizeMax,
            4 * kibibyte...64 * mebibyte, .atStart, "A query, or another request without events."),
        .size(
            "limits.eventBodySizeMax", \.limits.eventBodySizeMax,
            64 * kibibyte...gibibyte, .atStart,
            "A JSON document of events, inflated; NDJSON has no limit."),
        .size(
            "limits.bodyMemoryMax", \.limits.bodyMemoryMax, mebibyte...64 * gibibyte, .atStart,
            "Bodies that are being collected, all together; one user has half of it."),
        .size(
            "limits.headerSizeMax", \.limits.headerSizeMax, kibibyte...16 * mebibyte, .atStart,
            "All header fields of a request."),
        .duration(
            "limits.unreadAnswerAge", \.limits.unreadAnswerAge.inNanoseconds,
            second...3_600 * second, .atStart,
            "How long a client may take nothing of an answer over HTTP."),
        .duration(
            "limits.stalledLineAge", \.limits.stalledLineAge.inNanoseconds,
            second / 10...3_600 * second, .atStart,
            "How long a line or request that has begun may stand still."),
        .duration(
            "limits.shutdownGrace", \.limits.shutdownGrace.inNanoseconds,
            0...3_600 * second, .atStart,
            "How long clients may take to read their last answers."),
        .count(
            "limits.ackEveryMax", \.limits.ackEveryMax, 1...1_000_000_000, .atStart,
            "Lines between two acknowledgements that a client may ask for."),
    ]
}
