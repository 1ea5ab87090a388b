import Columns
import EventLog
import Testing

@Suite("ClusterOrder")
struct ClusterOrderTests {
    @Test("sorts by event, contentId (nulls last), timestamp, then arrival", arguments: 1...6)
    func agreesWithSort(seed: UInt64) {
        var state = seed
        func next(_ limit: UInt64) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % limit)
        }
        let rows = (0..<3000).map { _ in
            (
                event: ["like", "impression", "swipe", ""][next(4)],
                content: next(10) == 0 ? nil : "cnt_\(next(50))longer than eight bytes",
                time: Int64(next(3) == 0 ? next(1 << 30) : next(20)) - 1000
            )
        }
        let order = ClusterOrder.positions(
            event: Column(type: .string, rows.map { .string($0.event) }),
            contentId: Column(type: .string, rows.map { $0.content.map { .string($0) } ?? .null }),
            timestamp: Column(timestamps: rows.map(\.time)))
        let expected = rows.indices.sorted { left, right in
            let (a, b) = (rows[left], rows[right])
            if a.event != b.event { return a.event < b.event }
            if a.content != b.content {
                guard let first = a.content else { return false }
                guard let second = b.content else { return true }
                return first < second
            }
            return a.time != b.time ? a.time < b.time : left < right
        }
        #expect(order.map { Int($0) } == expected)
    }

    @Test("no rows and one row")
    func small() {
        func column(_ cells: [Value]) -> Column { Column(type: .string, cells) }
        #expect(
            ClusterOrder.positions(
                event: column([]), contentId: column([]), timestamp: Column(timestamps: [])
            ).isEmpty)
        #expect(
            ClusterOrder.positions(
                event: column([.string("a")]), contentId: column([.null]),
                timestamp: Column(timestamps: [5])) == [0])
    }
}
