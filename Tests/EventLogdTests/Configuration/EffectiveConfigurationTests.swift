import NIOCore
import Query
import Testing

@testable import EventLogd

@Suite("The configuration that comes of all sources")
struct EffectiveConfigurationTests {
    private func sources(
        flags: [(String, String)] = [("store", "s")], environment: [String: String] = [:]
    ) -> ConfigurationSources {
        var sources = ConfigurationSources()
        sources.flags = flags.map { .init(key: $0.0, text: $0.1, name: "--set") }
        sources.environment = environment
        return sources
    }

    @Test("every setting has a variable of its own, and the variable sets it")
    func variables() {
        let variables = SettingsTable.all.map { setting in
            var name = "EVENTLOG_"
            for letter in setting.key {
                if letter == "." {
                    name += "_"
                } else {
                    name += (letter.isUppercase ? "_" : "") + letter.uppercased()
                }
            }
            return name
        }
        #expect(Set(variables).count == SettingsTable.all.count)
        for (setting, name) in zip(SettingsTable.all, variables) {
            // Wrong for every setting but paths: so it must be met.
            let effective = EffectiveConfiguration(
                sources(flags: [], environment: [name: "\u{1}", "OTHER": "x"]))
            let entry = effective.entries.first { $0.key == setting.key }
            #expect(entry?.source == name)
            #expect(effective.unknownVariables.isEmpty)
        }
    }

    @Test("an empty variable is not set")
    func empty() {
        let effective = EffectiveConfiguration(
            sources(environment: ["EVENTLOG_SEAL_ROWS": "", "EVENTLOG_KEY_FILE": "x"]))
        #expect(effective.problems.isEmpty && effective.unknownVariables.isEmpty)
    }

    @Test("the last of several flags counts")
    func lastFlag() {
        let effective = EffectiveConfiguration(
            sources(flags: [("store", "a"), ("store", "b")]))
        #expect(effective.configuration.store == "b")
    }

    @Test("a change says what is in force and what waits for a start")
    func change() {
        let old = EffectiveConfiguration(sources())
        let new = EffectiveConfiguration(
            sources(flags: [("store", "s"), ("query.deadline", "5s"), ("seal.rows", "7")]))
        let change = ConfigurationChange(from: old, to: new)
        #expect(change.applied == ["query.deadline: 1min → 5s"])
        #expect(change.needsRestart == ["seal.rows: 196608 → 7"])
        // What waits is said again at the next reload; what is in force is not.
        let again = ConfigurationChange(from: old.applying(new), to: new)
        #expect(again.applied.isEmpty && again.needsRestart == change.needsRestart)
    }

    @Test("a file that is not JSON is refused with line and column")
    func place() {
        var problems: [ConfigurationProblem] = []
        let texts = ConfigurationFile.read(
            Array("{\n  \"store\": \"s\",\n  oops\n}".utf8), path: "f", problems: &problems)
        #expect(texts.isEmpty)
        #expect(problems.map(\.key) == ["f:3:3"])
    }

    @Test("the deadline is that of the desk and of the engine")
    func deadline() {
        let effective = EffectiveConfiguration(
            sources(flags: [("store", "s"), ("query.deadline", "5s")]))
        #expect(effective.configuration.limits.queryDeadline == .seconds(5))
        #expect(effective.configuration.query.wallTimeMax == .seconds(5))
    }
}
