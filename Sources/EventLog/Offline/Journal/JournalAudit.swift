package import Columns

/// Reads journal files as a restart would (docs/JournalFormat.md, "Reading"), and decodes every record besides.
package struct JournalAudit: Sendable {
    package private(set) var files: [JournalFileAudit] = []
    /// The last number that is covered so far; `nil` before the first file.
    private var lastSeq: Int64?

    /// Looks that a file gets whose damage is another at each: somebody is writing it.
    private static let lookCountMax = 3

    /// - Throws: `DiskError` other than that a page cannot be read, which is damage.
    package init(_ journal: JournalFiles) throws {
        lastSeq = journal.position
        for (index, file) in journal.files.enumerated() {
            let newer = journal.successor(of: index)
            do throws(DiskError) {
                guard let audit = try look(at: file, journal, newer) else { continue }
                files.append(audit)
            } catch {
                // Everything in it is in segments now.
                guard error.isNotFound, journal.isSequence else { throw error }
            }
        }
    }

    /// All that is wrong, in order.
    package var damage: [Damage] { files.flatMap(\.damage) }

    private mutating func look(
        at file: JournalFiles.File, _ journal: JournalFiles, _ newer: Int64?
    ) throws(DiskError) -> JournalFileAudit? {
        let before = lastSeq
        var last: JournalFileAudit?
        for _ in 0..<Self.lookCountMax {
            lastSeq = before
            let audit = try Self.audit(file, journal, newer, &lastSeq)
            // A write that is under way may show its end before its beginning.
            if audit.damage.isEmpty || audit.damage == last?.damage { return audit }
            last = audit
        }
        return last
    }

    private static func audit(
        _ file: JournalFiles.File, _ journal: JournalFiles, _ newer: Int64?, _ lastSeq: inout Int64?
    ) throws(DiskError) -> JournalFileAudit {
        var audit = JournalFileAudit(path: file.path)
        var walk = JournalWalk(position: journal.position, newer: newer, lastSeq: lastSeq)
        if file == journal.files.first, journal.isSequence {
            walk.begin(&audit, firstSeq: file.firstSeq)
        }
        let findings: JournalFindings
        do {
            findings = try JournalReader.read(
                file.name, storeID: nil, on: journal.disk,
                places: { walk.visit($0, &audit) }
            ) { walk.take($0, &audit) }
        } catch let error as DiskError {
            throw error
        } catch {
            preconditionFailure("the callbacks throw nothing")
        }
        audit.take(findings)
        walk.finish(findings, &audit)
        for place in audit.damage.indices { audit.damage[place].file = file.path }
        lastSeq = walk.lastSeq
        return audit
    }
}

/// The way through one file: which numbers come, and which should.
private struct JournalWalk {
    let position: Int64?
    /// The first number of the next file.
    let newer: Int64?
    /// The last number that counts.
    var lastSeq: Int64?
    /// Where the next record begins if nothing is between, and its number.
    private var end = JournalFormat.firstRecordOffset
    private var nextSeq: Int64?
    private var place: JournalPlace?
    private var isAdjacent = true
    /// A start keeps records with answers whose events are in segments: between those numbers are missing.
    private var hasOnlyAnswers = true
    private var sealed = 0

    init(position: Int64?, newer: Int64?, lastSeq: Int64?) {
        self.position = position
        self.newer = newer
        self.lastSeq = lastSeq
    }

    mutating func visit(_ place: JournalPlace, _ audit: inout JournalFileAudit) {
        guard place.state == .sound, let kind = place.recordKind else { return }
        isAdjacent = place.offset == end
        end = place.end
        self.place = place
        audit.count(place, kind)
    }

    /// What is missing between the catalog and the first file.
    mutating func begin(_ audit: inout JournalFileAudit, firstSeq: Int64?) {
        guard let position, let firstSeq, position < firstSeq - 1 else { return }
        audit.damage.append(gap(position + 1..<firstSeq, "in no file, and in no segment"))
    }

    mutating func take(_ record: JournalRecord, _ audit: inout JournalFileAudit) {
        let isReplaced = newer.map { record.firstSeq >= $0 } ?? false
        if isReplaced { audit.supersededFrom = newer }
        if let nextSeq, isAdjacent, !hasOnlyAnswers, record.firstSeq > nextSeq {
            audit.damage.append(
                gap(
                    nextSeq..<record.firstSeq,
                    "between two sound records: left out by an earlier start"))
        }
        if record.kind != .answered { hasOnlyAnswers = false }
        nextSeq = max(nextSeq ?? 0, record.lastSeq + 1)
        if !isReplaced { lastSeq = max(lastSeq ?? .min, record.lastSeq) }
        if let position, record.kind == .events || record.kind == .answered {
            let all = Int64(record.count)
            sealed += Int(
                position < record.firstSeq
                    ? 0 : position >= record.lastSeq ? all : position - record.firstSeq + 1)
        }
        do {
            audit.add(try JournalRecordFacts(record))
        } catch {
            audit.damage.append(
                Damage(
                    file: audit.path, byteRange: place.map { $0.offset..<$0.end },
                    rowCount: record.count,
                    message: "a sound record that cannot be decoded: \(error)"))
        }
    }

    /// What the end of the file and the next one say.
    mutating func finish(_ findings: JournalFindings, _ audit: inout JournalFileAudit) {
        if position != nil { audit.sealedEvents = sealed }
        guard let newer, findings.storeID != nil else { return }
        let covered = max(findings.lastSeq, lastSeq ?? .min)
        guard covered < newer - 1 else { return }
        let missing = covered + 1..<newer
        if findings.tornTailBytes > 0 {
            let range = findings.validBytes..<findings.validBytes + findings.tornTailBytes
            audit.damage.append(
                Damage(
                    file: audit.path, byteRange: range, rowCount: missing.count,
                    message: "no sound record at the end of a file that is not the newest"))
        } else {
            audit.damage.append(gap(missing, "in no file: the next one begins later"))
        }
        // Told once.
        lastSeq = newer - 1
    }

    private func gap(_ numbers: Range<Int64>, _ message: String) -> Damage {
        Damage(
            file: "", rowCount: Int(clamping: numbers.upperBound - numbers.lowerBound),
            message:
                "numbers \(numbers.lowerBound) to \(numbers.upperBound - 1) are missing \(message)")
    }
}
