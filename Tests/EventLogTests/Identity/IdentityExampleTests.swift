import Testing

@testable import EventLog

@Suite("the worked examples of the specification, section 4.4")
struct IdentityExampleTests {
    private func map(_ records: IdentityRecord...) -> IdentityMap {
        var map = IdentityMap()
        for record in records { map.apply([record]) }
        #expect(map.questions.isEmpty)
        return map
    }

    private func at(_ map: IdentityMap, _ time: Int64, _ device: String = "D1") -> String? {
        map.resolve(device: device, user: nil, time: time).id
    }

    private func link(_ user: String, _ time: Int64, _ device: String = "D1") -> IdentityRecord {
        .identify(device: device, user: user, time: time)
    }

    private func out(_ time: Int64) -> IdentityRecord { .clear(device: "D1", time: time) }

    @Test("1, 2: a login claims what came before, whenever it arrives")
    func login() {
        let map = map(link("U1", 3), .implicit(device: "D1", user: "U1", time: 4))
        #expect([1, 2].map { at(map, $0) } == ["U1", "U1"])
        #expect(map.resolve(device: "D1", user: "U1", time: 4) == .user("U1"))
    }

    @Test("3: two devices of one user")
    func twoDevices() {
        let map = map(link("U1", 3), link("U1", 5, "D2"))
        #expect(at(map, 1) == "U1" && at(map, 2, "D2") == "U1")
    }

    @Test("4: a logout with a new device id")
    func logoutWithNewDevice() {
        let map = map(link("U1", 2), out(5), link("U2", 7, "D2"))
        #expect(at(map, 1) == "U1" && at(map, 6, "D2") == "U2")
    }

    @Test("5: a logout on a device that keeps its id")
    func logout() {
        let map = map(link("U1", 2), out(5), link("U2", 7))
        #expect([1, 3, 5, 6, 8].map { at(map, $0) } == ["U1", "U1", "U2", "U2", "U2"])
    }

    @Test("6: a second user steals nothing")
    func noLogout() {
        let map = map(link("U1", 2), link("U2", 7))
        #expect([1, 3, 6, 7, 8].map { at(map, $0) } == ["U1", "U1", "U1", "U2", "U2"])
    }

    @Test("7: one user, another, and the first again")
    func thereAndBack() {
        let map = map(
            link("U1", 20), out(30), link("U2", 40), out(50), link("U1", 60))
        #expect([35, 45, 55].map { at(map, $0) } == ["U2", "U2", "U1"])
    }

