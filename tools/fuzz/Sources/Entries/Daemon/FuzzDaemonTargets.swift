import FuzzHarness

@testable import EventLogd

public enum FuzzDaemonTargets {
    public static let all = [http, gzip, settings, keys]

    /// Bytes of a connection as requests.
    static let http = FuzzTarget("http", lengthMax: 2 << 10, words: RequestEntry.words) {
        RequestEntry.run($0)
    } seeds: {
        RequestEntry.seeds
    }

    /// A body that says it is gzip.
    static let gzip = FuzzTarget("gzip", lengthMax: 2 << 10) {
        GzipEntry.run($0)
    } seeds: {
        GzipEntry.seeds
    }

    /// The file of settings.
    static let settings = FuzzTarget("settings", lengthMax: 2 << 10, words: SettingsEntry.words) {
        SettingsEntry.run($0)
    } seeds: {
        SettingsEntry.seeds
    }

    /// The file of keys, and a key as a client shows it.
    static let keys = FuzzTarget("keys", lengthMax: 2 << 10, words: KeysEntry.words) {
        KeysEntry.run($0)
    } seeds: {
        try KeysEntry.seeds()
    }
}
