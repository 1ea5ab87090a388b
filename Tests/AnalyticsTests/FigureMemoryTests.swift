import EventLog
import Query
import TestSupport
import Testing

@testable import Analytics

/// What the index of viewings takes, by what it counts itself: of what there is room for.
@Suite struct FigureMemoryTests {
    private static let viewingCount = 40_000

    /// Viewings of 4,000 devices and 500 contents in sessions of ten, an impression, a play and two
    /// positions each.
    private static func index(sessions: Bool = false) -> ViewingIndex {
        let index = ViewingIndex(map: IdentityMap())
        if sessions { index.sessions = SessionTable() }
        var random = SplitMix64(seed: 1)
        for number in 0..<viewingCount {
            let session = UInt64(number / 10) + 1
            var id = "cnt_\(Int.random(in: 0..<500, using: &random))"
            let content = id.withUTF8 { index.content(UnsafeRawBufferPointer($0)) }
            var device = "dev_\(session)"
            let sender = device.withUTF8 { index.names.device(UnsafeRawBufferPointer($0)) }
            let start = 19_700 * 86_400_000_000 + Int64(number) * 500_000
            for (place, kind) in [
                EventKind.impression, .playStart, .watchProgress, .watchProgress,
            ].enumerated() {
                var sample = EventSample(
                    time: start + Int64(place) * 1_000_000, content: content, user: -1,
                    device: sender, visit: session &* 0x9E37_79B9_7F4A_7C15,
                    hasViewSession: false, kind: kind, action: .none)
                if kind == .watchProgress { sample.position = Int64(place) * 1_000_000 }
                if kind == .playStart { sample.startupTime = 250 }
                index.apply(sample)
                index.sessions?.add(
                    sample.visit, at: sample.time, content: kind == .impression ? content : -1)
            }
        }
        return index
    }

    @Test func `a viewing takes less than a hundred bytes with all that is known of it`() {
        let index = Self.index()
        #expect(MemoryLayout<Viewing>.stride == 56)
        #expect(index.viewings.count > Self.viewingCount * 9 / 10)
        let each = Double(index.memorySize) / Double(index.viewings.count)
        #expect(each < 100, "\(each) bytes")
    }

    @Test func `sessions take a third of it`() throws {
        let index = Self.index(sessions: true)
        let own = try #require(index.sessions).memorySize
        #expect(own * 3 < index.memorySize, "\(own) of \(index.memorySize) bytes")
    }

    @Test func `there is no index before somebody asks and none after nobody has`() throws {
        var options = StoreOptions()
        options.pause = { _ in }
        let store = try EventStore.open("s", on: SimulatedDisk(), options: options)
        var builder = BatchBuilder(
            identityKey: store.identityKey, receivedAt: 19_700 * 86_400_000_000)
        builder.add("impression", id: nil, contentId: "a", timestamp: 19_700 * 86_400_000_000)
        _ = try store.append([builder.batch], durability: .synced)
        for keepTime in [Duration.seconds(900), .zero] {
            let figures = LiveFigures(store, memoryMax: 64 << 20, keepTime: keepTime)
            try figures.catchUp()
            #expect(figures.memorySize == 0)
            let views = try figures.withIndex { index, _ in index.whole.counts[.views] }
            #expect(views == 1)
            #expect(figures.memorySize > 0)
            try figures.catchUp()
            #expect((figures.memorySize > 0) == (keepTime > .zero))
            let again = try figures.withIndex { index, _ in index.whole.counts[.views] }
            #expect(again == 1)
        }
    }
}
