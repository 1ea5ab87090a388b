import Columns
import EventLog
import Query

/// What `journal ls` says of a file; the names are those of the JSON.
struct JournalSummary: Codable, Equatable {
    var path: String
    /// First number that the file was made for, and the last in it.
    var firstSeq: Int64?
    var lastSeq: Int64?
    var records: Int
    var events: Int
    /// Bytes of the file, up to the end of the last sound record, and of an interrupted write behind it.
    var size: Int
    var used: Int
    var interrupted: Int
    /// closed, open, interrupted, superseded or damaged.
    var state: String
    /// From this number on a newer file takes its place.
    var supersededFrom: Int64?
    /// Events that damage took, as far as known.
    var lostEvents: Int?

    init(_ audit: JournalFileAudit) {
        path = audit.path
        firstSeq = audit.firstSeq
        lastSeq = audit.lastSeq
        records = audit.recordCount
        events = audit.eventCount
        size = audit.size
        used = audit.usedBytes
        interrupted = audit.tornTailBytes
        state = audit.state.rawValue
        supersededFrom = audit.supersededFrom
        if !audit.damage.isEmpty { lostEvents = audit.lostEvents }
    }

    var line: String {
        let range = firstSeq.map { " seq \($0)–\(lastSeq.map(String.init) ?? "")" } ?? ""
        var note = ""
        if let supersededFrom { note += ", a newer file counts from \(supersededFrom) on" }
        if interrupted > 0 { note += ", \(Quantities.bytes(interrupted)) of an interrupted write" }
        if let lostEvents { note += ", \(Quantities.grouped(lostEvents)) events lost" }
        return "\(harmless(path))\(range) \(Quantities.grouped(records)) records "
            + "\(Quantities.grouped(events)) events \(Quantities.bytes(used)) of "
            + "\(Quantities.bytes(size)) \(state)\(note)"
    }
}

/// What `journal stat` says of a file.
struct JournalStatistics: Codable, Equatable {
    struct Kind: Codable, Equatable {
        var kind: String
        var records: Int
        var events: Int
        /// Bytes of the payloads in the file, and before compression.
        var stored: Int
        var raw: Int
        /// Bytes of a whole record.
        var sizeMin: Int
        var sizeAverage: Int
        var sizeMax: Int
    }

    var summary: JournalSummary
    var store: String?
    var kinds: [Kind]
    /// Bytes before compression for each byte in the file.
    var compression: Double?
    /// Of the events, RFC 3339.
    var from: String?
    var to: String?
    var receivedFrom: String?
    var receivedTo: String?
    /// Events that are in segments already, as the catalog says; none if there is no catalog.
    var sealedEvents: Int?

    init(_ audit: JournalFileAudit) {
        summary = JournalSummary(audit)
        store = audit.storeID.map(\.description)
        kinds = audit.tallies.sorted { $0.key.rawValue < $1.key.rawValue }.map { kind, tally in
            Kind(
                kind: "\(kind)", records: tally.records, events: tally.events,
                stored: tally.storedBytes, raw: tally.rawBytes, sizeMin: tally.sizeMin,
                sizeAverage: tally.size / max(1, tally.records), sizeMax: tally.sizeMax)
        }
        let stored = kinds.reduce(0) { $0 + $1.stored }
        if stored > 0 {
            let ratio = Double(kinds.reduce(0) { $0 + $1.raw }) / Double(stored)
            compression = (ratio * 1000).rounded() / 1000
        }
        from = audit.timestamps.map { TimestampText.text(of: $0.lowerBound) }
        to = audit.timestamps.map { TimestampText.text(of: $0.upperBound) }
        receivedFrom = audit.receiveTimes.map { TimestampText.text(of: $0.lowerBound) }
        receivedTo = audit.receiveTimes.map { TimestampText.text(of: $0.upperBound) }
        sealedEvents = audit.sealedEvents
    }

    var lines: [String] {
        var lines = [summary.line]
        if let store { lines.append("  store \(store)") }
        for kind in kinds {
            lines.append(
                "  \(kind.kind): \(Quantities.grouped(kind.records)) records, "
                    + "\(Quantities.grouped(kind.events)) events, \(Quantities.bytes(kind.stored)) of "
                    + "\(Quantities.bytes(kind.raw)), \(Quantities.bytes(kind.sizeMin))–"
                    + "\(Quantities.bytes(kind.sizeMax)) a record")
        }
        if let compression {
            lines.append("  compressed \(Quantities.decimal(compression, 2)) times")
        }
        if let from, let to { lines.append("  events of \(from) … \(to)") }
        if let receivedFrom, let receivedTo {
            lines.append("  received \(receivedFrom) … \(receivedTo)")
        }
        if let sealedEvents {
            let share = Double(sealedEvents) / Double(max(1, summary.events)) * 100
            lines.append(
                "  \(Quantities.grouped(sealedEvents)) events "
                    + "(\(Quantities.decimal(share, 1)) %) are in segments already")
        }
        return lines
    }
}

/// What `journal cat --records` says of a record.
struct JournalRecordLine: Codable, Equatable {
    var file: String
    /// In the file, in bytes.
    var offset: Int
    /// A word, or the number of a later version's.
    var kind: String
    var flags: Int
    /// Bytes of the payload in the file, and before compression.
    var stored: Int
    var raw: Int
    var firstSeq: Int64
    var count: Int
    /// sound, checksum, compression, form, kind, number or cut.
    var state: String

    init(_ place: JournalPlace, file: String) {
        self.file = file
        offset = place.offset
        kind = place.recordKind.map { "\($0)" } ?? "\(place.kind)"
        flags = Int(place.flags)
        stored = place.storedSize
        raw = place.rawSize
        firstSeq = place.firstSeq
        count = place.count
        state = place.state.rawValue
    }
}
