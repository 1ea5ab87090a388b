import Testing

@testable import EventLog

@Suite("What a user may add to the quarantine")
struct QuarantineAllowanceTests {
    @Test("a burst, then the rate; each user for itself")
    func burstAndRate() {
        var allowance = QuarantineAllowance(burst: 1000, rate: 100)
        let (one, other) = ("uid:1", "uid:2")
        let second: Int64 = 1_000_000
        let start: Int64 = 50 * second
        #expect(allowance.take(999, owner: one, now: start) == true)
        #expect(allowance.take(2, owner: one, now: start) == false)
        #expect(allowance.take(1, owner: one, now: start) == true)
        #expect(allowance.take(1, owner: one, now: start) == false)
        #expect(allowance.take(1000, owner: other, now: start) == true)
        #expect(allowance.take(101, owner: one, now: start + second) == false)
        #expect(allowance.take(100, owner: one, now: start + second) == true)
        // What nobody used does not add up beyond a burst.
        #expect(allowance.take(1001, owner: one, now: start + 1000 * second) == false)
        #expect(allowance.take(1000, owner: one, now: start + 1000 * second) == true)
    }

    @Test("a clock that goes back or far ahead gives nothing away and breaks nothing")
    func clock() {
        var allowance = QuarantineAllowance(burst: 10, rate: 1)
        #expect(allowance.take(10, owner: "uid:1", now: .max) == true)
        #expect(allowance.take(1, owner: "uid:1", now: .min) == false)
        #expect(allowance.take(1, owner: "uid:1", now: 0) == false)
        var other = QuarantineAllowance(burst: 10, rate: 1)
        #expect(other.take(10, owner: "uid:1", now: 0) == true)
        #expect(other.take(10, owner: "uid:1", now: .max) == true)
    }

    @Test("users with a full allowance are forgotten")
    func forgetting() {
        var allowance = QuarantineAllowance(burst: 10, rate: 10)
        for uid in 0..<5000 {
            #expect(allowance.take(10, owner: "uid:\(uid)", now: Int64(uid) * 10_000) == true)
        }
        #expect(allowance.ownerCount <= 1024)
    }
}
