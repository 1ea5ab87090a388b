import ArgumentParser
import Columns
import EventLog

/// `eventlog clock`: what a store's events tell about clocks.
struct ClockCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clock",
        abstract: "Finds clocks that were wrong: the daemon's and the clients'; read-only.",
        discussion: """
            The daemon's: commits tell of its wall clock beside one that nobody can set, so that a step is known \
            with its size. Where it was set back, times of arrival stand still until it has caught up; set \
            ahead, there is a gap. The clients': how long before its arrival an event says that it \
            happened, by producer, and the devices that are worst. The least delay of delivery counts as being \
            behind: a client that always sends late looks like one whose clock is behind.

            EXAMPLES
              eventlog clock /var/lib/eventlog
              eventlog clock /backup/store --skew 300 --devices 50 --json

            EXIT STATUS
              0 looked through, whatever was found · 1 failed · 2 wrong usage · 3 looked through without what \
            is damaged
            """)

    @Argument(help: ArgumentHelp("A store.", valueName: "dir")) var path: String

    @Option(help: ArgumentHelp("Steps of the daemon's clock from here on.", valueName: "seconds"))
    var step = 1.0
    @Option(help: ArgumentHelp("Times without an arrival from here on.", valueName: "seconds"))
    var gap = 600.0
    @Option(
        name: .customLong("run"),
        help: ArgumentHelp("Arrivals at one moment, from here on.", valueName: "count"))
    var runMin = 10_000
    @Option(
        help: ArgumentHelp("Clocks of clients that differ by more than this.", valueName: "seconds")
    )
    var skew = 60.0
    @Option(
        help: ArgumentHelp(
            "Times of clients that are more than so far ahead are none.", valueName: "days"))
    var wild = 365.0
    @Option(help: ArgumentHelp("Devices to show.", valueName: "count")) var devices = 10
    @Flag(help: "JSON, one object.") var json = false
    @OptionGroup var damage: DamageOptions

    func validate() throws {
        for (name, value) in [("step", step), ("gap", gap), ("skew", skew), ("wild", wild)] {
            guard value >= 0, value <= 1e9 else {
                throw ValidationError("--\(name) is between 0 and 1000000000.")
            }
        }
        guard runMin > 0, devices >= 0 else {
            throw ValidationError("--run is positive, and --devices not negative.")
        }
    }

    func run() throws {
        guard OfflineStore.isDirectory(path) else {
            throw ToolFailure("\(harmless(path)) is not a store")
        }
        var report = DamageReport(damage)
        let events = try OfflineEvents(path)
        let observer = ScanObserver()
        var found: [Damage] = []
        let audit = try audit(events, observer, &found)
        let told = ClockReport(audit, deviceCount: devices)
        if json {
            try Terminal.print(JSONLine.text(told))
        } else {
            for line in told.lines { try Terminal.print(line) }
        }
        report.add(events.damage + found + observer.damage, of: events)
        try report.finish()
    }

    private func audit(
        _ events: OfflineEvents, _ observer: ScanObserver, _ damage: inout [Damage]
    ) throws -> ClockAudit {
        var options = ClockOptions()
        options.stepMin = Self.microseconds(step)
        options.gapMin = Self.microseconds(gap)
        options.skewMin = Self.microseconds(skew)
        options.wildAhead = Self.microseconds(wild * 86_400)
        options.equalRunMin = runMin
        do {
            let history = try CommitHistory(of: CatalogTable(.events, ofStore: path))
            damage = history.damage
            return try ClockAudit(
                of: events.table, steps: WallClockStep.steps(in: history.entries, options),
                options: options, observer: observer)
        } catch let error as StoreError {
            throw ToolFailure("\(harmless(path)): \(harmless("\(error)"))")
        } catch let error as DiskError {
            throw ToolFailure("\(harmless(path)): \(harmless("\(error)"))")
        }
    }

    private static func microseconds(_ seconds: Double) -> Int64 {
        Int64(clamping: Int((min(seconds, 1e12) * 1_000_000).rounded()))
    }
}
