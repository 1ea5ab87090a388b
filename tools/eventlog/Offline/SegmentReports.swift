import Columns

/// What `segment ls` says of one segment; the names are those of the JSON.
struct SegmentSummary: Codable, Equatable {
    var path: String
    var rows: Int
    /// Bytes.
    var size: Int
    /// First and last arrival number.
    var firstSeq: Int64?
    var lastSeq: Int64?
    /// RFC 3339.
    var from: String?
    var to: String?

    var line: String {
        let times = from.map { " \($0) … \(to ?? "?")" } ?? ""
        let sequence = firstSeq.map { " seq \($0)–\(lastSeq.map(String.init) ?? "?")" } ?? ""
        return "\(harmless(path)) \(Quantities.grouped(rows)) events "
            + "\(Quantities.bytes(size))\(sequence)\(times)"
    }
}

/// What `segment verify` says.
struct SegmentVerdict: Codable, Equatable {
    struct Finding: Codable, Equatable {
        /// Position in the file, in bytes, as far as known.
        var offset: Int?
        /// Bytes from there on, as far as known.
        var length: Int?
        var rows: Int?
        var message: String
        /// What to do about it; `nil`: see the documentation.
        var remedy: String?
    }

    var path: String
    /// Rows that were read and checked.
    var rows: Int
    var findings: [Finding]
    /// What is worth knowing and no damage.
    var note: String?
    var isSound: Bool { findings.isEmpty }

    init(path: String, rows: Int, findings: [Finding]) {
        self.path = path
        self.rows = rows
        self.findings = findings
    }

    /// Damage outside the segments.
    init(path: String, _ damage: Damage) {
        let finding = Finding(
            offset: damage.byteRange?.lowerBound, length: damage.byteRange?.count,
            rows: damage.rowCount, message: damage.message)
        self.init(path: path, rows: 0, findings: [finding])
    }

    var lines: [String] {
        findings.map { finding in
            let place =
                finding.offset.map { offset in
                    guard let length = finding.length, length > 0 else {
                        return " at byte \(offset)"
                    }
                    return " at bytes \(offset)–\(offset + length - 1)"
                } ?? ""
            let cost = finding.rows.map { " (\(Quantities.grouped($0)) events)" } ?? ""
            let remedy = finding.remedy.map { "; \($0)" } ?? ""
            return
                "\(harmless(path)): DAMAGED\(place): \(harmless(finding.message))\(cost)\(remedy)"
        }
    }
}
