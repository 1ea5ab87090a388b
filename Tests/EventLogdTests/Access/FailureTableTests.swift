import EventLogd
import Testing

@Suite("Failed keys")
struct FailureTableTests {
    private let start = ContinuousClock.now

    @Test("five failures are answered at once, the sixth a second later")
    func delay() {
        var table = FailureTable()
        let delays = (0..<7).map { _ in table.recordFailure(of: .uid(1), now: start) }
        #expect(delays == [.zero, .zero, .zero, .zero, .zero, .seconds(1), .seconds(1)])
        #expect(table.recordFailure(of: .uid(2), now: start) == .zero)
    }

    @Test("a minute without a failure makes a new beginning")
    func memory() {
        var table = FailureTable()
        for _ in 0..<9 { _ = table.recordFailure(of: .tcp, now: start) }
        let edge = start + FailureTable.memory
        #expect(table.recordFailure(of: .tcp, now: edge) == .seconds(1))
        let later = edge + FailureTable.memory + .nanoseconds(1)
        #expect(table.recordFailure(of: .tcp, now: later) == .zero)
    }

    @Test("the table forgets those who failed longest ago and stays bounded")
    func bound() {
        var table = FailureTable()
        for uid in 0..<UInt32(FailureTable.originCountMax) {
            for _ in 0..<6 {
                _ = table.recordFailure(of: .uid(uid), now: start + .microseconds(Int(uid)))
            }
        }
        #expect(table.count == FailureTable.originCountMax)
        let now = start + .seconds(1)
        _ = table.recordFailure(of: .tcp, now: now)
        #expect(table.count == FailureTable.originCountMax)
        #expect(table.recordFailure(of: .uid(0), now: now) == .zero, "the oldest is forgotten")
        let last = UInt32(FailureTable.originCountMax - 1)
        #expect(table.recordFailure(of: .uid(last), now: now) == .seconds(1))
    }
}
