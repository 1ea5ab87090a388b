import EventLog
import EventLogd
import Testing

/// The rules of a stream without a socket: what goes in, what is told, and when.
struct StreamSessionTests {
    private let peer = PeerCredentials(uid: 1000, gid: 1000, pid: 42)

    private func session(_ change: (inout DaemonLimits) -> Void = { _ in }) -> StreamSession {
        var limits = DaemonLimits()
        change(&limits)
        return StreamSession(peer: peer, limits: limits)
    }

    /// Neighbouring lines: `rows` events, then the refused, then the control line.
    private func lines(
        _ rows: Int, refused: Int = 0, at firstLine: UInt64 = 1, _ control: StreamControl? = nil
    ) -> DecodedLines {
        var batch = EventBatch(producer: "uid:1000", peer: peer, receivedAt: 0)
        for _ in 0..<rows {
            batch.rows += [1, 2, 3, 4]
            batch.rowOffsets.append(UInt32(batch.rows.count))
            batch.identities.append(nil)
        }
        let refusals = (0..<refused).map {
            Refusal(
                line: firstLine + UInt64(rows + $0), code: .validationError, message: "Wrong.",
                details: [.init(field: "contentId", reason: "missing")])
        }
        let count = UInt64(rows + refused + (control == nil ? 0 : 1))
        return DecodedLines(
            batch: batch, refusals: refusals, firstLine: firstLine, lineCount: count,
            control: control)
    }

    private func stored(_ count: Int) -> Result<AppendResult, StoreError> {
        .success(AppendResult(stored: count, duplicates: 0, adjusted: 0))
    }

    /// Everything that can be told now, as lines.
    private func tell(_ session: inout StreamSession) -> [String] {
        guard let bytes = session.takeOutput() else { return [] }
        session.outputWritten()
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map { String($0) }
    }

    private func ticket(_ step: StreamSession.Step) throws -> UInt64 {
        try #require(step.submission).ticket
    }