    @Test("8: a placeholder is nobody")
    func placeholder() {
        #expect(throws: IdentityRecordError.placeholder(.user, " Anonymous ")) {
            try link(" Anonymous ", 2).check()
        }
        #expect(IdentityMap().resolve(device: "D1", user: "anonymous", time: 1).id == "anon:D1#0")
    }

    @Test("9: an unlink undoes, and what names its user stays")
    func undo() {
        let unlink = IdentityRecord.unlink(device: "D1", user: "U1", time: 5)
        let implied = IdentityRecord.implicit(device: "D1", user: "U1", time: 4)
        for map in [map(link("U1", 3), implied, unlink), map(unlink, implied, link("U1", 3))] {
            #expect(at(map, 1) == "anon:D1#0" && at(map, 2) == "anon:D1#0")
            #expect(map.resolve(device: "D1", user: "U1", time: 4) == .user("U1"))
        }
    }

    @Test("10: a chain of aliases is one person, and a loop is refused")
    func aliases() {
        let map = map(
            .alias(from: "A", to: "B", seq: 1), .alias(from: "B", to: "C", seq: 2),
            .alias(from: "C", to: "A", seq: 3))
        #expect(["A", "B", "C"].map(map.canonical) == ["C", "C", "C"])
        #expect(map.diagnose(personDevicesMax: 5).loops.map(\.seq) == [3])
    }

    @Test("11: after a logout nobody returns")
    func nobodyReturns() {
        let map = map(link("U1", 2), out(5))
        #expect(at(map, 1) == "U1" && at(map, 6) == "anon:D1#1")
    }

    @Test("12, 15: an ordinary event with both ids links")
    func implicit() {
        let map = map(.implicit(device: "D1", user: "U1", time: 2))
        #expect(at(map, 1) == "U1" && at(map, 3) == "U1")
    }

    @Test("13: an identify that is repeated a hundred thousand times keeps one run")
    func repeats() {
        var map = IdentityMap()
        for start in stride(from: 0 as Int64, to: 100_000, by: 10_000) {
            map.apply((start..<start + 10_000).map { link("U1", $0) })
        }
        #expect(map.links(of: "D1")?.explicit.count == 1)
        #expect(map.encode().count < 60 && at(map, 5) == "U1")
        map.apply([link("U2", 500)])
        #expect(
            map.questions == [
                IdentityQuestion(device: "D1", user: "U1", from: 0, through: 99_999)
            ])
    }

    @Test("14: a login stamped with the receive time still claims")
    func skew() { #expect(at(map(link("U1", 100)), 1) == "U1") }

    @Test("16: a device of ten thousand users is nobody's, and stays small")
    func sharedDevice() {
        var map = IdentityMap()
        map.apply((0..<10_000).map { .implicit(device: "D1", user: "user\($0)", time: Int64($0)) })
        #expect(at(map, 5) == "anon:D1#0" && map.encode().count < 400)
        #expect(map.resolve(device: "D1", user: "user7", time: 7) == .user("user7"))
        #expect(map.diagnose(personDevicesMax: 5).sharedDevices == ["D1"])
    }

    @Test("storms on one device: what is kept goes by what matters, and batches may be of any size")
    func storms() {
        let count: Int64 = 20_000
        for size in [700, 20_000] {
            var map = IdentityMap()
            let alternating = (0..<count).map { link($0 % 2 == 0 ? "A" : "B", $0) }
            let same = (0..<count).map { link("U1", $0 * 7 % count, "D2") }
            let outs = (0..<count).map { IdentityRecord.clear(device: "D3", time: $0 * 3 % count) }
            let used = (0..<count).map {
                IdentityRecord.implicit(device: "D3", user: "U1", time: $0 * 7 % count)
            }
            for records in [alternating, same, outs, used] {
                for start in stride(from: 0, to: records.count, by: size) {
                    let end = min(start + size, records.count)
                    map.apply(Array(records[start..<end]))
                }
            }
            #expect(map.intervals(of: "D1").count == Int(count))
            #expect(map.intervals(of: "D2") == [PersonInterval(start: .min, person: .user("U1"))])
            #expect(map.intervals(of: "D3").last?.person == .user("U1"))
            #expect(map.questions.isEmpty)
        }
    }

    @Test("a damaged checkpoint is refused or is another map, and never a crash")
    func damage() throws {
        let map = map(
            link("U1", 2), out(5), link("U2", 7), .unlink(device: "D1", user: "U3", time: 4),
            link("Ü", -9, "D2"), .implicit(device: "D2", user: "U1", time: 3),
            .alias(from: "U1", to: "U2", seq: 4))
        let bytes = map.encode()
        #expect(
            try IdentityMap(decoding: bytes, options: IdentityOptions()).encode() == bytes)
        for count in 0..<bytes.count {
            #expect(throws: IdentityFormatError.self) {
                try IdentityMap(decoding: Array(bytes[..<count]), options: IdentityOptions())
            }
        }
        for index in bytes.indices {
            for value in 0...UInt8.max where value != bytes[index] {
                var damaged = bytes
                damaged[index] = value
                guard
                    var other = try? IdentityMap(decoding: damaged, options: IdentityOptions())
                else { continue }
                #expect(other.encode() == damaged)
                other.apply([link("U9", 3), link("U9", 3, "D2"), out(4)])
                _ = other.resolve(device: "D1", user: nil, time: 3)
            }
        }
    }
}
