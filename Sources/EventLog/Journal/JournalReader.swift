import CLZ4
package import Columns

/// One sound record, as long as the call that hands it over lasts.
package struct JournalRecord {
    package let kind: JournalRecordKind
    package let firstSeq: Int64
    package let count: Int
    /// Leading events that are already covered (sealed, or in a record before) and to be left out.
    package var coveredCount = 0
    /// As it was given to the writer.
    package let payload: UnsafeRawBufferPointer

    package var lastSeq: Int64 { firstSeq + Int64(count) - 1 }
}

/// What stands where a sound record header is, for those who look at a file closely.
package struct JournalPlace: Sendable, Hashable {
    package enum State: String, Sendable, Codable, CaseIterable {
        case sound
        /// The payload's checksum is not that of the header.
        case checksum
        /// The payload cannot be decompressed.
        case compression
        /// Flags or lengths that contradict each other.
        case form
        /// A kind of a later version.
        case kind
        /// A number that an earlier record has: a copy.
        case number
        /// The record runs past the end of the file.
        case cut
    }

    /// In the file, in bytes.
    package var offset: Int
    package var kind: UInt8
    package var flags: UInt8
    /// Bytes of the payload in the file, and before compression.
    package var storedSize: Int
    package var rawSize: Int
    package var firstSeq: Int64
    package var count: Int
    /// Bytes of the whole record, with its header and padding.
    package var size: Int
    package var state: State

    package var end: Int { offset + size }
    /// The same as a word; `nil` for a kind of a later version.
    package var recordKind: JournalRecordKind? { JournalRecordKind(rawValue: kind) }

    init(_ header: JournalRecordHeader, at offset: Int, _ state: State) {
        self.offset = offset
        kind = header.kind
        flags = header.flags
        storedSize = header.storedLength
        rawSize = header.rawLength
        firstSeq = header.firstSeq
        count = header.count
        size = header.recordSize
        self.state = state
    }
}

/// What a journal file holds besides its records.
package struct JournalFindings: Sendable, Hashable {
    /// Whose the file is, and the number that it was made for; `nil` if neither header is sound.
    package var storeID: StoreID?
    package var firstSeq: Int64?
    /// Bytes of the file, zeros ahead included.
    package var fileSize = 0
    /// The last sequence number in a sound record; one below the file's first if there is none.
    package var lastSeq: Int64 = 0
    package var recordCount = 0
    /// End of the last sound record.
    package var validBytes = 0
    /// Bytes of an interrupted write behind it, to the last one that is not zero.
    package var tornTailBytes = 0
    /// Spans that are neither records nor an interrupted write.
    package var damage: [Damage] = []
    /// The last thing in the file is a `closed` record.
    package var endedCleanly = false

    package init() {}
}

