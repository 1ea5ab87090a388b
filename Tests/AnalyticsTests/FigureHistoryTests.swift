import Columns
import EventLog
import Foundation
import Query
import TestSupport
import Testing

@testable import Analytics

/// Figures after random histories are those of the plain model: late and repeated impressions, viewings over
/// midnight, logins after the fact, seals, compaction, erasure, other ranges than all.
@Suite struct FigureHistoryTests {
    /// `FIGURE_HISTORIES` raises it.
    private static let historyCount =
        getenv("FIGURE_HISTORIES").flatMap { Int(String(cString: $0)) } ?? 8

    @Test(arguments: 0..<historyCount) func `figures are those of the definitions`(
        seed: Int
    ) throws {
        var history = try FigureHistory(seed: UInt64(seed))
        for _ in 0..<6 {
            try history.step()
            try history.check()
            try history.checkSignals()
        }
    }
}

private struct FigureHistory {
    static let day: Int64 = 86_400_000_000
    static let start: Int64 = 19_700 * day

    var random: SplitMix64
    let store: EventStore
    let figures: LiveFigures
    var now = start + 3 * day
    /// When signals are asked for: all events are within the window, or only the later ones.
    let asked: Int64

    init(seed: UInt64) throws {
        asked = Self.start + [30, 71, 77][Int(seed % 3)] * Self.day / 10
        random = SplitMix64(seed: seed &+ 77)
        var options = StoreOptions()
        options.pause = { _ in }
        store = try EventStore.open("s", on: SimulatedDisk(), options: options)
        figures = LiveFigures(store, memoryMax: 64 << 20)
    }

    private mutating func pick<Value>(_ values: [Value]) -> Value {
        values[Int.random(in: 0..<values.count, using: &random)]
    }

    mutating func step() throws {
        var builder = BatchBuilder(identityKey: store.identityKey, receivedAt: now)
        for _ in 0..<Int.random(in: 1...60, using: &random) { add(to: &builder) }
        _ = try store.append([builder.batch], durability: .synced)
        switch Int.random(in: 0..<8, using: &random) {
        case 0, 1: _ = try store.seal()
        case 2:
            _ = try store.seal()
            _ = try store.compact(isForced: true)
        case 3:
            let request = try store.requestErasure(of: pick(["u1", "u2", "u3"]))
            if random.isHeads() { _ = try store.erase(request.id) }
        case 4:
            var builder = BatchBuilder(identityKey: store.identityKey, receivedAt: now)
            builder.add(
                "alias", id: nil, timestamp: now,
                extra: [("fromUser", "\"u1\""), ("toUser", "\"u2\"")], flags: .administrative)
            _ = try store.append([builder.batch], durability: .synced)
        default: break
        }
    }

    private mutating func add(to builder: inout BatchBuilder) {
        // Few names and close times, so that everything meets everything.
        let time =
            Self.start + Int64.random(in: 0..<5, using: &random) * 21_600_000_000
            + Int64.random(in: -3...12, using: &random) * 100_000_000
        var fields: [EventColumn: String] = [:]
        if random.isHeads() { fields[.sessionId] = pick(["s1", "s2"]) }
        if Int.random(in: 0..<4, using: &random) > 0 {
            fields[.deviceId] = pick(["d1", "d2", "d3"])
        }
        if Int.random(in: 0..<4, using: &random) == 0 {
            fields[.userId] = pick(["u1", "u2", "u3", "anonymous"])
        }
        // A player's view is one device's, before or after somebody signs in.
        if Int.random(in: 0..<5, using: &random) == 0, let device = fields[.deviceId] {
            fields[.viewSessionId] = "v-\(device)"
        }
        var numbers: [EventColumn: Double] = [:]
        let event = pick([
            "impression", "impression", "playStart", "watchProgress", "watchProgress", "completion",
            "swipe", "like", "share", "rebuffer", "error", "identify", "clear", "odd",
        ])
        var seconds = Double(Int.random(in: 0...90, using: &random)) / 2
        // A part of a viewing has no room for more than 71 minutes.
        if Int.random(in: 0..<8, using: &random) == 0 { seconds += 5000 }
        var content: String? = pick(["a", "b", "c"])
        switch event {
        case "playStart": numbers[.startupTime] = seconds
        case "watchProgress": numbers[.currentTime] = seconds
        case "completion": numbers[.totalWatchTime] = seconds
        case "swipe":
            fields[.fromContentId] = pick(["a", "b", "c"])
            if random.isHeads() { numbers[.watchTimeOnFrom] = seconds / 5 }
        case "like", "share": fields[.action] = event
        case "identify":
            fields[.deviceId] = pick(["d1", "d2", "d3"])
            fields[.userId] = pick(["u1", "u2", "u3"])
            content = nil
        case "clear":
            fields[.deviceId] = pick(["d1", "d2", "d3"])
            fields[.userId] = nil
            content = nil
        default: break
        }
        builder.add(
            event, id: nil, contentId: content, timestamp: time, fields: fields,
            numbers: numbers)
    }

