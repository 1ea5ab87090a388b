import EventLog
import Testing

@testable import EventLogd

@Suite("How settings are written")
struct SettingFormTests {
    @Test(
        "durations say their unit",
        arguments: [
            ("0s", 0), ("5us", 5_000), ("250ms", 250_000_000), ("60s", 60_000_000_000),
            ("5min", 300_000_000_000), ("5m", 300_000_000_000), ("2 h", 7_200_000_000_000),
            ("90d", 7_776_000_000_000_000),
        ])
    func durations(_ text: String, _ nanoseconds: Int64) throws {
        #expect(try SettingForm.duration(text) == nanoseconds)
    }

    @Test(
        "what is no duration is refused",
        arguments: ["", "5", "s", "-5s", "1.5s", "5 parsecs", "9223372036854775807d", "٥s"])
    func noDurations(_ text: String) {
        #expect(throws: SettingForm.Problem.self) { try SettingForm.duration(text) }
    }

    @Test(
        "sizes are counted in powers of 1,024",
        arguments: [("0", 0), ("7B", 7), ("4KiB", 4_096), ("16MiB", 1 << 24), ("1 GiB", 1 << 30)])
    func sizes(_ text: String, _ bytes: Int) throws {
        #expect(try SettingForm.size(text) == bytes)
    }

    @Test(
        "what is no size is refused", arguments: ["", "MiB", "1MB", "-1", "9223372036854775807KiB"])
    func noSizes(_ text: String) {
        #expect(throws: SettingForm.Problem.self) { try SettingForm.size(text) }
    }

    @Test("what is written is read back", arguments: [0, 1, 999, 1_000, 86_400_000_000_000])
    func roundTrip(_ number: Int64) throws {
        #expect(try SettingForm.duration(SettingForm.text(nanoseconds: number)) == number)
        #expect(try SettingForm.size(SettingForm.text(bytes: Int(number))) == Int(number))
    }

    @Test("a socket is never without its owner, and never to be run")
    func modes() throws {
        #expect(try SettingForm.mode("0660") == 0o660)
        #expect(try SettingForm.mode("600") == 0o600)
        for text in ["", "0060", "0777", "0999", "17777777777777", "rw"] {
            #expect(throws: SettingForm.Problem.self) { try SettingForm.mode(text) }
        }
    }

    @Test("scales are a list of producers")
    func scales() throws {
        let scales = try SettingForm.scales("uid:1/a=b=fraction,key:x=percent")
        #expect(scales == ["uid:1/a=b": .fraction, "key:x": .percent])
        #expect(try SettingForm.scales(SettingForm.text(scales: scales)) == scales)
        for text in ["a", "=percent", "a=half", "a=percent,a=percent"] {
            #expect(throws: SettingForm.Problem.self) { try SettingForm.scales(text) }
        }
    }
}