/// Reads one journal file (docs/JournalFormat.md). The writer is `JournalWriter`.
///
/// Nothing in the file is trusted: every value is used only after its checksum and its bounds were
/// checked. A span that is not a record costs itself: the reader goes on at the next sound record,
/// and calls the span damage. If there is none, the span is what an interrupted write left, and no
/// damage. Memory is bounded by the largest record.
package struct JournalReader {
    private let path: String
    private var window: JournalWindow
    private var nonce: UInt64 = 0
    private var findings = JournalFindings()
    private var raw: [UInt8] = []

    /// Calls `body` for each sound record of events, in order.
    /// - Parameters:
    ///   - storeID: refuse a file of another store as damaged; `nil` takes any.
    ///   - places: is told of each sound record header before `body` is called with the record, and of those
    ///     whose records are not sound.
    /// - Throws: what `body` throws, and disk errors other than unreadable pages, which are damage.
    package static func read(
        _ path: String, storeID: StoreID?, on disk: any Disk,
        places: (JournalPlace) throws -> Void = { _ in }, _ body: (JournalRecord) throws -> Void
    ) throws -> JournalFindings {
        let file = try disk.openFile(path, .read)
        // Nothing was written through it, so closing has nothing to report.
        defer { try? disk.close(file) }
        var reader = JournalReader(path: path, window: try JournalWindow(file, on: disk))
        reader.findings.fileSize = reader.window.fileSize
        guard try reader.readFileHeader(storeID) else { return reader.findings }
        try reader.readRecords(places, body)
        return reader.findings
    }

    /// Whose a file is; `nil` if neither of its headers is sound.
    package static func storeID(of path: String, on disk: any Disk) throws -> StoreID? {
        let file = try disk.openFile(path, .read)
        defer { try? disk.close(file) }
        var reader = JournalReader(path: path, window: try JournalWindow(file, on: disk))
        _ = try reader.readFileHeader(nil)
        return reader.findings.storeID
    }

    private init(path: String, window: JournalWindow) {
        self.path = path
        self.window = window
    }

    private mutating func readFileHeader(_ storeID: StoreID?) throws -> Bool {
        let size = JournalFormat.fileHeaderSize
        let copyOffset = JournalFormat.fileHeaderCopyOffset
        let first = try window.with(0, size) { JournalFileHeader(reading: $0) }
        let second = try window.with(copyOffset, size) { JournalFileHeader(reading: $0) }
        guard let header = first ?? second else {
            report(0..<window.fileSize, rowCount: nil, "no sound file header of a known version")
            return false
        }
        if let storeID, header.storeID != storeID {
            report(0..<window.fileSize, rowCount: nil, "a file of the store \(header.storeID)")
            return false
        }
        if first != second {
            let offset = first == nil ? 0 : copyOffset
            report(offset..<offset + size, rowCount: 0, "one of the two file headers is damaged")
        }
        if let named = JournalFormat.firstSeq(ofFileNamed: splitPath(path).name),
            named != header.firstSeq
        {
            report(0..<size, rowCount: 0, "named for another sequence number than its header's")
        }
        nonce = header.nonce
        findings.storeID = header.storeID
        findings.firstSeq = header.firstSeq
        findings.lastSeq = header.firstSeq.subtractingReportingOverflow(1).partialValue
        findings.validBytes = JournalFormat.firstRecordOffset
        return true
    }

    private mutating func readRecords(
        _ places: (JournalPlace) throws -> Void, _ body: (JournalRecord) throws -> Void
    ) throws {
        var offset = JournalFormat.firstRecordOffset
        while let next = try findHeader(from: offset) {
            let (found, header) = next
            guard header.recordSize <= window.fileSize - found else {
                try places(JournalPlace(header, at: found, .cut))
                offset = found + JournalFormat.alignment
                continue
            }
            let state = try examine(header, at: found)
            try places(JournalPlace(header, at: found, state))
            if state == .sound, let kind = JournalRecordKind(rawValue: header.kind) {
                accept(header, at: found)
                findings.endedCleanly = kind == .closed
                if kind != .closed { try hand(header, kind, to: body) }
            }
            // A sound header tells the length of a record whose payload is not.
            offset = found + header.recordSize
        }
        try finish()
    }

    /// Loads the payload and says what there is against the record.
    private mutating func examine(
        _ header: JournalRecordHeader, at offset: Int
    ) throws -> JournalPlace.State {
        let state = try loadPayload(header, at: offset)
        guard state == .sound else { return state }
        guard JournalRecordKind(rawValue: header.kind) != nil else { return .kind }
        return isNew(header) ? .sound : .number
    }

    /// Sequence numbers only rise; a record without events stands at the next one.
    private func isNew(_ header: JournalRecordHeader) -> Bool {
        header.count == 0
            ? header.firstSeq > findings.lastSeq : header.nextSeq - 1 > findings.lastSeq
    }

    private func hand(
        _ header: JournalRecordHeader, _ kind: JournalRecordKind,
        to body: (JournalRecord) throws -> Void
    ) throws {
        try raw.withUnsafeBytes { bytes in
            try body(
                JournalRecord(
                    kind: kind, firstSeq: header.firstSeq, count: header.count,
                    payload: UnsafeRawBufferPointer(rebasing: bytes[..<header.rawLength])))
        }
    }

    /// Counts a sound record in, and what stands between it and the one before as damage.
    private mutating func accept(_ header: JournalRecordHeader, at offset: Int) {
        if offset > findings.validBytes {
            // Sequence numbers have no gaps, so they tell what the span held.
            let missing = header.firstSeq - findings.lastSeq - 1
            report(
                findings.validBytes..<offset, rowCount: Int(max(0, missing)),
                "not a sound record")
        }
        findings.lastSeq = max(findings.lastSeq, header.nextSeq - 1)
        findings.recordCount += 1
        findings.validBytes = offset + header.recordSize
    }

    /// What follows the last sound record: zeros, or an interrupted write, or pages that cannot be
    /// read and might have been anything.
    private mutating func finish() throws {
        var offset = findings.validBytes
        var end = offset
        while offset < window.fileSize {
            let step = 1 << 16
            let last = try window.with(offset, step) { $0.lastIndex { $0 != 0 } }
            if let last { end = offset + last + 1 }
            offset += step
        }
        if let lost = window.unreadable.first(where: { $0.upperBound > findings.validBytes }) {
            report(lost, rowCount: nil, "the disk cannot read it back")
            findings.endedCleanly = false
        }
        findings.tornTailBytes = end - findings.validBytes
        if findings.tornTailBytes > 0 { findings.endedCleanly = false }
    }

    private mutating func report(_ range: Range<Int>, rowCount: Int?, _ message: String) {
        findings.damage.append(
            Damage(file: path, byteRange: range, rowCount: rowCount, message: message))
    }
}

