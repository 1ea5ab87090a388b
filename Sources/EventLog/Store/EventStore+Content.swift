import Synchronization

extension EventStore {
    /// What is known of a content item.
    package func contentItem(_ id: String) -> ContentItem? {
        view.withLock { $0.books.content }.item(id)
    }

    /// What is known of content items as of now, by id.
    package func contentDocuments() -> @Sendable (String) -> ContentDocument? {
        let items = view.withLock { $0.books.content }
        return { items.item($0)?.document }
    }

    /// Decides what becomes of a change, and hands the journal what there is to write. Like all that an
    /// append does, it is seen only once it is committed.
    func take(
        _ change: ContentChange, at receivedAt: Int64, _ writer: inout Writer,
        _ pending: inout PendingAppend
    ) throws -> ContentOutcome {
        var items = pending.content ?? view.withLock { $0.books.content }
        let outcome = items.outcome(of: change)
        guard outcome.isChange else { return outcome }
        let record = ContentRecord(
            id: change.id, document: change.document, updatedAt: receivedAt)
        try beginJournalIfNeeded(&writer)
        let firstSeq = writer.nextSeq
        record.payload.withUnsafeBytes {
            writer.journal!.append(.content, firstSeq: firstSeq, count: 1, payload: $0)
        }
        // The number gives the record its place among the others.
        writer.nextSeq += 1
        items.apply(record)
        pending.content = items
        pending.contentRecords.append(record)
        return outcome
    }
}
