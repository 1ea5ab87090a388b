import EventLog
import NIOCore
import Query

/// One line of the table of settings: name, form, bounds, whether it can change while the daemon runs.
/// What `--help`, `docs/Configuration.md`, `--check-config` and the reading itself know comes from here.
package struct Setting: Sendable {
    package enum Reload: Sendable { case atReload, atStart }
    typealias Path<Value> = any WritableKeyPath<DaemonConfiguration, Value> & Sendable

    /// As in the file, with dots between levels: `query.deadline`.
    package let key: String
    /// What may be written, in words: `1s to 1h`.
    package let form: String
    package let reload: Reload
    package let help: String
    /// Whether the file has an object of texts here rather than one value.
    let isMap: Bool
    /// The value as it would be written.
    package let text: @Sendable (DaemonConfiguration) -> String
    let set: @Sendable (inout DaemonConfiguration, String) throws(SettingForm.Problem) -> Void

    init(
        _ key: String, _ form: String, _ reload: Reload, _ help: String, isMap: Bool = false,
        text: @escaping @Sendable (DaemonConfiguration) -> String,
        set:
            @escaping @Sendable (inout DaemonConfiguration, String) throws(SettingForm.Problem) ->
            Void
    ) {
        self.key = key
        self.form = form
        self.reload = reload
        self.help = help
        self.isMap = isMap
        self.text = text
        self.set = set
    }

    /// The default, as it would be written; empty if there is none.
    package var standard: String { text(DaemonConfiguration()) }
}

extension Setting {
    static func path(_ key: String, _ path: Path<String>, _ help: String) -> Setting {
        Setting(key, "a path", .atStart, help) {
            $0[keyPath: path]
        } set: { (configuration, text) throws(SettingForm.Problem) in
            configuration[keyPath: path] = try SettingForm.path(text)
        }
    }

    static func mode(_ key: String, _ path: Path<UInt32>, _ help: String) -> Setting {
        Setting(key, "an octal mode", .atStart, help) {
            SettingForm.text(mode: $0[keyPath: path])
        } set: { (configuration, text) throws(SettingForm.Problem) in
            configuration[keyPath: path] = try SettingForm.mode(text)
        }
    }

    static func flag(
        _ key: String, _ path: Path<Bool>, _ reload: Reload, _ help: String
    ) -> Setting {
        Setting(key, "true or false", reload, help) {
            "\($0[keyPath: path])"
        } set: { (configuration, text) throws(SettingForm.Problem) in
            configuration[keyPath: path] = try SettingForm.flag(text)
        }
    }

    static func choice<Value: RawRepresentable & CaseIterable & Sendable>(
        _ key: String, _ path: Path<Value>, _ reload: Reload, _ help: String
    ) -> Setting where Value.RawValue == String {
        Setting(key, SettingForm.names(of: Value.self), reload, help) {
            $0[keyPath: path].rawValue
        } set: { (configuration, text) throws(SettingForm.Problem) in
            configuration[keyPath: path] = try SettingForm.choice(text, of: Value.self)
        }
    }

    static func count<Number: FixedWidthInteger & Sendable>(
        _ key: String, _ path: Path<Number>, _ range: ClosedRange<Int>, _ reload: Reload,
        _ help: String
    ) -> Setting {
        Setting(key, "\(range.lowerBound) to \(range.upperBound)", reload, help) {
            "\($0[keyPath: path])"
        } set: { (configuration, text) throws(SettingForm.Problem) in
            let number = try SettingForm.count(text)
            try check(number, range) { "\($0)" }
            configuration[keyPath: path] = Number(clamping: number)
        }
    }

    static func size(
        _ key: String, _ path: Path<Int>, _ range: ClosedRange<Int>, _ reload: Reload,
        _ help: String
    ) -> Setting {
        bounded(
            key, path, range, reload, help, show: { SettingForm.text(bytes: $0) },
            read: { (text) throws(SettingForm.Problem) in try SettingForm.size(text) })
    }

    /// - Parameter path: leads to nanoseconds.
    static func duration(
        _ key: String, _ path: Path<Int64>, _ range: ClosedRange<Int64>, _ reload: Reload,
        _ help: String
    ) -> Setting {
        bounded(
            key, path, range, reload, help, show: { SettingForm.text(nanoseconds: $0) },
            read: { (text) throws(SettingForm.Problem) in try SettingForm.duration(text) })
    }

    /// A value with a unit, within bounds.
    private static func bounded<Value: Comparable & Sendable>(
        _ key: String, _ path: Path<Value>, _ range: ClosedRange<Value>, _ reload: Reload,
        _ help: String, show: @escaping @Sendable (Value) -> String,
        read: @escaping @Sendable (String) throws(SettingForm.Problem) -> Value
    ) -> Setting {
        Setting(key, "\(show(range.lowerBound)) to \(show(range.upperBound))", reload, help) {
            show($0[keyPath: path])
        } set: { (configuration, text) throws(SettingForm.Problem) in
            let value = try read(text)
            try check(value, range, show)
            configuration[keyPath: path] = value
        }
    }

    private static func check<Number: Comparable>(
        _ number: Number, _ range: ClosedRange<Number>, _ text: (Number) -> String
    ) throws(SettingForm.Problem) {
        guard range.contains(number) else {
            throw SettingForm.Problem(
                "is not between \(text(range.lowerBound)) and \(text(range.upperBound))")
        }
    }
}

extension TimeAmount {
    /// As a property that can be set, for the paths of settings.
    var inNanoseconds: Int64 {
        get { nanoseconds }
        set { self = .nanoseconds(newValue) }
    }
}

extension DaemonConfiguration {
    /// Nanoseconds; the store counts µs.
    var sealAge: Int64 {
        get { storeOptions.sealAge * 1_000 }
        set { storeOptions.sealAge = newValue / 1_000 }
    }

    /// Nanoseconds, as the next; the store counts µs.
    var hourlyRetention: Int64 {
        get { storeOptions.hourlyRetention * 1_000 }
        set { storeOptions.hourlyRetention = newValue / 1_000 }
    }

    var dailyRetention: Int64 {
        get { storeOptions.dailyRetention * 1_000 }
        set { storeOptions.dailyRetention = newValue / 1_000 }
    }

    /// Nanoseconds; the parser counts µs.
    var maxAge: Int64 {
        get { ingest.maxAge * 1_000 }
        set { ingest.maxAge = newValue / 1_000 }
    }

    /// Nanoseconds; jobs count µs.
    var exportLifetime: Int64 {
        get { export.lifetime * 1_000 }
        set { export.lifetime = newValue / 1_000 }
    }

    /// Always said: the store keeps it for whoever reads it offline.
    var identity: IdentityOptions {
        get { storeOptions.identity ?? IdentityOptions() }
        set { storeOptions.identity = newValue }
    }

    /// Nanoseconds, a hundred years: as good as no end.
    static let claimWindowMax: Int64 = 36_500 * 86_400_000_000_000

    /// Nanoseconds; persons count µs, and know no end as such.
    var claimWindow: Int64 {
        get { identity.claimWindow.map { $0 * 1_000 } ?? Self.claimWindowMax }
        set { identity.claimWindow = newValue < Self.claimWindowMax ? newValue / 1_000 : nil }
    }

    /// Nanoseconds. The desk cancels, and the engine gives up by itself.
    var queryDeadline: Int64 {
        get { limits.queryDeadline.nanoseconds }
        set {
            limits.queryDeadline = .nanoseconds(newValue)
            query.wallTimeMax = .nanoseconds(newValue)
        }
    }
}