    func check() throws {
        let day = Self.day
        let ranges: [(from: Int64?, to: Int64?)] = [
            (nil, nil), (Self.start, Self.start + day), (Self.start - day, Self.start),
            (Self.start + 3_600_000_000, nil), (nil, Self.start + 21_600_000_000),
            // No whole quarters of an hour.
            (Self.start + 123_456_789, Self.start + day + 50_000_001),
        ]
        for (from, to) in ranges {
            let range = FigureRange(from: from, to: to)
            let times = range.times
            let whole = try figures(.overview(range))
            expectEqual(whole, try FigureModel(store.tables(), times: times).figures(), "\(range)")
            for content in ["a", "b", "c"] {
                guard let found = try? figures(.content(content, range)) else { continue }
                let model = try FigureModel(store.tables(), content: content, times: times)
                expectEqual(found, model.figures(), "\(content) \(range)")
            }
        }
    }

    /// What is kept up with each event is what is made of all of them.
    func checkSignals() throws {
        let fresh = LiveFigures(store, memoryMax: 64 << 20)
        for content in ["a", "b", "c"] {
            guard let made = try? signals(content, fresh) else { continue }
            let kept = try signals(content, figures)
            #expect(kept.keys == made.keys)
            for (name, value) in made {
                let own = try #require(kept[name])
                #expect(abs(own - value) < 1e-9, "\(name) of \(content) is \(own), not \(value)")
            }
        }
    }

    /// All numbers of the document, by their path.
    private func signals(_ content: String, _ figures: LiveFigures) throws -> [String: Double] {
        let reader = AnalyticsReader(
            figures: figures, store: store, limits: QueryLimits(), threadCount: 1,
            signals: SignalOptions(), now: asked)
        let bytes = try reader.answer(.contentSignals(content)).document
        var numbers: [String: Double] = [:]
        func collect(_ value: Any, _ path: String) {
            if let object = value as? [String: Any] {
                for (name, member) in object { collect(member, path + "/" + name) }
            } else if let number = value as? NSNumber {
                numbers[path] = number.doubleValue
            }
        }
        collect(try JSONSerialization.jsonObject(with: Data(bytes)), "")
        return numbers
    }

    private func figures(_ question: AnalyticsQuestion) throws -> [String: Double] {
        let reader = AnalyticsReader(
            figures: figures, store: store, limits: QueryLimits(), threadCount: 1,
            signals: SignalOptions(), now: now)
        let text = String(decoding: try reader.answer(question).document, as: UTF8.self)
        return FlatJSON.numbers(text)
    }

    private func expectEqual(
        _ found: [String: Double], _ model: [String: Double], _ what: String
    ) {
        for (name, value) in model {
            guard let own = found[name] else {
                Issue.record("\(name) is missing: \(what)")
                continue
            }
            #expect(abs(own - value) < 1e-6, "\(name) is \(own), not \(value): \(what)")
        }
    }
}

/// Reads the numbers of an object's own members.
private enum FlatJSON {
    static func numbers(_ text: String) -> [String: Double] {
        // Lists and objects inside come after what we look for, or begin with a bracket.
        var numbers: [String: Double] = [:]
        var depth = 0
        var member = ""
        for character in text {
            switch character {
            case "{", "[": depth += 1
            case "}", "]": depth -= 1
            default: break
            }
            if depth == 1, character != "{", character != "," { member.append(character) }
            if depth <= 1, character == "," || character == "}" {
                let halves = member.split(separator: ":", maxSplits: 1)
                if halves.count == 2, let value = Double(halves[1]) {
                    numbers[halves[0].filter { $0 != "\"" }] = value
                }
                member = ""
            }
        }
        return numbers
    }
}
