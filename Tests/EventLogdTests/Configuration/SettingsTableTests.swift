import FoundationEssentials
import Testing

@testable import EventLogd

@Suite("The table of settings")
struct SettingsTableTests {
    @Test("every name is there once, and none is the beginning of another's levels")
    func names() {
        let keys = SettingsTable.all.map(\.key)
        #expect(Set(keys).count == keys.count)
        for key in keys {
            #expect(!keys.contains { $0.hasPrefix(key + ".") }, "\(key) is a value and a level")
        }
    }

    @Test("every default is within its own bounds and is read as it is written")
    func defaults() throws {
        for setting in SettingsTable.all where !setting.standard.isEmpty {
            var configuration = DaemonConfiguration()
            try setting.set(&configuration, setting.standard)
            #expect(setting.text(configuration) == setting.standard, "\(setting.key)")
        }
    }

    @Test("every range holds its ends and nothing beyond them")
    func ranges() throws {
        for setting in SettingsTable.all {
            let ends = setting.form.components(separatedBy: " to ")
            guard ends.count == 2, let digit = ends[0].first, digit.isNumber else { continue }
            for end in ends {
                var configuration = DaemonConfiguration()
                try setting.set(&configuration, end)
                #expect(setting.text(configuration) == end, "\(setting.key)")
            }
            let unit = ends[1].drop { $0.isNumber }
            let beyond = try #require(Int(ends[1].prefix { $0.isNumber })) + 1
            var configuration = DaemonConfiguration()
            #expect(throws: SettingForm.Problem.self, "\(setting.key)") {
                try setting.set(&configuration, "\(beyond)\(unit)")
            }
        }
    }

    @Test("every setting changes something, and nothing that belongs to another")
    func independence() throws {
        let samples = [
            "7", "8s", "9ms", "9MiB", "true", "false", "test", "debug", "0600", "a=fraction",
            "/path", "3d",
            "recency=1,engagement=0,geography=0,topicAffinity=0,completionRate=0",
        ]
        for setting in SettingsTable.all {
            var configuration = DaemonConfiguration()
            let before = SettingsTable.all.map { $0.text(configuration) }
            let changed = samples.contains { sample in
                (try? setting.set(&configuration, sample)) != nil
                    && setting.text(configuration) != setting.standard
            }
            #expect(changed, "\(setting.key)")
            for (other, text) in zip(SettingsTable.all, before) where other.key != setting.key {
                #expect(other.text(configuration) == text, "\(setting.key) changes \(other.key)")
            }
        }
    }

    @Test("the page of settings is up to date; if not, run tools/settings-page")
    func page() throws {
        let root = #filePath.components(separatedBy: "/Tests/EventLogdTests/")[0]
        let bytes = try Data(contentsOf: URL(filePath: root + "/docs/Configuration.md"))
        #expect(String(decoding: bytes, as: UTF8.self).contains("\n" + SettingsPage.markdown))
    }
}
