import Columns
import TestSupport
import Testing

@testable import EventLog

@Suite("the identity table")
struct IdentityLakeTests {
    private static let tableID = StoreID(high: 1, low: 2)

    private static func records(_ random: inout SplitMix64, count: Int) -> [IdentityRecord] {
        (0..<count).map { number in
            let device = "D\(Int.random(in: 0..<9, using: &random))"
            let user = ["U1", "U2", "U3", "anon:D1#0", "user:U1"].randomElement(using: &random)
            let time = Int64.random(in: 0...20, using: &random)
            let seq = UInt64(number + 1)
            return switch Int.random(in: 0..<8, using: &random) {
            case 0, 1: .clear(device: device, time: time, seq: seq)
            case 2: .unlink(device: device, user: user ?? "", time: time, seq: seq)
            case 3: .alias(from: user ?? "", to: "U\(number)", seq: seq)
            case 4, 5: .implicit(device: device, user: user ?? "", time: time, seq: seq)
            default: .identify(device: device, user: user ?? "", time: time, seq: seq)
            }
        }
    }

    @Test("says of every device and user what the map says", arguments: 0..<30)
    func model(number: Int) throws {
        var random = SplitMix64(seed: UInt64(number))
        var map = IdentityMap(
            options: IdentityOptions(
                sharedDeviceUsersMax: number % 3 == 0 ? 2 : 10,
                claimWindow: number % 2 == 0 ? 5 : nil))
        let records = Self.records(&random, count: 60)
        map.apply(records)
        map.settleQuestions(from: records)
        let disk = SimulatedDisk()
        _ = try IdentityLake(disk: disk).publish(
            map, position: 60, after: nil, tableID: Self.tableID, now: 1)
        let table = try #require(try PublishedTable(on: disk))
        for device in (0..<10).map({ "D\($0)" }) + [nil] {
            for user in ["U1", "U2", "U55", "anon:D1#0", "user:U1", " Guest", nil] {
                for time in [Int64.min, -1] + Array(0...21) + [.max - 1] {
                    let person = map.resolve(device: device, user: user, time: time)
                    #expect(table.person(device: device, user: user, time: time) == person.id)
                }
            }
        }
        for row in table.rows { #expect(row.isAnonymous == row.person.hasPrefix("anon:")) }
        for device in Set(table.rows.compactMap(\.device)) {
            let own = table.rows.filter { $0.device == device }
            #expect(own.first?.from == IdentityLakeRows.beginning && own.last?.to == nil)
            for (row, next) in zip(own, own.dropFirst()) {
                #expect(row.to == next.from && (row.person, row.epoch) != (next.person, next.epoch))
            }
        }
    }

    @Test("has a row for each user who goes by another, apart from the devices")
    func aliases() throws {
        var map = IdentityMap()
        map.apply([
            .identify(device: "D", user: "B", time: 5, seq: 1),
            .alias(from: "B", to: "A", seq: 2), .alias(from: "C", to: "anon:x", seq: 3),
        ])
        let disk = SimulatedDisk()
        _ = try IdentityLake(disk: disk).publish(
            map, position: 3, after: nil, tableID: Self.tableID, now: 1)
        let table = try #require(try PublishedTable(on: disk))
        let from = IdentityLakeRows.beginning
        #expect(
            table.rows == [
                .init(device: "D", epoch: 0, from: from, person: "A", isAnonymous: false),
                .init(user: "B", from: from, person: "A", isAnonymous: false),
                .init(user: "C", from: from, person: "user:anon:x", isAnonymous: false),
            ])
        #expect(table.rowGroupSizes == [1, 2])
    }

    @Test("a time before the first year is the first moment of it")
    func beginning() throws {
        let first = IdentityLakeRows.beginning
        var map = IdentityMap()
        map.apply([
            .clear(device: "D", time: first - 1), .clear(device: "D", time: first),
            .clear(device: "D", time: first + 1),
        ])
        let disk = SimulatedDisk()
        _ = try IdentityLake(disk: disk).publish(
            map, position: 3, after: nil, tableID: Self.tableID, now: 1)
        let rows = try #require(try PublishedTable(on: disk)).rows
        #expect(rows.map(\.from) == [first, first + 1])
        #expect(rows.map(\.epoch) == [2, 3])
    }

