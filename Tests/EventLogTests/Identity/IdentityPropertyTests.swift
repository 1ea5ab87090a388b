import Glibc
import TestSupport
import Testing

@testable import EventLog

/// A random set of records in which nearly everything meets something.
struct RecordSet {
    static let devices = ["D1", "D2", "U1"]
    var records: [IdentityRecord] = []
    var usersMax: Int
    var claimWindow: Int64?
    var users: [String]
    var timeMax: Int64

    init(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        usersMax = [0, 1, 2, 3, 10].randomElement(using: &random) ?? 0
        claimWindow = [nil, nil, 0, 1, 3].randomElement(using: &random) ?? nil
        users = Array(
            ["U1", "U2", "U3", "U4", "D1", "u"].prefix(.random(in: 1...6, using: &random)))
        timeMax = [3, 8, 20].randomElement(using: &random) ?? 8
        let aliasShare = Int.random(in: 0...2, using: &random)
        let unlinkShare = Int.random(in: 0...2, using: &random)
        let clearShare = Int.random(in: 0...3, using: &random)
        for seq in 1...UInt64.random(in: 1...40, using: &random) {
            let device = Self.devices.randomElement(using: &random) ?? ""
            let user = users.randomElement(using: &random) ?? ""
            let time = Int64.random(in: 0...timeMax, using: &random)
            switch Int.random(in: 0..<16, using: &random) {
            case 0..<aliasShare:
                let to = users.randomElement(using: &random) ?? ""
                guard to != user else { continue }
                records.append(.alias(from: user, to: to, seq: seq))
            case 2 where aliasShare > 0:
                let to = users.randomElement(using: &random) ?? ""
                guard to != user else { continue }
                records.append(.unalias(from: user, to: to, seq: seq))
            case 3..<3 + unlinkShare:
                records.append(.unlink(device: device, user: user, time: time, seq: seq))
            case 5..<5 + clearShare:
                records.append(.clear(device: device, time: time, seq: seq))
            case 8..<12:
                records.append(.implicit(device: device, user: user, time: time, seq: seq))
            default:
                records.append(.identify(device: device, user: user, time: time, seq: seq))
            }
        }
    }
}

@Suite("identity is a function of the set of records")
struct IdentityPropertyTests {
    /// Random sets per run; more with IDENTITY_SETS.
    static let setCount = getenv("IDENTITY_SETS").flatMap { Int(String(cString: $0)) } ?? 200
    static let seed =
        getenv("IDENTITY_SEED").flatMap { UInt64(String(cString: $0)) } ?? 0x1DE7_1717

    /// Applies `records` in random batches, with repeats, answers at random moments, checkpoints
    /// between, and versions that others hold.
    private static func build(
        _ set: RecordSet, _ records: [IdentityRecord], random: inout SplitMix64
    ) throws -> IdentityMap {
        let options = IdentityOptions(
            sharedDeviceUsersMax: set.usersMax, claimWindow: set.claimWindow, hashKey: 7)
        var map = IdentityMap(options: options)
        var seen: [IdentityRecord] = []
        var rest = records[...]
        while !rest.isEmpty {
            let old = map
            let oldBytes = old.encode()
            var batch = Array(rest.prefix(.random(in: 1...12, using: &random)))
            rest = rest.dropFirst(batch.count)
            seen += batch
            if Bool.random(using: &random) { batch += seen.shuffled(using: &random).prefix(3) }
            map.apply(batch)
            #expect(old.encode() == oldBytes)
            switch Int.random(in: 0..<4, using: &random) {
            case 0:
                if let question = map.questions.randomElement(using: &random) {
                    map.answer(
                        question,
                        with: seen.filter {
                            ($0.kind == .identify || $0.kind == .implicit)
                                && $0.device == question.device
                                && question.user.map { [user = $0.user] in $0 == user } ?? true
                                && question.from <= $0.time && $0.time <= question.through
                        }.shuffled(using: &random))
                }
            case 1: map.settleQuestions(from: seen)
            case 2:
                let bytes = map.encode()
                map = try IdentityMap(
                    decoding: bytes, options: options)
                #expect(map.encode() == bytes)
            default: break
            }
        }
        map.settleQuestions(from: seen)
        return map
    }