// MARK: - Records

extension JournalReader {
    /// The next sound record header at or after `offset`.
    private mutating func findHeader(
        from offset: Int
    ) throws -> (offset: Int, header: JournalRecordHeader)? {
        let headerSize = JournalFormat.recordHeaderSize
        let stride = 1 << 16
        var offset = offset
        let nonce = nonce
        while offset + headerSize <= window.fileSize {
            let found: (Int, JournalRecordHeader)? = try window.with(offset, stride) { bytes in
                var position = 0
                while position + headerSize <= bytes.count {
                    let word = bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self)
                    guard UInt32(littleEndian: word) == JournalFormat.recordMagic else {
                        position += JournalFormat.alignment
                        continue
                    }
                    let rest = UnsafeRawBufferPointer(rebasing: bytes[position...])
                    if let header = JournalRecordHeader(
                        reading: rest, nonce: nonce, offset: offset + position)
                    {
                        return (offset + position, header)
                    }
                    position += JournalFormat.alignment
                }
                return nil
            }
            if let found { return found }
            offset += stride - JournalFormat.aligned(headerSize) + JournalFormat.alignment
        }
        return nil
    }

    /// Checks the payload and puts it, decompressed, at the front of `raw`.
    /// - Returns: `.sound`, or why it is not what was written.
    private mutating func loadPayload(
        _ header: JournalRecordHeader, at offset: Int
    ) throws -> JournalPlace.State {
        guard header.flags & ~JournalFormat.flagLZ4 == 0 else { return .form }
        let isCompressed = header.flags & JournalFormat.flagLZ4 != 0
        guard isCompressed || header.storedLength == header.rawLength else { return .form }
        if raw.count < header.rawLength {
            raw = [UInt8](repeating: 0, count: header.rawLength)
        }
        // Out of `self` while the window, which is part of it, is read.
        var raw = exchange(&self.raw, with: [])
        defer { self.raw = raw }
        let position = offset + JournalFormat.recordHeaderSize
        return try window.with(position, header.storedLength) { stored in
            guard stored.count == header.storedLength,
                JournalFormat.checksum(stored) == header.payloadChecksum
            else { return .checksum }
            let isRestored = raw.withUnsafeMutableBytes { target in
                Self.restore(stored, isCompressed: isCompressed, to: target, header.rawLength)
            }
            return isRestored ? .sound : .compression
        }
    }

    private static func restore(
        _ stored: UnsafeRawBufferPointer, isCompressed: Bool,
        to target: UnsafeMutableRawBufferPointer, _ rawLength: Int
    ) -> Bool {
        guard let source = stored.baseAddress, let start = target.baseAddress else {
            return rawLength == 0
        }
        guard isCompressed else {
            start.copyMemory(from: source, byteCount: rawLength)
            return true
        }
        let length = LZ4_decompress_safe(
            source.assumingMemoryBound(to: CChar.self), start.assumingMemoryBound(to: CChar.self),
            Int32(stored.count), Int32(rawLength))
        return Int(length) == rawLength
    }
}
