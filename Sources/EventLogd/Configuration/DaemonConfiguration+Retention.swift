package import EventLog

extension DaemonConfiguration {
    /// Nanoseconds; 0: for ever. The store counts µs.
    var rawRetention: Int64 {
        get { (storeOptions.retention.maxAge ?? 0) * 1_000 }
        set { storeOptions.retention.maxAge = newValue > 0 ? newValue / 1_000 : nil }
    }

    /// Bytes; 0: as many as there are.
    var retainedBytes: Int {
        get { storeOptions.retention.maxBytes ?? 0 }
        set { storeOptions.retention.maxBytes = newValue > 0 ? newValue : nil }
    }

    /// The options that the store is opened with: nothing of an archive ever goes, nothing goes before it is archived, and
    /// where nobody divides sealed segments by days, retention does.
    package var effectiveStoreOptions: StoreOptions {
        var options = storeOptions
        options.archives = archiveCommand != nil
        options.retention.rewritesFresh = !limits.compactsByItself
        if ingest.archive {
            options.retention.maxAge = nil
            options.retention.maxBytes = nil
        }
        return options
    }

    /// Settings that are sound, each by itself, and hardly meant together: one sentence each.
    package var doubts: [String] {
        if ingest.archive {
            return storeOptions.retention.maxBytes == nil
                ? [] : ["retention.maxBytes does nothing: of an archive nothing goes"]
        }
        guard let maxAge = storeOptions.retention.maxAge, ingest.maxAge > maxAge else { return [] }
        return [
            "ingest.maxAge is more than retention.raw: events are taken that go at once, and repeats of events "
                + "that have gone are stored again"
        ]
    }
}
