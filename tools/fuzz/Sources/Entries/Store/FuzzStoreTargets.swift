import FuzzHarness

@testable import EventLog

public enum FuzzStoreTargets {
    public static let all = [journal, recovery, records, commit, checkpoint, lines, document]

    /// A journal file, its checksums put right: records, and what recovery makes of them.
    static let journal = FuzzTarget("journal", lengthMax: 4 << 10, words: ["EVLR", "EVLJRNL1"]) {
        JournalEntry.run($0)
    } seeds: {
        try JournalEntry.seeds()
    }

    /// The same file as the journal of a store that starts.
    static let recovery = FuzzTarget("recovery", lengthMax: 2 << 10, words: ["EVLR"]) {
        RecoveryEntry.run($0)
    } seeds: {
        try JournalEntry.seeds()
    }

    /// The payloads of records, and small binary files.
    static let records = FuzzTarget("records", lengthMax: 4 << 10, words: ["EIDM", "ELTS"]) {
        RecordEntry.run($0)
    } seeds: {
        RecordEntry.seeds()
    }

    /// Commits of the catalog, their checksum put right, and a store that has them.
    static let commit = FuzzTarget(
        "commit", lengthMax: 8 << 10,
        words: [
            "\"add\":{", "\"remove\":{", "\"txn\":{", "\"metaData\":{", "\"protocol\":{",
            "\"commitInfo\":{",
            "\"stats\":\"", "numRecords", "minValues", "maxValues", "nullCount", "schemaString",
            "\\\"",
            "9223372036854775807", "-9223372036854775808",
        ]
    ) {
        CommitEntry.run($0)
    } seeds: {
        CommitEntry.seeds()
    }

    /// A checkpoint without checksums.
    static let checkpoint = FuzzTarget("checkpoint", lengthMax: 16 << 10, words: ["PAR1", "CRC0"]) {
        CheckpointEntry.run($0)
    } seeds: {
        try CheckpointEntry.seeds()
    }

    /// Lines of a stream, whole and in pieces.
    static let lines = FuzzTarget("lines", lengthMax: 4 << 10, words: LinesEntry.words) {
        LinesEntry.run($0)
    } seeds: {
        LinesEntry.seeds
    }

    /// A body that is a document, and the other documents that requests carry.
    static let document = FuzzTarget(
        "document", lengthMax: 4 << 10, words: LinesEntry.words + DocumentEntry.words
    ) {
        DocumentEntry.run($0)
    } seeds: {
        DocumentEntry.seeds
    }
}
