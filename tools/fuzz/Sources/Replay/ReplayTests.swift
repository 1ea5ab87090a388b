import Foundation
import FuzzHarness
import Testing

@testable import TestSupport

/// What `tools/fuzz/run` does for hours, for seconds: through the same entries, in the debug build.
@Suite("Fuzzed decoders")
struct ReplayTests {
    private static let targets =
        FuzzParquetTargets.all + FuzzStoreTargets.all + FuzzQueryTargets.all + FuzzDaemonTargets.all

    /// Inputs that are kept, by target.
    private static func kept(_ name: String) throws -> [[UInt8]] {
        let place = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../corpus/\(name)")
        return try FileManager.default.contentsOfDirectory(atPath: place.path).sorted().map {
            Array(try Data(contentsOf: place.appendingPathComponent($0)))
        }
    }

    @Test(
        "each kept input, and each sound one, ends in a result or an error",
        arguments: targets.map(\.name))
    func replay(name: String) throws {
        let target = try #require(Self.targets.first { $0.name == name })
        let inputs = try Self.kept(name)
        #expect(!inputs.isEmpty)
        for input in inputs + (try target.seeds()) { target.run(input) }
    }

    @Test("so do sound inputs with some bytes changed", arguments: targets.map(\.name))
    func changes(name: String) throws {
        let target = try #require(Self.targets.first { $0.name == name })
        let seeds = try target.seeds()
        var random = SplitMix64(seed: 11)
        for round in 0..<120 {
            var bytes = seeds[round % seeds.count]
            for _ in 0...(round % 4) where !bytes.isEmpty {
                bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(
                    truncatingIfNeeded: random.next())
            }
            target.run(bytes)
        }
    }

    /// One case of so many; all of them: tools/prove damage --long.
    private static let steps: [StoreSweep.Kind: Int] = [
        .flips: 2003, .cuts: 701, .sectors: 47, .files: 2,
    ]

    @Test("damage to a store is harmless or said", arguments: StoreSweep.Kind.allCases)
    func damage(kind: StoreSweep.Kind) throws {
        let counts = try StoreSweep().run(kind, step: CrashStep.of(Self.steps[kind] ?? 1))
        #expect(counts.silent == [])
        #expect(counts.cases > 50)
        #expect(counts.reported + counts.repaired > 0)
    }
}
