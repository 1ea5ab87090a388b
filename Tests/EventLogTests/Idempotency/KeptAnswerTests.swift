import TestSupport
import Testing

@testable import EventLog

@Suite("Kept answers")
struct KeptAnswerTests {
    private func key(_ name: String, producer: String = "uid:1") -> RequestKey {
        RequestKey(producer: producer, request: "POST /v1/events", key: name)
    }

    private func answer(_ text: String = "x", at keptAt: Int64 = 0) -> KeptAnswer {
        var answer = KeptAnswer(
            fingerprint: [1, 2], status: 200, contentType: "application/json",
            body: Array(text.utf8))
        answer.keptAt = keptAt
        return answer
    }

    @Test("an answer is given for 24 hours, to the microsecond, and not beyond")
    func age() {
        var answers = KeptAnswers()
        answers.keep(answer(at: 1_000), for: key("a"), now: 1_000)
        let end = 1_000 + Limits.keptAnswerAge
        #expect(answers.answer(to: key("a"), now: end - 1) != nil)
        #expect(answers.answer(to: key("a"), now: end) == nil)
        // A clock that was set back takes nothing away.
        #expect(answers.answer(to: key("a"), now: 0) != nil)
        #expect(answers.live(now: end).isEmpty)
        #expect((answers.count, answers.size) == (0, 0))
    }

    @Test("producer, method, path and key name a request, all four")
    func scope() {
        var answers = KeptAnswers()
        answers.keep(answer(), for: key("a"), now: 0)
        #expect(answers.answer(to: key("a", producer: "uid:2"), now: 0) == nil)
        #expect(answers.answer(to: key("b"), now: 0) == nil)
        let other = RequestKey(producer: "uid:1", request: "POST /v1/seal", key: "a")
        #expect(answers.answer(to: other, now: 0) == nil)
    }

    @Test("beyond the number, the oldest of the producer with the most goes first")
    func countLimit() {
        var answers = KeptAnswers(countMax: 4)
        answers.keep(answer(at: 0), for: key("other", producer: "uid:2"), now: 0)
        for number in 1...3 {
            answers.keep(answer(at: Int64(number)), for: key("\(number)"), now: 10)
        }
        #expect(answers.count == 4)
        #expect(answers.answer(to: key("1"), now: 10) != nil)
        answers.keep(answer(at: 4), for: key("4"), now: 10)
        #expect(answers.count == 4)
        #expect(answers.answer(to: key("1"), now: 10) == nil)
        #expect(answers.answer(to: key("other", producer: "uid:2"), now: 10) != nil)
    }

    @Test("beyond the bytes, the oldest goes; an answer in place of another costs once")
    func sizeLimit() {
        var one = KeptAnswers()
        one.keep(answer(), for: key("1"), now: 0)
        let cost = one.size
        one.keep(answer(at: 1), for: key("1"), now: 1)
        #expect((one.count, one.size) == (1, cost))

        var answers = KeptAnswers(sizeMax: 2 * cost)
        for number in 1...2 { answers.keep(answer(), for: key("\(number)"), now: 0) }
        #expect(answers.count == 2)
        answers.keep(answer(), for: key("3"), now: 0)
        #expect(answers.live(now: 0).map(\.key.key).sorted() == ["2", "3"])
        #expect(answers.size == 2 * cost)
    }

    @Test("a payload reads back as it was written, and no cut or changed byte of it does harm")
    func payload() throws {
        let entries = [
            (key: key("a"), answer: answer("first", at: 5)),
            (key: key("é"), answer: answer("", at: -1)),
        ]
        var bytes: [UInt8] = []
        AnsweredPayload.append(entries, to: &bytes)
        let start = bytes.count
        bytes += [9, 9, 9]
        try bytes.withUnsafeBytes { buffer in
            let read = try AnsweredPayload.read(buffer)
            #expect(read.answers.map(\.0) == entries.map(\.key))
            #expect(read.answers.map(\.1) == entries.map(\.answer))
            #expect(read.eventsStart == start)
            for count in 0..<start {
                #expect(throws: EventRowError.self) {
                    try AnsweredPayload.read(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                }
            }
        }
        for index in bytes.indices {
            for bit in 0..<8 {
                var changed = bytes
                changed[index] ^= 1 << bit
                changed.withUnsafeBytes { _ = try? AnsweredPayload.read($0) }
            }
        }
    }

    @Test("many answers are written in payloads of bounded size, none left out")
    func payloads() throws {
        let body = String(repeating: "x", count: 300_000)
        let entries = (0..<10).map { (key: key("\($0)"), answer: answer(body)) }
        let payloads = AnsweredPayload.payloads(of: entries)
        #expect(payloads.allSatisfy { $0.count <= Limits.journalRecordSizeMax + 4 })
        let names = try payloads.flatMap { payload in
            try payload.withUnsafeBytes { try AnsweredPayload.read($0).answers.map(\.0.key) }
        }
        #expect(names == (0..<10).map { "\($0)" })
    }

    @Test(
        "an answer is kept up to its limit and not one byte past it, and the events are in any case"
    )
    func answerSize() throws {
        let store = try EventStore.open("s", on: SimulatedDisk(), options: StoreOptions())
        let empty = AnsweredPayload.size(of: key("a"), answer(""))
        for extra in [0, 1] {
            var builder = BatchBuilder(identityKey: store.identityKey)
            builder.add("like", id: nil, contentId: "c", timestamp: 1)
            var batch = builder.batch
            let name = extra == 0 ? "a" : "b"
            let body = [UInt8](repeating: 7, count: Limits.keptAnswerSizeMax - empty + extra)
            batch.keeping = AnswerKeeping(key(name)) { _ in
                KeptAnswer(
                    fingerprint: [1, 2], status: 200, contentType: "application/json", body: body)
            }
            #expect(try store.append([batch], durability: .synced)[0].stored == 1)
            #expect((store.keptAnswer(to: key(name)) != nil) == (extra == 0))
        }
    }
}