    @Test("nothing is acknowledged before the store has it")
    func notBefore() throws {
        var session = session()
        let ticket = try ticket(session.take(lines(2)))
        #expect(session.inFlightSize > 8)
        #expect(tell(&session) == [])
        session.complete(
            ticket, .success(AppendResult(stored: 1, duplicates: 1, adjusted: 1)))
        #expect(session.inFlightSize == 0)
        #expect(
            tell(&session) == [
                #"{"ack":{"lines":2,"stored":1,"duplicates":1,"failed":0,"adjusted":1,"#
                    + #""durable":true}}"#
            ])
        #expect(tell(&session) == [])
    }

    @Test("a refused line is told before the acknowledgement that covers it")
    func errorBeforeAck() throws {
        var session = session()
        let ticket = try ticket(session.take(lines(1, refused: 1)))
        #expect(tell(&session) == [])
        session.complete(ticket, stored(1))
        let told = tell(&session)
        #expect(told.count == 2)
        #expect(
            told[0] == #"{"error":{"line":2,"code":"VALIDATION_ERROR","message":"Wrong.","#
                + #""details":[{"field":"contentId","reason":"missing"}]}}"#)
        #expect(told[1].hasPrefix(#"{"ack":{"lines":2,"stored":1,"duplicates":0,"failed":1,"#))
    }

    @Test("a refused event goes to the store, and is told once it is counted there")
    func refusalsAreStored() throws {
        var session = session()
        var lines = lines(0, refused: 2)
        lines.batch.refused = lines.refusals.map { RefusedEvent($0, bytes: [1]) }
        let step = session.take(lines)
        #expect(step.submission?.batch.refused.count == 2)
        #expect(tell(&session) == [])
        session.complete(try ticket(step), stored(0))
        #expect(tell(&session).count == 3)
        let stalled = session.refuse(
            Refusal(line: 3, code: .invalidRequest, message: "Stalled."), now: 7)
        let batch = try #require(stalled.submission).batch
        #expect(batch.producer == "uid:1000" && batch.receivedAt == 7)
        #expect(batch.refused.map(\.isTruncated) == [true])
        session.complete(try ticket(stalled), .failure(.io("x")))
        #expect(tell(&session).first?.contains("SERVICE_UNAVAILABLE") == true)
        #expect(session.counts.failed == 3)
    }

    @Test("results are told in line order, whatever order they come in")
    func order() throws {
        var session = session()
        let first = try ticket(session.take(lines(1)))
        let second = try ticket(session.take(lines(2, at: 2)))
        session.complete(second, stored(2))
        #expect(tell(&session) == [])
        session.complete(first, stored(1))
        #expect(tell(&session).map { $0.hasPrefix(#"{"ack":{"lines":3,"stored":3,"#) } == [true])
    }

    @Test("acknowledgements coalesce: one waits, with the counts of when it is sent")
    func coalesce() throws {
        var session = session()
        for line in 1...1_000 {
            let ticket = try ticket(session.take(lines(1, at: UInt64(line))))
            session.complete(ticket, stored(1))
        }
        #expect(tell(&session).map { $0.hasPrefix(#"{"ack":{"lines":1000,"#) } == [true])
    }

    @Test("with an interval an acknowledgement comes after that many lines, and at the end")
    func interval() throws {
        var session = session()
        _ = session.take(lines(0, .hello(producer: nil, durability: nil, ackEvery: 3)))
        for line in 2...3 {
            let ticket = try ticket(session.take(lines(1, at: UInt64(line))))
            session.complete(ticket, stored(1))
            #expect(tell(&session).count == (line == 3 ? 1 : 0))
        }
        let last = try ticket(session.take(lines(1, at: 4)))
        session.complete(last, stored(1))
        #expect(tell(&session) == [])
        session.endInput()
        #expect(
            tell(&session) == [
                #"{"ack":{"lines":4,"stored":3,"duplicates":0,"failed":0,"adjusted":0,"#
                    + #""durable":true,"controls":1,"final":true}}"#
            ])
        #expect(session.isDone)
    }

    @Test("the final acknowledgement waits for the store and comes exactly once")
    func final() throws {
        var session = session()
        let ticket = try ticket(session.take(lines(1)))
        session.endInput()
        #expect(tell(&session) == [])
        #expect(!session.isDone)
        session.complete(ticket, stored(1))
        #expect(tell(&session).map { $0.contains(#""final":true"#) } == [true])
        #expect(session.isDone)
        #expect(tell(&session) == [])
    }

    @Test("a stream without a line ends with a final acknowledgement of nothing")
    func empty() {
        var session = session()
        session.endInput()
        #expect(tell(&session).first?.hasPrefix(#"{"ack":{"lines":0,"#) == true)
        #expect(session.isDone)
    }

    @Test("a ping is answered at once, past what waits for the store")
    func ping() throws {
        var session = session()
        let ticket = try ticket(session.take(lines(1, .ping)))
        #expect(tell(&session) == [#"{"pong":true}"#])
        session.complete(ticket, stored(1))
        #expect(tell(&session).first?.contains(#""controls":1"#) == true)
    }

    @Test("a sync is answered when everything before it is durable, and is an acknowledgement")
    func sync() throws {
        var session = session()
        let ticket = try ticket(session.take(lines(2, .sync(id: "x"))))
        #expect(tell(&session) == [])
        session.complete(ticket, stored(2))
        #expect(
            tell(&session) == [
                #"{"sync":"x","ack":{"lines":3,"stored":2,"duplicates":0,"failed":0,"#
                    + #""adjusted":0,"durable":true,"controls":1}}"#
            ])
    }

    @Test("a sync with nothing before it is answered at once, without id with null")
    func emptySync() {
        var session = session()
        #expect(session.take(lines(0, .sync(id: nil))).submission == nil)
        #expect(tell(&session).first?.hasPrefix(#"{"sync":null,"ack":{"lines":1,"#) == true)
    }

    @Test("buffered acknowledgements say so until a sync, which goes to the store")
    func buffered() throws {
        var session = session()
        let hello = session.take(
            lines(0, .hello(producer: nil, durability: .buffered, ackEvery: nil)))
        #expect(hello.submission == nil)
        let rows = try #require(session.take(lines(1, at: 2)).submission)
        #expect(rows.durability == .buffered)
        session.complete(rows.ticket, stored(1))
        #expect(tell(&session).last?.contains(#""durable":false"#) == true)
        let sync = try #require(session.take(lines(0, at: 3, .sync(id: "x"))).submission)
        #expect(sync.durability == .synced)
        #expect(sync.batch.count == 0)
        session.complete(sync.ticket, stored(0))
        #expect(tell(&session).first?.contains(#""durable":true"#) == true)
        #expect(session.take(lines(0, at: 4, .sync(id: "y"))).submission == nil)
    }

    @Test("rows with a sync right behind them are synced although the stream is buffered")
    func bufferedRowsWithSync() throws {
        var session = session()
        _ = session.take(lines(0, .hello(producer: nil, durability: .buffered, ackEvery: nil)))
        let step = session.take(lines(1, at: 2, .sync(id: "x")))
        #expect(step.submission?.durability == .synced)
    }

    @Test("a hello counts for the lines after it, not for those before")
    func helloOrder() throws {
        var session = session()
        let hello = StreamControl.hello(producer: "app", durability: .buffered, ackEvery: nil)
        let step = session.take(lines(1, hello))
        #expect(step.submission?.durability == .synced)
        #expect(step.producer == "uid:1000/app")
        #expect(session.take(lines(1, at: 3)).submission?.durability == .buffered)
    }

    @Test(
        "a producer is named within the peer's own",
        arguments: [
            ("app", "uid:1000/app"), ("a/b", "uid:1000/a/b"), ("uid:1000", "uid:1000"),
            ("uid:1000/app", "uid:1000/app"), ("uid:10000/app", nil), ("uid:0", nil),
            ("uid:1001/app", nil), ("", nil), ("a\u{0}b", nil), ("a\nb", nil),
            (String(repeating: "x", count: Limits.idSizeMax - 9), "uid:1000/…"),
            (String(repeating: "x", count: Limits.idSizeMax - 8), nil),
        ] as [(String, String?)])
    func producer(name: String, expected: String?) {
        var session = session()
        let step = session.take(
            lines(0, .hello(producer: name, durability: nil, ackEvery: nil)))
        let told = tell(&session)
        if let expected {
            #expect(step.producer == expected || expected.hasSuffix("…") && step.producer != nil)
            #expect(told.last?.contains(#""failed":0"#) == true)
        } else {
            #expect(step.producer == nil)
            #expect(told.first?.contains(#""code":"FORBIDDEN""#) == true)
            #expect(
                told.last?.hasPrefix(#"{"ack":{"lines":1,"stored":0,"duplicates":0,"failed":1"#)
                    == true)
        }
    }

    @Test(
        "a failed append fails its lines alone, each told with reason and line",
        arguments: [
            (StoreError.diskFull("x"), "disk_full"), (StoreError.io("x"), "io"),
        ])
    func storeError(error: StoreError, reason: String) throws {
        var session = session()
        let ticket = try ticket(session.take(lines(2, refused: 1)))
        session.complete(ticket, .failure(error))
        let told = tell(&session)
        #expect(told.count == 4)
        for line in 1...2 {
            #expect(
                told[line - 1].hasPrefix(
                    #"{"error":{"line":\#(line),"code":"SERVICE_UNAVAILABLE","reason":"\#(reason)""#
                ))
        }
        #expect(told[2].hasPrefix(#"{"error":{"line":3,"code":"VALIDATION_ERROR""#))
        #expect(told[3].hasPrefix(#"{"ack":{"lines":3,"stored":0,"duplicates":0,"failed":3,"#))
        let next = try self.ticket(session.take(lines(1, at: 4)))
        session.complete(next, stored(1))
        #expect(tell(&session).last?.contains(#""stored":1"#) == true)
    }

    @Test("events of persons who were erased are told by line, and count as failed")
    func erased() throws {
        var session = session()
        let ticket = try ticket(session.take(lines(3, at: 4)))
        session.complete(
            ticket,
            .success(AppendResult(stored: 1, duplicates: 1, adjusted: 0, erasedRows: [1])))
        let told = tell(&session)
        #expect(told.first?.hasPrefix(#"{"error":{"line":5,"code":"GONE""#) == true)
        #expect(told.last?.contains(#""duplicates":1,"failed":1"#) == true)
    }

    @Test("errors stay within the queue to the byte, also while a write is under way")
    func errorBound() {
        let one = StreamAnswer.error(
            StreamFailure(
                Refusal(
                    line: 1, code: .validationError, message: "Wrong.",
                    details: [.init(field: "contentId", reason: "missing")])))
        var session = session { $0.answerQueueSizeMax = one.count * 3 }
        for line in 1...3 { _ = session.take(lines(0, refused: 1, at: UInt64(line))) }
        #expect(session.counts.errorsOmitted == 0)
        _ = session.take(lines(0, refused: 1, at: 4))
        #expect(session.counts.errorsOmitted == 1)
        // What is being written has not left yet, so it still counts.
        #expect(session.takeOutput() != nil)
        _ = session.take(lines(0, refused: 1, at: 5))
        #expect(session.counts.errorsOmitted == 2)
        session.outputWritten()
        _ = session.take(lines(0, refused: 1, at: 6))
        #expect(session.counts.errorsOmitted == 2)
        session.endInput()
        #expect(tell(&session).last?.contains(#""failed":6,"adjusted":0"#) == true)
    }

    @Test("a sync is answered although errors have filled their part of the queue")
    func syncBehindErrors() {
        var session = session { $0.answerQueueSizeMax = 10 }
        _ = session.take(lines(0, refused: 5))
        _ = session.take(lines(0, at: 6, .sync(id: "x")))
        #expect(tell(&session).first?.hasPrefix(#"{"sync":"x","ack":{"lines":6,"#) == true)
    }

    @Test("control answers are bounded too, and what was left out is counted")
    func controlBound() {
        var session = session {
            $0.answerQueueSizeMax = 0
            $0.controlAnswerReserve = StreamAnswer.pong().count
        }
        for line in 1...3 { _ = session.take(lines(0, at: UInt64(line), .ping)) }
        let told = tell(&session)
        #expect(told.first == #"{"pong":true}"#)
        #expect(told.last?.contains(#""controls":3,"controlsOmitted":2"#) == true)
    }

    @Test("whatever comes in whatever order, the counts add up at every acknowledgement")
    func countsAddUp() throws {
        for seed in UInt64(1)...200 {
            var random = SeededRandom(seed: seed)
            var session = session { $0.answerQueueSizeMax = 2_000 }
            var open: [(ticket: UInt64, rows: Int)] = []
            var line: UInt64 = 1
            var decided: UInt64 = 0
            for _ in 0..<60 {
                if Bool.random(using: &random), !open.isEmpty {
                    let one = open.remove(at: Int.random(in: open.indices, using: &random))
                    let known = Int.random(in: 0...one.rows, using: &random)
                    session.complete(
                        one.ticket,
                        Int.random(in: 0..<5, using: &random) == 0
                            ? .failure(.io("x"))
                            : .success(
                                AppendResult(
                                    stored: one.rows - known, duplicates: known, adjusted: 0)))
                } else {
                    let controls: [StreamControl?] = [
                        nil, .ping, .sync(id: "s"),
                        .hello(producer: "uid:1", durability: nil, ackEvery: nil),
                        .hello(producer: nil, durability: .buffered, ackEvery: 5),
                    ]
                    let next = lines(
                        Int.random(in: 0..<4, using: &random),
                        refused: Int.random(in: 1..<3, using: &random), at: line,
                        controls.randomElement(using: &random) ?? nil)
                    line += next.lineCount
                    decided += next.lineCount
                    let rows = next.batch.count
                    if let submission = session.take(next).submission {
                        open.append((submission.ticket, rows))
                    }
                }
                let counts = session.counts
                #expect(
                    counts.lines
                        == counts.stored + counts.duplicates + counts.failed + counts.controls,
                    "seed \(seed)")
                if Int.random(in: 0..<8, using: &random) == 0 { _ = tell(&session) }
            }
            for one in open { session.complete(one.ticket, stored(one.rows)) }
            session.endInput()
            #expect(
                tell(&session).last?.hasPrefix("{\"ack\":{\"lines\":\(decided),") == true,
                "seed \(seed)")
            #expect(session.inFlightSize == 0, "seed \(seed)")
        }
    }

    @Test("text in answers is escaped so that a line stays a line and a terminal a terminal")
    func escaping() {
        let refusal = Refusal(
            line: 1, byteOffset: 3, code: .invalidRequest,
            message: "a\"b\\c\n\r\t\u{0}\u{1B}\u{7F}\u{9B}\u{2028}é🙂")
        #expect(
            String(decoding: StreamAnswer.error(StreamFailure(refusal)), as: UTF8.self)
                == #"{"error":{"line":1,"byteOffset":3,"code":"INVALID_REQUEST","#
                + #""message":"a\"b\\c\n\r\t\u0000\u001b\u007f\u009b\u2028é🙂","details":[]}}"#
                + "\n")
    }
}
