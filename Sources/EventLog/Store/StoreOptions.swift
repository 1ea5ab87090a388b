/// What an operator may set, and what the outside world gives the store.
package struct StoreOptions: Sendable {
    /// Seal once the tail holds this many events.
    package var sealRowCount = 196_608
    /// Seal after this long even if small, so that a quiet log can be read offline, in µs.
    package var sealAge: Int64 = 300_000_000
    /// Bytes for decoded parts of segments, shared by all queries.
    package var columnCacheSize = 512 << 20
    /// Segments that are kept open.
    package var openSegmentCount = Limits.openSegmentCountMax
    /// Bytes for exact sets of eventIds of segments that repeats were looked up in.
    package var dedupSetSize = 48 << 20
    /// Bytes that quarantined events may count for; beyond it the oldest go.
    package var quarantineSize = 64 << 20
    /// How devices become persons, also for those who read the store later; `nil`: as the store says.
    package var identity: IdentityOptions?
    /// Sealed events after which the next checkpoint of the identity map is written.
    package var identityCheckpointRowCount: Int64 = 2_000_000
    /// Bytes that stay free on the disk: below it no events are taken, and what is taken can be sealed. 0: none.
    package var spaceReserve = 64 << 20
    /// Which segments are put together, and when.
    package var compaction = CompactionPolicy()
    /// Which events go. By default none.
    package var retention = RetentionPolicy()
    /// Whether rollups are made; those that are there are read in any case.
    package var makesRollups = true
    /// Events of a segment that gets one however soon it may be put together with others.
    package var rollupRowCountMin = 1_000_000
    /// Rows that a rollup may have for each event to be read instead of them: with more it takes as long.
    package var rollupShareMax = 0.75
    /// How long a rollup is kept of which a later record says that a row is of several persons, in µs.
    package var rollupRest: Int64 = 3_600_000_000
    /// How long rollups of events that are not stored any more are kept, by hours and by days, in µs.
    package var hourlyRetention: Int64 = 90 * 86_400_000_000
    package var dailyRetention: Int64 = 730 * 86_400_000_000
    /// Whether live segments are to be archived, and none may expire before it is.
    package var archives = false
    /// Seals what is committed; `nil`: the chain alone tells what was done.
    package var sealer: LinkSealer?
    /// How the journal's files grow.
    package var journalGrowth = JournalGrowth.standard
    /// The wall clock, in µs since 1970 UTC.
    package var now: @Sendable () -> Int64 = SystemClock.now
    /// Waits for so many ms.
    package var pause: @Sendable (Int) -> Void = SystemClock.pause
    /// A clock that goes on whatever becomes of the wall clock, also while the machine sleeps; µs since any time.
    package var uptime: @Sendable () -> Int64 = SystemClock.uptime
    /// Which start of the machine that clock counts from, as an opaque text; `nil`: nobody knows.
    package var boot: @Sendable () -> String? = SystemClock.boot
    /// Random bits: keys of hashes, the id of a new store.
    package var random: @Sendable () -> UInt64 = { UInt64.random(in: .min ... .max) }

    /// Seals' worth of events that the tail may grow to before the writer itself waits for sealing.
    static let tailSealsMax = 2
    /// How long after a failed seal the writer refuses rather than tries the next, in µs.
    static let sealFailureRest: Int64 = 1_000_000

    package init() {}

    /// Both clocks now.
    var clocks: @Sendable () -> CommitClocks {
        { [now, uptime, boot] in CommitClocks(wall: now(), uptime: uptime(), boot: boot()) }
    }

    func retention(of grain: RollupGrain) -> Int64 {
        switch grain {
        case .hourly: hourlyRetention
        case .daily: dailyRetention
        }
    }
}
