import Columns
import TestSupport
import Testing

@testable import EventLog
@testable import Parquet

@Suite("A segment without some of its events, page by page")
struct SegmentRemovalTests {
    private static let eventCount = 400

    private static func filled() throws -> ErasedStore {
        let it = try ErasedStore()
        for number in 0..<eventCount {
            try it.append(
                ["like", "share", "playStart"][number % 3], "e-\(number)",
                device: number % 7 == 0 ? nil : "device-\(number % 11)",
                user: number % 5 == 0 ? "user-\(number % 13)" : nil, at: Int64(number))
        }
        try it.store.seal()
        while try it.store.compact(isForced: true) != nil {}
        return it
    }

    @Test("has the events, the bounds and the footer that writing it anew gives")
    func sameAsAnew() throws {
        let it = try Self.filled()
        var random = SplitMix64(seed: 11)
        for segment in it.store.tables().events.segments {
            let content = try #require(it.disk.content(of: segment.path))
            let count = segment.entry.rowCount
            var choices = [[0], [count - 1], Array(0..<count / 2)]
            for _ in 0..<6 {
                choices.append((0..<count).filter { _ in random.next() % 9 == 0 })
            }
            for rows in choices where !rows.isEmpty && rows.count <= count / 2 {
                let removal = try #require(SegmentRemoval(content, of: segment, rows: rows))
                let own = try #require(removal.output(keyValues: it.store.footer(nil)))
                var isKept = [Bool](repeating: true, count: count)
                for row in rows { isKept[row] = false }
                let anew = try it.store.merge([segment], nil).run(
                    keyValues: it.store.footer(nil)
                ) { _ in RowDivision(keeping: isKept) }
                #expect(own.map(\.rowCount) == anew.map(\.rowCount))
                #expect(own.map(\.bounds) == anew.map(\.bounds))
                for (own, anew) in zip(own, anew) {
                    let (own, anew) = (
                        try ParquetFile(source: ParquetBytes(own.bytes)),
                        try ParquetFile(source: ParquetBytes(anew.bytes))
                    )
                    #expect(own.keyValues.map(\.value) == anew.keyValues.map(\.value))
                    #expect(own.leaves == anew.leaves)
                    #expect(
                        own.rowGroups.map(\.sortingColumns)
                            == anew.rowGroups.map(\.sortingColumns))
                    for leaf in own.leaves.indices {
                        let found = try own.readColumn(rowGroup: 0, leaf: leaf).column
                        let expected = try anew.readColumn(rowGroup: 0, leaf: leaf).column
                        #expect(
                            found.fingerprint(seed: 3) == expected.fingerprint(seed: 3),
                            "\(own.leaves[leaf].name)")
                        #expect(
                            own.rowGroups[0].columns[leaf].statistics
                                == anew.rowGroups[0].columns[leaf].statistics)
                    }
                    let audit = try SegmentAudit(of: own, name: "x.parquet", entry: nil)
                    #expect(audit.findings == [])
                }
            }
        }
    }

    @Test("is left to writing it anew when most events go, or persons stand in it")
    func unfit() throws {
        let it = try Self.filled()
        let most = it.store.tables().events.segments[0]
        let content = try #require(it.disk.content(of: most.path))
        let rows = Array(0..<most.entry.rowCount / 2 + 1)
        #expect(SegmentRemoval(content, of: most, rows: rows) == nil)
        #expect(SegmentRemoval(content, of: most, rows: []) == nil)
        _ = try it.store.squash()
        let squashed = it.store.tables().events.segments[0]
        let other = try #require(it.disk.content(of: squashed.path))
        #expect(SegmentRemoval(other, of: squashed, rows: [0]) == nil)
    }

    @Test("is what an erasure makes, and what is made of it later has full pages again")
    func erased() throws {
        let it = try Self.filled()
        it.clock.value += 600_000_000
        let request = try it.store.requestErasure(of: "user-5")
        let receipt = try #require(try it.store.erase(request.id))
        #expect(receipt.events > 0 && receipt.status == .erased)
        // An entry that was overwritten tells that no page was numbered anew.
        let segment = it.store.tables().events.segments[0]
        let opened = try segment.open()
        let leaf = try #require(segment.leaf(EventColumn.userId.definition, in: opened))
        let entries = try opened.file.readDictionary(rowGroup: 0, leaf: leaf)?.strings
        if let entries { #expect((0..<entries.count).contains { entries[$0] == "erased-1" }) }
        try ErasedStore.expectNoHits(["user-5"], on: it.disk)
        #expect(it.store.status().damage == [])
    }
}
