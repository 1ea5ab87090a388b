import Foundation
import Testing

@testable import Query

/// Our reader of tzdata against Foundation's, which is another implementation.
@Suite("Time zones")
struct TimeZoneTests {
    static let zoneNames = [
        "Europe/Berlin", "Europe/London", "Europe/Dublin", "America/New_York", "America/St_Johns",
        "America/Sao_Paulo", "America/Havana", "America/Nuuk", "Africa/Casablanca", "Africa/Cairo",
        "Asia/Kolkata", "Asia/Kathmandu", "Asia/Tehran", "Asia/Tokyo", "Asia/Beirut", "Asia/Gaza",
        "Australia/Lord_Howe", "Australia/Sydney", "Pacific/Apia", "Pacific/Chatham",
        "Pacific/Kiritimati", "Antarctica/Troll", "Etc/GMT+5",
    ]

    /// Foundation has data of its own on Linux, which may be older than the system's: without the zones
    /// whose laws or history changed last.
    static let settledNames = zoneNames.filter {
        !["Africa/Casablanca", "America/Havana", "Asia/Tehran"].contains($0)
    }

    private static func microseconds(_ text: String) throws -> Int64 {
        try #require(TimestampText.time(of: text))
    }

    @Test("offsets agree with Foundation's from 1970 to 2100", arguments: settledNames)
    func offsets(name: String) throws {
        let zone = try TimeZones.system.zone(named: name)
        let foundation = try #require(TimeZone(identifier: name))
        var random = SeededGenerator(seed: 19)
        var cursor = TimeZoneCursor(zone)
        let end = try Self.microseconds("2100-01-01")
        var times = (0..<3_000).map { _ in Int64.random(in: 0..<end, using: &random) }
        // And both sides of each change until then.
        var time: Int64 = 0
        while time < end {
            let next = zone.period(at: time).end
            guard next < end else { break }
            times += [next - 1_000_000, next]
            time = next
        }
        for time in times {
            let seconds = Calendar.floorDivide(time, 1_000_000)
            let date = Date(timeIntervalSince1970: TimeInterval(seconds))
            let expected = Int64(foundation.secondsFromGMT(for: date)) * 1_000_000
            #expect(cursor.offset(at: time) == expected, "\(name) \(TimestampText.text(of: time))")
        }
    }

    @Test("periods follow on each other without a gap, far into the future", arguments: zoneNames)
    func periods(name: String) throws {
        let zone = try TimeZones.system.zone(named: name)
        var period = zone.period(at: .min)
        #expect(period.start == .min)
        let end = try Self.microseconds("2500-01-01")
        while period.end < end {
            #expect(period.start < period.end)
            let next = zone.period(at: period.end)
            #expect(next.start == period.end)
            #expect(zone.period(at: period.end - 1) == period)
            period = next
        }
        #expect(zone.period(at: .max).contains(.max))
    }