    @Test("row groups and files end at their limits", arguments: [0, 1, 7, 8, 14, 21, 22, 43])
    func limits(deviceCount: Int) throws {
        var map = IdentityMap()
        map.apply((0..<deviceCount).map { .clear(device: "D\($0)", time: .min) })
        let disk = SimulatedDisk()
        try disk.createDirectory("identity")
        var writer = IdentityLakeWriter(
            disk, version: 0, keyValues: [], rowGroupRowCountMax: 7, fileRowCountMax: 21)
        try writer.write(map)
        let whole = deviceCount / 21
        let rest = deviceCount % 21
        let expected =
            [Int](repeating: 21, count: whole) + (rest > 0 || whole == 0 ? [rest] : [])
        #expect(writer.files.map(\.rowCount) == expected)
        let names = try disk.list("identity")
        #expect(names == writer.files.map(\.name))
        for file in writer.files {
            let size = disk.content(of: joinPath("identity", file.name))?.count
            #expect(size == file.size && IdentityLake.isDataFile(file.name))
        }
    }

    @Test("each version replaces the one before, whose files stay for one version more")
    func versions() throws {
        let disk = SimulatedDisk()
        let lake = IdentityLake(disk: disk)
        var map = IdentityMap()
        var newest: IdentityLakeVersion?
        for number in 0..<4 {
            map.apply([.clear(device: "D\(number)", time: 5)])
            newest = try lake.publish(
                map, position: Int64(number), after: newest, tableID: Self.tableID, now: 1)
            #expect(try lake.load() == newest)
            let table = try #require(try PublishedTable(on: disk))
            #expect(table.version == Int64(number) && table.position == Int64(number))
            #expect(table.rows.count == 2 * (number + 1))
            let files = try disk.list("identity").filter(IdentityLake.isDataFile)
            #expect(files.count == min(number + 1, 2))
        }
        #expect(try lake.sweep() == newest)
        #expect(
            try disk.list("identity").filter(IdentityLake.isDataFile) == newest?.files.map(\.name))
    }

    @Test("what is damaged is made anew")
    func damage() throws {
        let disk = SimulatedDisk()
        let lake = IdentityLake(disk: disk)
        var map = IdentityMap()
        map.apply([.clear(device: "D", time: 5)])
        let first = try lake.publish(map, position: 1, after: nil, tableID: Self.tableID, now: 1)
        _ = try lake.publish(map, position: 2, after: first, tableID: Self.tableID, now: 1)
        let path = "identity/_delta_log/00000000000000000001.json"
        let commit = try #require(disk.content(of: path))
        for place in stride(from: 0, to: commit.count, by: 7) {
            var other = commit
            other[place] ^= 1
            disk.place(other, at: path)
            let found = try lake.load()
            // A checksum that cannot be read is as good as none, as it is in other writers'
            // commits.
            #expect(found == nil || found?.files.count == 1, "byte \(place)")
        }
        disk.place(Array("{}\n".utf8), at: path)
        disk.place([1], at: "identity/_delta_log/_last_checkpoint")
        #expect(try lake.sweep() == nil)
        let again = try lake.publish(map, position: 3, after: nil, tableID: Self.tableID, now: 1)
        #expect(again.version == 0)
        #expect(try PublishedTable(on: disk)?.position == 3)
        #expect(try disk.list("identity/_delta_log") == ["00000000000000000000.json"])
        #expect(try disk.list("identity").filter(IdentityLake.isDataFile).count == 1)
        try disk.unlink(joinPath("identity", again.files[0].name))
        #expect(try lake.load() == nil)
    }

    @Test("the pattern of the views matches the words that stand for nobody, and nothing else")
    func pattern() throws {
        let pattern = try Regex("(?:\(UserPlaceholder.pattern))")
            .matchingSemantics(.unicodeScalar)
        var random = SplitMix64(seed: 3)
        let pieces = [
            " ", "\n", "\u{0}", "\u{1F}", "!", "x", "\u{17F}", "\u{130}d", "\u{A0}", "[", "\\",
        ]
        var texts = pieces + EventType.placeholders.map { $0.uppercased() }
        for _ in 0..<3000 {
            let word = EventType.placeholders.randomElement(using: &random) ?? ""
            let inner = word.map {
                Bool.random(using: &random) ? $0.uppercased() : String($0)
            }
            var parts = [inner.joined()]
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                let piece = pieces[Int.random(in: 0..<pieces.count, using: &random)]
                parts.insert(piece, at: Bool.random(using: &random) ? 0 : parts.count)
            }
            texts.append(parts.joined())
        }
        for text in texts {
            let isMatch = try pattern.wholeMatch(in: text) != nil
            #expect(isMatch == UserPlaceholder.matches(text), "\(Array(text.utf8))")
        }
    }
}
