/// Every bound of the storage library, with its unit and its reason.
package enum Limits {
    /// One event as JSON, in bytes without the line feed: larger ones are not engagement events.
    package static let lineSizeMax = 1 << 20
    /// Objects within objects: real payloads have three or four.
    package static let nestingMax = 32
    /// Fields of one object.
    package static let fieldCountMax = 256
    /// Bytes of one field's name.
    package static let fieldNameSizeMax = 128
    /// Bytes of what stands beside `events` in the body of a batch, times its events: each keeps a copy.
    package static let batchFieldCopiesSizeMax = 1 << 22
    /// Bytes of a contentId.
    package static let contentIdSizeMax = 256
    /// Bytes of any other id and of an event's name.
    package static let idSizeMax = 512
    /// Lines that the parser refuses, and lines at all, before it lets others have their turn: a
    /// client that sends noise has more of them in a kilobyte than others in a megabyte.
    package static let refusalsPerBlockMax = 256
    package static let linesPerBlockMax: UInt64 = 8_192
    /// The highest sequence number: a million events a second would reach it in 146,000 years. Whatever is
    /// above is no number of ours, and what is computed from those below fits.
    package static let seqMax: Int64 = 1 << 62
    /// Uncompressed bytes in one journal record: what one damaged record can cost.
    package static let journalRecordSizeMax = 1 << 20
    /// The same as the format allows: room for one largest event more than the aim, and the batch's
    /// own fields.
    package static let journalPayloadSizeMax = 2 * journalRecordSizeMax + (1 << 16)
    /// Bytes of encoding buffer that a journal writer keeps between writes.
    package static let journalPendingKeptMax = 1 << 23
    /// Bytes of a small file that is read in one piece (a catalog commit, a checkpoint).
    package static let wholeFileSizeMax = 1 << 28
    /// Commits from one checkpoint of a catalog to the next: a start reads at most so many, and each
    /// commit bears that part of the cost of naming all segments once more.
    package static let checkpointCommitCount: Int64 = 100
    /// How long commits and checkpoints stay that a newer checkpoint replaces, in ms: another engine
    /// that has begun to read the log needs them until it has all of it.
    package static let replacedLogAge: Int64 = 600_000
    /// How long the catalog remembers a removed segment, in ms: much longer than its file is kept.
    package static let removedSegmentAge: Int64 = 86_400_000
    /// Bytes of a file of the chain's history from which on the next one begins: it is written anew with each
    /// addition, at every hundredth commit.
    package static let historyFileSizeMax = 1 << 20
    /// Keys that a file may be behind the newest sealed commit, or a verification behind the first one that is
    /// left: each takes some microseconds.
    package static let sealKeyStepCountMax: Int64 = 100_000_000
    /// Rows in one page of a segment: what one damaged page can cost.
    package static let pageRowCountMax = 16_384
    /// Typed leaves of `data` beyond the canonical ones; further names are kept in `extra`.
    package static let customLeafCountMax = 256
    /// Segments that are open at once, with their footers in memory, over all queries.
    package static let openSegmentCountMax = 1024
    /// Bytes of the strings that dictionaries in the cache share, with their tables; then a new collection
    /// is begun.
    package static let stringDomainSizeMax = 64 << 20
    /// How long the answer to a request with an Idempotency-Key is kept, in µs (specification, C17).
    package static let keptAnswerAge: Int64 = 24 * 3600 * 1_000_000
    /// Kept answers in all, and their bytes: each new journal file begins with all of them.
    package static let keptAnswerCountMax = 65_536
    package static let keptAnswersSizeMax = 8 << 20
    /// Bytes of one kept answer with its key; a larger one is not kept. Those to events have at most two
    /// thirds of it.
    package static let keptAnswerSizeMax = 768 << 10
    /// Bytes of memory that a kept answer takes besides its texts.
    package static let keptAnswerOverhead = 256
    /// Bytes of lines that a dump keeps while it puts a segment back into the order of arrival; more make it
    /// read the segment once more for each.
    package static let dumpSortSizeMax = 1 << 27
    /// How far ahead of the receive time a client's clock may be, in µs.
    package static let clockAheadMax: Int64 = 5 * 60 * 1_000_000
    /// From this age on, in µs, an event is flagged late.
    package static let lateAge: Int64 = 24 * 3600 * 1_000_000

    /// Content items in all: each start reads them, and a seal after a change writes them all.
    package static let contentItemCountMax = 1 << 18
    /// Bytes that they count for, in memory.
    package static let contentItemsSizeMax = 64 << 20
    /// Bytes of memory that an item takes besides its texts.
    package static let contentItemOverhead = 160
    /// Bytes of what is kept of persons worked out for questions: those asked for longest ago go.
    package static let personCacheSizeMax = 128 << 20
    /// Devices that may have become others' since segments were squashed; beyond it no squash holds.
    package static let squashChangeCountMax = 10_000
    /// Changes of devices that figures are told one by one; beyond, all persons are looked up again.
    package static let attributionChangeCountMax = 200_000
    /// Devices that may have become others' between two questions before all is worked out again.
    package static let personChangeCountMax = 1000
    /// Rows of a row group of the identity table: what is in memory while it is written.
    package static let identityRowGroupRowCountMax = 1 << 17
    /// Rows after which a file of it ends: files are read in parallel.
    package static let identityFileRowCountMax = 1 << 20
    /// A new version of it is due when so many times the events that came since are its rows:
    /// publishing costs a constant share of ingest, however many devices there are.
    package static let identityRowsPerNewEvent = 8
    /// How many times as long as publishing took a seal waits before it publishes again: that is
    /// the share of the sealer's time.
    package static let identityPublicationRest: Int64 = 16
    /// Rows of a segment that compaction makes. What is put together is in memory, column by column.
    package static let compactRowCountMax = 1 << 21
    /// Rows of a row group of such a segment: each has dictionaries of its own, which whoever looks for one
    /// event reads.
    package static let compactRowGroupRowCountMax = 1 << 20
    /// Bytes that compaction leaves free besides what it needs: events come first.
    package static let compactRoomMin = 256 << 20
    /// How long a file that was replaced stays for those who read the store from outside, in µs.
    package static let replacedFileAge: Int64 = 600 * 1_000_000
    /// How far the wall clock may be from where it should be before nothing expires by it, in µs: more than any
    /// correction of a clock that is in order, less than a change of time zone.
    package static let clockStepMax: Int64 = 3600 * 1_000_000
    /// How long it must be in step to be trusted again, in µs.
    package static let clockTrustAge: Int64 = 24 * 3600 * 1_000_000
    /// How often both copies of the identity log are read while events expire, in µs.
    package static let identityLogMendAge: Int64 = 24 * 3600 * 1_000_000
    /// Bytes of the document that describes an item.
    package static let contentDocumentSizeMax = 16 << 10
    /// Topics of one item: real ones have a handful.
    package static let contentTopicCountMax = 64
    /// Bytes of one topic, and of a title.
    package static let contentTopicSizeMax = 128
    package static let contentTitleSizeMax = 1 << 10

    /// Bytes kept of a refused event: real events have hundreds, and what is longer is hardly one.
    package static let quarantineLineSizeMax = 64 << 10
    /// Bytes kept of the text that says why, and of the list of its fields.
    package static let quarantineTextSizeMax = 1 << 10
    /// Bytes that a quarantined event takes at least: what stands around it, near enough.
    package static let quarantineEventSizeMin = 256
    /// Bytes of quarantined events that one user may add at once: of a broken import the first tens of
    /// thousands of lines tell all there is to tell.
    package static let quarantineBurst = 8 << 20
    /// Bytes a second that one user may add for ever: the default quarantine then reaches back an hour
    /// even if somebody sends nothing but nonsense.
    package static let quarantineRate = 16 << 10
    /// Bytes of quarantined events that are in no file yet. What comes beyond is counted, not kept.
    package static let quarantineUnsealedSizeMax = 16 << 20
    /// Bytes of quarantined events in one file: what one damaged file can cost.
    package static let quarantineFileSizeMax = 4 << 20
    /// Below this a quarantine file is merged with what comes, so that their number stays bounded.
    package static let quarantineMergeSizeMax = 1 << 20
    /// Bytes of ledger records after which a seal is due, so that a start need not replay more.
    package static let ledgerUnsealedSizeMax = 8 << 20
    /// Producers that the ledger tells apart in one hour. Further ones of a user are counted together.
    package static let ledgerProducersPerHourMax = 256
    /// Rows of the ledger, each about 100 bytes of memory. Beyond it, what is older than a day is
    /// counted by days, then by users.
    package static let ledgerRowCountMax = 1 << 17
    /// From this age on, in µs, the ledger counts by days: as long as events are kept by the hour.
    package static let ledgerHourAge: Int64 = 90 * 86_400_000_000

    /// Values of one filter of an export: each row is looked up among them.
    package static let exportFilterValueCountMax = 1_000
    /// Columns of a CSV export for fields of `data` that have none in the store; further ones stand
    /// together in `extra`.
    package static let exportExtraColumnCountMax = 1_000
    /// Rows of a row group of a Parquet export, at least: what is in memory while it is written.
    package static let exportRowGroupRowCountMin = 1 << 16
    /// Bytes for decoded parts of segments that an export keeps: it reads each once.
    package static let exportCacheSize = 16 << 20
    /// Bytes that an export writes before it has them synchronized, so that the journal never waits for
    /// more of them.
    package static let exportSyncSize = 32 << 20
    /// Times that an export begins anew after the daemon ended while it was made: then it has failed, for
    /// it may be why.
    package static let exportAttemptCountMax = 3
    /// Entries of each list about one person in an export that the query engine gathers.
    package static let exportTopicCountMax = 1_000

    /// By when an erasure is to be done after it was asked for, in µs.
    package static let erasureDeadline: Int64 = 86_400_000_000
    /// How long an erased event is recognised when it is sent again, in µs: events are refused as too old
    /// before that.
    package static let erasedIdentityAge: Int64 = 100 * 86_400_000_000
    /// How long an erasure waits for queries that still read a file with the person's events, in ms.
    package static let erasureQueryWait = 60_000
    /// Snapshots that receipts can name.
    package static let knownSnapshotCountMax = 1_000

    /// Events, of 24 bytes each and their numbers of 8, that a look for repeated ones compares at a time: it goes
    /// through a larger store several times.
    package static let auditKeyCountMax = 1 << 24

    /// Numbers of events whose times of arrival are put in order at a time, about 40 bytes each.
    package static let clockWindowSeqCount: Int64 = 1 << 21
    /// Producers whose clocks are told apart, of about 20 KiB each.
    package static let clockProducerCountMax = 1_000
    /// Devices of which something is remembered: far more than anybody reads.
    package static let clockDeviceCountMax = 10_000
}
