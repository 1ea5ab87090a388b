import Testing

@testable import EventLog

@Suite("What a user may add to the quarantine")
struct QuarantineAllowanceTests {
    @Test("a burst, then the rate; each user for itself")
    func burstAndRate() {
        var allowance = QuarantineAllowance(burst: 1000, rate: 100)
        let (one, other): (UInt32, UInt32) = (1, 2)
        let second: Int64 = 1_000_000
        let start: Int64 = 50 * second
        #expect(allowance.take(999, uid: one, now: start) == true)
        #expect(allowance.take(2, uid: one, now: start) == false)
        #expect(allowance.take(1, uid: one, now: start) == true)
        #expect(allowance.take(1, uid: one, now: start) == false)
        #expect(allowance.take(1000, uid: other, now: start) == true)
        #expect(allowance.take(101, uid: one, now: start + second) == false)
        #expect(allowance.take(100, uid: one, now: start + second) == true)
        // What nobody used does not add up beyond a burst.
        #expect(allowance.take(1001, uid: one, now: start + 1000 * second) == false)
        #expect(allowance.take(1000, uid: one, now: start + 1000 * second) == true)
    }

    @Test("a clock that goes back or far ahead gives nothing away and breaks nothing")
    func clock() {
        var allowance = QuarantineAllowance(burst: 10, rate: 1)
        #expect(allowance.take(10, uid: 1, now: .max) == true)
        #expect(allowance.take(1, uid: 1, now: .min) == false)
        #expect(allowance.take(1, uid: 1, now: 0) == false)
        var other = QuarantineAllowance(burst: 10, rate: 1)
        #expect(other.take(10, uid: 1, now: 0) == true)
        #expect(other.take(10, uid: 1, now: .max) == true)
    }

    @Test("users with a full allowance are forgotten")
    func forgetting() {
        var allowance = QuarantineAllowance(burst: 10, rate: 10)
        for uid in UInt32(0)..<5000 {
            #expect(allowance.take(10, uid: uid, now: Int64(uid) * 10_000) == true)
        }
        #expect(allowance.userCount <= 1024)
    }
}
