import Foundation
import Testing

@testable import EventLog

/// Damaged lines, with Foundation's JSON parser as the judge.
///
/// Foundation is the more lenient of the two (trailing commas, equal names twice, any depth), so the
/// invariants are: what we accept it accepts; nothing traps; every line is decided exactly once; a
/// line decides the same alone, in company, and where nothing readable stands behind it.
@Suite("Damaged lines")
struct MutationTests {
    private static let lines = [
        #"{"event":"impression","eventId":"e1","contentId":"c","data":{"position":3,"feedId":"f"}}"#,
        #"{"event":"playStart","contentId":"c","data":{"startupTime":250,"autoplay":true,"x":null}}"#,
        #"{"data":{"currentTime":1.5e1,"duration":45.25,"y":[1,{"a":"\u00e4\n"}]},"type":"watchProgress","contentId":"ä😀"}"#,
        #"{"event":"swipe","contentId":"d","data":{"fromContentId":"c","watchTimeOnFrom":0.1}}"#,
        #"{"event":"like","contentId":"c","timestamp":"2026-11-21T11:00:00.123Z","more":-12.5E-3}"#,
    ]

    private static let fragments =
        Array(#"{}[]",:\u0aeEtrfn-+.0179 "#.utf8) + [0, 9, 13, 0x7F, 0x80, 0xC3, 0xED, 0xF0, 0xFF]

    private func damaged(_ generator: inout SeededGenerator) -> [UInt8] {
        var line = Array(Self.lines[Int.random(in: 0..<Self.lines.count, using: &generator)].utf8)
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
            let place = Int.random(in: 0..<line.count, using: &generator)
            let byte = Self.fragments[Int.random(in: 0..<Self.fragments.count, using: &generator)]
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: line[place] = byte
            case 1: line.insert(byte, at: place)
            case 2: line.remove(at: place)
            default:
                let end = Int.random(in: place...line.count, using: &generator)
                line.insert(contentsOf: line[place..<end], at: place)
            }
            if line.isEmpty { line = [0x7B] }
        }
        return line
    }

    @Test("a damaged line is decided once, and never accepted if it is no JSON", arguments: 1...20)
    func damage(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var all: [UInt8] = []
        var alone: [ReadableRow] = []
        var (decided, refused) = (0, 0)
        for _ in 0..<500 {
            let line = damaged(&generator)
            let block = parse(bytes: line)
            #expect(block.bytesConsumed == line.count)
            #expect(block.physicalLines == 1)
            let accepted = block.batch.count
            #expect(accepted + block.refusals.count == block.decided)
            #expect(block.decided <= 1)
            if accepted == 1 {
                #expect(
                    (try? JSONSerialization.jsonObject(with: Data(line))) is [String: Any],
                    "seed \(seed): \(String(decoding: line, as: UTF8.self))")
            }
            alone += try rows(of: block.batch)
            decided += block.decided
            refused += block.refusals.count
            all += line + [0x0A]
        }
        // Many refusals end a block before its bytes end.
        var together: [ReadableRow] = []
        var (decidedTogether, refusedTogether) = (0, 0)
        var rest = all
        while !rest.isEmpty {
            let block = parse(bytes: rest)
            try #require(block.bytesConsumed > 0)
            rest.removeFirst(block.bytesConsumed)
            #expect(block.refusals.count <= Limits.refusalsPerBlockMax)
            together += try rows(of: block.batch)
            decidedTogether += block.decided
            refusedTogether += block.refusals.count
        }
        #expect(together == alone)
        #expect(decidedTogether == decided)
        #expect(refusedTogether == refused)
        #expect(alone.count > 0 && refused > 0)
    }

    @Test("doubles are read to the last bit", arguments: 1...5)
    func doubles(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            let value = Double(bitPattern: generator.next())
            guard value.isFinite else { continue }
            for text in ["\(value)", "\((value.significand * 1000).rounded() / 100)"] {
                let row = try onlyRow(
                    of: #"{"event":"like","contentId":"c","data":{"n":\#(text)}}"#)
                #expect(row["~n"] == Double(text).map { "\($0)" }, "\(text)")
            }
        }
    }
}
