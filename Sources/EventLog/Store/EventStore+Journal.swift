import Synchronization

extension EventStore {
    /// Begins a journal file if there is none to append to.
    func beginJournalIfNeeded(_ writer: inout Writer) throws {
        guard writer.journal == nil else { return }
        let live = answers.withLock { $0.count == 0 ? [] : $0.live(now: options.now()) }
        let firstSeq = writer.nextSeq
        writer.journalFirstSeq = firstSeq
        guard !live.isEmpty else {
            writer.journal = try JournalWriter(
                creating: firstSeq, storeID: storeID, on: disk, growth: options.journalGrowth)
            return
        }
        // Older files go with the next seal: whatever they tell of answers stands in this one too,
        // before it takes its name.
        var journal = try JournalWriter(
            temporaryFor: JournalDirectory.path(ofFile: firstSeq), firstSeq: firstSeq,
            storeID: storeID, on: disk, growth: options.journalGrowth)
        for payload in AnsweredPayload.payloads(of: live) {
            payload.withUnsafeBytes {
                journal.append(.answered, firstSeq: firstSeq, count: 0, payload: $0)
            }
        }
        try journal.place()
        writer.journal = .some(consume journal)
    }

    /// Encodes the new rows of a batch as one record, or as several if it is larger than a record
    /// may be. The answer stands in the last of them, if there is room.
    func journal(
        _ batch: EventBatch, _ runs: [Range<Int>],
        _ answer: (key: RequestKey, answer: KeptAnswer)?, _ writer: inout Writer
    ) {
        var pieces = batch.pieces(of: runs, sizeMax: Limits.journalRecordSizeMax)
        var isAnswerWithEvents = false
        if let answer, let last = pieces.last {
            let size =
                AnsweredPayload.size(of: answer.key, answer.answer) + batch.payloadSize(of: last)
            isAnswerWithEvents = size + 4 <= Limits.journalPayloadSizeMax
        }
        if answer != nil, !isAnswerWithEvents { pieces.append([]) }
        for (index, piece) in pieces.enumerated() {
            writer.payload.removeAll(keepingCapacity: true)
            var kind = JournalRecordKind.events
            if let answer, index == pieces.count - 1 {
                kind = .answered
                AnsweredPayload.append([answer], to: &writer.payload)
            }
            if !piece.isEmpty { batch.appendPayload(rows: piece, to: &writer.payload) }
            let count = piece.reduce(0) { $0 + $1.count }
            writer.payload.withUnsafeBytes {
                writer.journal!.append(
                    kind, firstSeq: writer.nextSeq, count: count, payload: $0)
            }
            writer.nextSeq += Int64(count)
        }
    }
}