    @Test("any order, any repeats, any batches: the answers of the model, and the same bytes")
    func orderIndependence() throws {
        print("IDENTITY_SEED=\(Self.seed) IDENTITY_SETS=\(Self.setCount)")
        for number in 0..<Self.setCount {
            let seed = Self.seed &+ UInt64(number)
            let set = RecordSet(seed: seed)
            var random = SplitMix64(seed: seed ^ 0x5EED)
            let model = ReferenceIdentity(
                records: set.records, usersMax: set.usersMax, claimWindow: set.claimWindow)
            let users: [String?] = [nil, "guest"] + set.users
            var first: [UInt8]?
            for order in 0..<3 {
                let records = order == 0 ? set.records : set.records.shuffled(using: &random)
                let map = try Self.build(set, records, random: &random)
                let bytes = map.encode()
                if let first { #expect(first == bytes, "seed \(seed)") } else { first = bytes }
                guard order < 2 else { continue }
                let resolver = PersonResolver(
                    map, devices: RecordSet.devices, users: users.map { $0 ?? "" })
                for time in -1...set.timeMax + 1 {
                    for (device, name) in RecordSet.devices.enumerated() {
                        let person = model.resolve(device: name, user: nil, time: time)
                        #expect(
                            map.resolve(device: name, user: nil, time: time) == person,
                            "seed \(seed), order \(order), device \(name), time \(time)")
                        let numbers = resolver.resolve(
                            users: [PersonResolver.noCode], devices: [Int32(device)],
                            times: [time])
                        #expect(resolver.persons[Int(numbers[0])] == person, "seed \(seed)")
                        let explanation = map.explain(device: name, user: nil, time: time)
                        #expect(explanation.person == person, "seed \(seed)")
                        let isLinked =
                            explanation.rule == .latestLink
                            || explanation.rule == .firstLinkClaims
                        #expect(isLinked != person.isAnonymous, "seed \(seed)")
                    }
                }
                for user in set.users {
                    #expect(map.canonical(user) == model.canonical(user), "seed \(seed)")
                }
            }
        }
    }

    @Test("who did we think this was: the map of the records that had arrived")
    func asOf() {
        for number in 0..<min(Self.setCount, 200) {
            let set = RecordSet(seed: Self.seed &+ UInt64(number))
            let options = IdentityOptions(
                sharedDeviceUsersMax: set.usersMax, claimWindow: set.claimWindow)
            for seq in [0, 5, 20] as [UInt64] {
                let map = IdentityMap.asOf(seq: seq, set.records, options: options)
                let model = ReferenceIdentity(
                    records: set.records.filter { $0.seq <= seq }, usersMax: set.usersMax,
                    claimWindow: set.claimWindow)
                for time in 0...set.timeMax {
                    for device in RecordSet.devices {
                        #expect(
                            map.resolve(device: device, user: nil, time: time)
                                == model.resolve(device: device, user: nil, time: time),
                            "set \(number), seq \(seq), device \(device), time \(time)")
                    }
                }
            }
        }
    }

    @Test("without an alias no two users are one person")
    func neverUnified() {
        for number in 0..<Self.setCount {
            let set = RecordSet(seed: Self.seed &+ UInt64(number))
            var map = IdentityMap()
            map.apply(set.records.filter { $0.kind.hasDevice })
            for user in set.users {
                #expect(map.resolve(device: "D1", user: user, time: 1) == .user(user))
            }
        }
    }

    @Test("what is linked and then unlinked was never there")
    func unlinkRestores() {
        for number in 0..<Self.setCount {
            let set = RecordSet(seed: Self.seed &+ UInt64(number))
            let options = IdentityOptions(sharedDeviceUsersMax: set.usersMax)
            var map = IdentityMap(options: options)
            map.apply(set.records)
            map.settleQuestions(from: set.records)
            let added: [IdentityRecord] = (0...set.timeMax).map {
                .identify(device: "D1", user: "stranger", time: $0)
            }
            var other = map
            other.apply(added)
            other.apply([.unlink(device: "D1", user: "stranger", time: set.timeMax)])
            other.settleQuestions(from: set.records + added)
            for device in RecordSet.devices {
                #expect(map.intervals(of: device) == other.intervals(of: device), "set \(number)")
            }
        }
    }
}
