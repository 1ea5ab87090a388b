import Testing

@testable import EventLog

/// The fast parser against the plain one, on events of all kinds, whole and damaged.
@Suite("Two parsers")
struct DifferentialTests {
    private static let fragments =
        Array(#"{}[]",:\u0aeEtrfn-+.0179 _"#.utf8) + [0, 9, 13, 0x7F, 0x80, 0xC2, 0xED, 0xF0, 0xFF]

    private func fast(_ line: [UInt8], archive: Bool) throws -> PlainEventReader.Verdict {
        let block = parse(bytes: line, archive: archive)
        if let refusal = block.refusals.first {
            guard refusal.code != .invalidRequest else { return .refused(.invalidRequest, []) }
            return .refused(
                refusal.code, refusal.details.map { "\($0.field): \($0.reason)" })
        }
        if let row = try rows(of: block.batch).first { return .accepted(row) }
        return block.control == nil ? .blank : .control
    }

    private func plain(_ line: [UInt8], archive: Bool) -> PlainEventReader.Verdict {
        var options = IngestOptions()
        options.archive = archive
        return PlainEventReader.verdict(on: line, now: noon, options: options)
    }

    /// A control line that is not understood is refused as such by the one, and known by the other.
    private func agree(_ line: [UInt8], archive: Bool, seed: UInt64) throws -> Bool {
        let fast = try fast(line, archive: archive)
        let plain = plain(line, archive: archive)
        let isControl = plain == .control && fast == .refused(.invalidRequest, [])
        #expect(
            fast == plain || isControl,
            "seed \(seed)\n\(String(decoding: line, as: UTF8.self))\nfast  \(fast)\nplain \(plain)")
        if case .accepted = fast { return true }
        return false
    }

    @Test("events of all kinds get the same verdict and the same fields", arguments: 1...20)
    func events(seed: UInt64) throws {
        var random = RandomEvent(seed: seed)
        var accepted = 0
        for _ in 0..<2500 {
            let archive = random.chance(50)
            accepted += try agree(Array(random.line().utf8), archive: archive, seed: seed) ? 1 : 0
        }
        #expect((300...2300).contains(accepted), "seed \(seed) accepts \(accepted)")
    }

    @Test("so do damaged ones", arguments: 101...120)
    func damaged(seed: UInt64) throws {
        var random = RandomEvent(seed: seed)
        var accepted = 0
        for _ in 0..<2500 {
            var line = Array(random.line().utf8)
            for _ in 0..<Int.random(in: 1...3, using: &random.generator) {
                damage(&line, &random)
            }
            accepted += try agree(line, archive: true, seed: seed) ? 1 : 0
        }
        #expect((100...2300).contains(accepted), "seed \(seed) accepts \(accepted)")
    }

    private func damage(_ line: inout [UInt8], _ random: inout RandomEvent) {
        guard !line.isEmpty else { return }
        let place = Int.random(in: 0..<line.count, using: &random.generator)
        switch Int.random(in: 0..<5, using: &random.generator) {
        case 0: line[place] = random.pick(Self.fragments)
        case 1: line.insert(random.pick(Self.fragments), at: place)
        case 2: line.remove(at: place)
        case 3:
            let end = Int.random(in: place...line.count, using: &random.generator)
            line.insert(contentsOf: line[place..<end], at: place)
        default:
            // One field once more, at the end of the object.
            let text = Array(#","data":{"position":1,"a":2,"a":3,"watchTime":4}}"#.utf8)
            if line.last == UInt8(ascii: "}") {
                line.replaceSubrange((line.count - 1)..., with: text)
            }
        }
    }
}
