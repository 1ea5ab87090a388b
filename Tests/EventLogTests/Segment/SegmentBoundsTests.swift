import Columns
import Testing

@testable import EventLog

@Suite("What the catalog says of a segment")
struct SegmentBoundsTests {
    private static func bounds(contentIds: [String]) -> SegmentBounds {
        let numbers = Column(integers: contentIds.indices.map { Int64($0 + 1) })
        let times = Column(timestamps: contentIds.indices.map { Int64($0) })
        let dictionary = StringDictionary(contentIds, isDistinct: true)
        let ids = Column(codes: contentIds.indices.map { Int32($0) }, dictionary: dictionary)
        return SegmentBounds(seq: numbers, timestamp: times, event: ids, contentId: ids)
    }

    @Test("has the least and the greatest string")
    func strings() {
        #expect(Self.bounds(contentIds: ["b", "a", "c"]).contentId == "a"..."c")
    }

    @Test("says nothing of strings whose bytes and characters have different orders")
    func orders() {
        // "é" in two scalars begins with "e"; as the character that it is, it comes after "z".
        let bounds = Self.bounds(contentIds: ["z", "e\u{301}"])
        #expect(bounds.contentId == nil && bounds.event == nil)
        #expect(bounds.seq == 1...2 && bounds.contentIdNullCount == 0)
    }
}