    @Test("a wall time leads back to its moment, or to the first of two", arguments: zoneNames)
    func wallTimes(name: String) throws {
        let zone = try TimeZones.system.zone(named: name)
        var random = SeededGenerator(seed: 7)
        for _ in 0..<3_000 {
            let time = Int64.random(in: 0..<4_000_000_000_000_000, using: &random)
            let wallTime = zone.wallTime(at: time)
            guard case .shown(let moment) = zone.moment(ofWallTime: wallTime) else {
                Issue.record("\(name): a clock that showed it did not")
                continue
            }
            #expect(moment <= time)
            #expect(zone.wallTime(at: moment) == wallTime)
        }
        // Around each change: what no clock shows is skipped, by the length of the gap.
        var period = zone.period(at: 0)
        while period.end < 4_000_000_000_000_000 {
            let after = zone.period(at: period.end)
            let gap = after.offset - period.offset
            if gap > 0 {
                let middle = period.end + period.offset + gap / 2
                #expect(
                    zone.moment(ofWallTime: middle)
                        == .skipped(change: period.end, extended: period.end + gap / 2))
            } else if gap < 0 {
                let middle = period.end + after.offset - gap / 2
                #expect(zone.moment(ofWallTime: middle) == .shown(period.end + gap / 2))
            }
            period = after
        }
    }

    @Test(
        "buckets in a zone begin no later than their times, follow on each other and keep their begin",
        arguments: zoneNames)
    func buckets(name: String) throws {
        let zone = try TimeZones.system.zone(named: name)
        var random = SeededGenerator(seed: 3)
        let minute: Int64 = 60_000_000
        let all = [
            TimeBuckets(months: 0, length: 15 * minute), TimeBuckets(.hour),
            TimeBuckets(months: 0, length: 6 * 60 * minute), TimeBuckets(.day), TimeBuckets(.week),
            TimeBuckets(.month), TimeBuckets(months: 6, length: 0),
        ]
        for buckets in all {
            var time = Int64.random(in: 0..<2_000_000_000_000_000, using: &random)
            var last: Int64 = .min
            var times: [Int64] = []
            for _ in 0..<2_000 {
                times.append(time)
                let (start, stretch) = buckets.start(of: time, in: zone)
                #expect(start <= time && start >= last, "\(TimestampText.text(of: time))")
                #expect(buckets.start(of: start, in: zone).0 == start)
                #expect(buckets.start(of: stretch.lowerBound, in: zone).0 == start)
                #expect(buckets.start(of: stretch.upperBound - 1, in: zone).0 == start)
                last = start
                time += Int64.random(in: 0..<(3 * 60 * minute), using: &random)
            }
            #expect(
                buckets.starts(of: times, in: zone)
                    == times.map { buckets.start(of: $0, in: zone).0 })
        }
    }

    @Test("days are those of Foundation's calendar", arguments: settledNames)
    func days(name: String) throws {
        let zone = try TimeZones.system.zone(named: name)
        var calendar = Foundation.Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(identifier: name))
        var random = SeededGenerator(seed: 5)
        for _ in 0..<1_000 {
            let seconds = Int64.random(in: 0..<4_000_000_000, using: &random)
            let day = calendar.startOfDay(for: Date(timeIntervalSince1970: TimeInterval(seconds)))
            let expected = Int64(day.timeIntervalSince1970) * 1_000_000
            let start = TimeBuckets(.day).start(of: seconds * 1_000_000, in: zone).0
            #expect(start == expected, "\(name) \(TimestampText.text(of: seconds * 1_000_000))")
        }
    }

    @Test("no name leads out of the folder or to something else in it")
    func folder() throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("zones-\(UUID().uuidString)")
        let inner = folder.appendingPathComponent("zones")
        try FileManager.default.createDirectory(at: inner, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let berlin = try Data(contentsOf: URL(fileURLWithPath: "/usr/share/zoneinfo/Europe/Berlin"))
        try berlin.write(to: inner.appendingPathComponent("Berlin"))
        try berlin.write(to: folder.appendingPathComponent("Outside"))
        try Data(count: 300 * 1024).write(to: inner.appendingPathComponent("Large"))
        try Data("no zone".utf8).write(to: inner.appendingPathComponent("Text"))
        let zones = TimeZones(folder: inner.path)
        #expect(throws: Never.self) { try zones.zone(named: "Berlin") }
        for name in ["", "../Outside", "/Berlin", "./Berlin", "Berlin/", "Large", "Text", "a\0b"] {
            #expect(throws: QueryError.self, "\(name)") { try zones.zone(named: name) }
        }
        let missing = TimeZones(folder: folder.appendingPathComponent("none").path)
        #expect(throws: Never.self) { try missing.zone(named: "UTC") }
        #expect(throws: Never.self) { try missing.zone(named: "-03:30") }
        let error = #expect(throws: QueryError.self) { try missing.zone(named: "Europe/Berlin") }
        #expect(error?.code == .storage)
        #expect(error?.hint?.contains("tzdata") == true)
    }

    @Test("a damaged file is no zone and no crash")
    func damage() throws {
        let bytes = [UInt8](
            try Data(contentsOf: URL(fileURLWithPath: "/usr/share/zoneinfo/Europe/Berlin")))
        #expect(TimeZoneFile.rules(bytes) != nil)
        for length in bytes.indices { #expect(TimeZoneFile.rules(Array(bytes[..<length])) == nil) }
        var random = SeededGenerator(seed: 1)
        for _ in 0..<5_000 {
            var damaged = bytes
            for _ in 0..<3 {
                damaged[Int.random(in: bytes.indices, using: &random)] =
                    UInt8.random(in: 0...255, using: &random)
            }
            guard let zone = TimeZoneFile.rules(damaged) else { continue }
            let time = Int64.random(in: .min ... .max, using: &random)
            _ = zone.moment(ofWallTime: time)
            _ = TimeBuckets(.day).start(of: time, in: zone)
        }
    }

    @Test(
        "rules of POSIX are read whole or not at all",
        arguments: [
            ("UTC0", true), ("CET-1CEST,M3.5.0,M10.5.0/3", true),
            ("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", true), ("IST-2IDT,M3.4.4/26,M10.5.0", true),
            ("EST5EDT,0/0,J365/25", true), ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", true), ("", false),
            ("CET", false), ("CET-1CEST", false), ("CET-1CEST,M13.5.0,M10.5.0", false),
            ("CET-1CEST,M3.5.0,M10.5.0/3x", false), ("CET-1CEST,M3.6.0,M10.5.0", false),
            ("CET-200", false), ("<CET-1", false), ("CET-1CEST,J0,J5", false),
        ])
    func rule(text: String, isValid: Bool) {
        #expect((YearlyRule(Array(text.utf8)) != nil) == isValid)
    }
}
