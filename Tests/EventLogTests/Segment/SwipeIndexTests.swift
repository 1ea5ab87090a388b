import Columns
import EventLog
import TestSupport
import Testing

@Suite("Swipes in segments")
struct SwipeIndexTests {
    @Test(
        "a segment without a swipe from or to a content is told apart without reading its events",
        arguments: [EventColumn.fromContentId, .toContentId])
    func pruning(_ end: EventColumn) throws {
        let directory = try TemporaryDirectory()
        let store = try EventStore.open(directory.path, options: StoreOptions())
        var builder = BatchBuilder(identityKey: store.identityKey)
        for number in 0..<200 {
            // Even numbers only: an odd one lies between the least and the greatest of the page.
            let other = "cnt_\((number * 37 % 200) * 2 + 1000)"
            builder.add(
                "swipe", id: "e\(number)", contentId: "c", timestamp: Int64(number),
                fields: [end: other])
        }
        _ = try store.append([builder.batch], durability: .synced)
        try store.seal()
        func rows(_ content: String) throws -> (found: Int, scanned: Int) {
            let observer = ScanObserver()
            let found = try store.tables().events.rows(
                ["eventId", end.definition.name],
                bounds: [(end.definition.name, .oneOf([.string(content)]))], observer: observer)
            return (found.count { $0[1] == .string(content) }, observer.counts.rowsScanned)
        }
        #expect(try rows("cnt_1024").found == 1)
        #expect(try rows("cnt_1025").scanned == 0)
        try store.close()
    }
}
