import Columns
import EventLog
import TestSupport

/// What senders were told about stored events, duplicates, refusals and the quarantine, and what they
/// tried; and how to send more.
final class BooksHistory {
    struct Counts: Equatable {
        var stored: Int64 = 0
        var duplicate: Int64 = 0
        var refused: Int64 = 0

        init() {}
        init(_ totals: Ledger.Totals) {
            (stored, duplicate, refused) = (totals.stored, totals.duplicate, totals.refused)
        }

        static func + (one: Counts, other: Counts) -> Counts {
            var sum = one
            sum.stored += other.stored
            sum.duplicate += other.duplicate
            sum.refused += other.refused
            return sum
        }

        func isWithin(_ other: Counts) -> Bool {
            stored <= other.stored && duplicate <= other.duplicate && refused <= other.refused
        }
    }

    /// Acknowledged as durable; acknowledged until the process dies; offered at all.
    private(set) var durable = Counts()
    private var buffered = Counts()
    private(set) var offered = Counts()
    /// Acknowledged by a process that is gone, but not as durable.
    private(set) var forgotten = Counts()
    private(set) var keptForgotten: Set<String> = []
    /// Texts of refused events, in the same three ways, and of those that were taken out.
    private(set) var kept: Set<String> = []
    private var keptBuffered: Set<String> = []
    private(set) var keptOffered: Set<String> = []
    private(set) var left: Set<String> = []
    private(set) var leftOffered: Set<String> = []
    private var nextID = 0

    /// All that the running process has acknowledged.
    var acknowledged: Counts { durable + buffered }

    private func makeTexts(_ count: Int) -> [String] {
        defer { nextID += count }
        return (nextID..<nextID + count).map { "text \($0)" }
    }

    /// Sends new events, repeats of one known event, and events that are refused.
    func send(
        new: Int, repeats: Int, refused: Int, to store: EventStore, _ durability: Durability
    ) throws {
        var builder = BatchBuilder(identityKey: store.identityKey)
        for text in makeTexts(new) {
            builder.add("like", id: text, contentId: "c", timestamp: 1)
        }
        for _ in 0..<repeats { builder.add("like", id: "first", contentId: "c", timestamp: 1) }
        let texts = makeTexts(refused)
        for text in texts { builder.refuse(text) }
        offered.stored += Int64(new + repeats)
        offered.duplicate += Int64(repeats)
        offered.refused += Int64(refused)
        keptOffered.formUnion(texts)
        let result = try store.append([builder.batch], durability: durability)[0]
        var counts = Counts()
        counts.stored = Int64(result.stored)
        counts.duplicate = Int64(result.duplicates)
        counts.refused = Int64(refused)
        buffered = buffered + counts
        keptBuffered.formUnion(texts)
        if durability == .synced { settle() }
    }

    /// Takes the oldest quarantined event out.
    func takeOut(from store: EventStore) throws {
        guard let id = store.quarantinedIDs().first else { return }
        let text = try store.quarantined([id]).map { String(decoding: $0.bytes, as: UTF8.self) }
        leftOffered.formUnion(text)
        var builder = BatchBuilder(identityKey: store.identityKey)
        builder.batch.leavingQuarantine = [id]
        _ = try store.append([builder.batch], durability: .synced)
        left.formUnion(text)
        settle()
    }

    /// Everything acknowledged so far is durable.
    func settle() {
        durable = durable + buffered
        buffered = Counts()
        kept.formUnion(keptBuffered)
        keptBuffered = []
    }

    /// The process died, or its last sync failed, and with it perhaps what was only buffered.
    func forgetBuffered() {
        forgotten = forgotten + buffered
        keptForgotten.formUnion(keptBuffered)
        buffered = Counts()
        keptBuffered = []
    }

    static func texts(in store: EventStore) throws -> Set<String> {
        Set(
            try store.tables().quarantine.rows(["event"]).map { row in
                if case .string(let text) = row[0] { text } else { "?" }
            })
    }
}
