#if canImport(Glibc)
    import Glibc
#endif

/// Turns NDJSON of one connection into rows and refusals.
///
/// Each event is read once (`EventParser+Object.swift`) into slots that point into its line, judged as a
/// whole (`EventParser+Judge.swift`) and only then written, so a refused event leaves nothing behind.
/// Buffers are kept from call to call; nothing is allocated per event.
package struct EventParser: ~Copyable {
    /// Row bytes of a batch: one journal record, less room for what stands around them.
    private static let batchSizeMax = Limits.journalRecordSizeMax - 65_536

    let options: IngestOptions
    /// What the words of the events to come mean.
    package var shape = EventShape.reference
    let table = VocabularyTable.shared
    let kinds = ColumnsByForm.all
    private let peer: PeerCredentials
    /// Whether the sender may say who is who for others.
    let mayAdminister: Bool
    private let identityKey: UInt64
    private var producer: String
    /// What a full `percentComplete` of this producer is.
    var percentScale: IngestOptions.PercentScale
    /// Of the block being parsed.
    private var warnings = IngestWarnings()
    var hasher: EventIdentityHasher

    var fields = EventFields()
    var rows = EventRowWriter()
    var clock = RFC3339()
    var now: Int64 = 0
    /// Of the object being read: its type, and where `data` stands if it came before the type.
    var typeIndex = VocabularyTable.customType
    var isTypeKnown = false
    var deferredPayload: UnsafePointer<UInt8>?
    var hasPayload = false
    var isPayloadWrong = false
    /// Of the object being read: its payload names a field twice; `data` came after an alias of it.
    var payloadHasRepeats = false
    var payloadHasRival = false
    var payloadStart: UnsafePointer<UInt8>?
    /// When an object is read again: fields of the payload to pass over, by place.
    var payloadSkips: [Bool] = []
    var isSkipping = false
    var onlyCanonicalPayload = false
    var hasOp = false
    /// Of the event judged last.
    var timestamp: Int64 = 0
    var flags = EventFlags()

    /// Copies of lines that have nothing readable behind them, and unescaped strings.
    var lineCopy = Scratch()
    private var strings = Scratch()
    var typeName = Scratch()
    private let fieldCounts: UnsafeMutablePointer<Int>

    /// - Parameters:
    ///   - mayAdminister: whether administrative records are taken.
    ///   - identityKey: the store's, so that identities of all connections compare.
    package init(
        producer: String, peer: PeerCredentials, mayAdminister: Bool = false, identityKey: UInt64,
        options: IngestOptions
    ) {
        self.producer = producer
        self.mayAdminister = mayAdminister
        self.peer = peer
        self.identityKey = identityKey
        self.options = options
        hasher = EventIdentityHasher(producer: producer, key: identityKey)
        percentScale = options.percentScale(of: producer)
        fieldCounts = .allocate(capacity: Limits.nestingMax + 2)
        fieldCounts.initialize(repeating: 0, count: Limits.nestingMax + 2)
    }

    deinit { fieldCounts.deallocate() }

    /// From the next block on, events are of this producer.
    package mutating func setProducer(_ producer: String) {
        self.producer = producer
        hasher = EventIdentityHasher(producer: producer, key: identityKey)
        percentScale = options.percentScale(of: producer)
    }

    /// Parses whole lines until their end, the first control line, a full batch, or so many lines or
    /// refusals that others should have their turn.
    ///
    /// A batch is full before its rows pass `Limits.journalRecordSizeMax` − 64 KiB; a single event that is
    /// larger makes a batch of its own.
    /// - Parameters:
    ///   - bytes: lines, each ended by a line feed; the last may lack it.
    ///   - firstLine: the number of the first of them.
    ///   - now: the receive time, in µs since 1970 UTC.
    package mutating func parse(
        _ bytes: UnsafeRawBufferPointer, firstLine: UInt64, now: Int64
    ) -> ParsedBlock {
        var block = begin(now: now)
        guard let base = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else {
            return block
        }
        let end = base + bytes.count
        var p = base
        while p < end, block.control == nil,
            block.refusals.count < Limits.refusalsPerBlockMax,
            block.physicalLines < Limits.linesPerBlockMax
        {
            let feed = memchr(p, 0x0A, end - p)?.assumingMemoryBound(to: UInt8.self)
            let lineEnd = feed.map { UnsafePointer($0) } ?? end
            let line = firstLine &+ block.physicalLines
            guard take(p, lineEnd, readableEnd: end, line: line, in: &block) else { break }
            block.physicalLines &+= 1
            p = feed == nil ? end : lineEnd + 1
        }
        block.bytesConsumed = p - base
        return finish(block)
    }

    /// A block with one refusal in it, for a line that was never whole in memory.
    /// - Parameter start: as much of the line as there is.
    package mutating func refuseLine(
        _ line: UInt64,
        start: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0),
        now: Int64
    ) -> ParsedBlock {
        var block = begin(now: now)
        let refusal = Self.lineTooLong(line)
        block.refusals = [refusal]
        block.batch.refused = [RefusedEvent(refusal, start: start)]
        block.decided = 1
        block.physicalLines = 1
        return block
    }

    static func lineTooLong(_ line: UInt64) -> Refusal {
        Refusal(JSONError(reason: .lineTooLong, offset: Limits.lineSizeMax), line: line)
    }

    mutating func begin(now: Int64) -> ParsedBlock {
        self.now = now
        rows.removeAll()
        warnings = IngestWarnings()
        return ParsedBlock(batch: EventBatch(producer: producer, peer: peer, receivedAt: now))
    }

    mutating func finish(_ block: consuming ParsedBlock) -> ParsedBlock {
        block.batch.rows = Array(rows.bytes)
        block.batch.warnings = warnings
        return block
    }

    /// Decides one line.
    /// - Returns: false if the batch is full; the line is then as if it had not been looked at.
    @inline(__always)
    private mutating func take(
        _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>,
        readableEnd: UnsafePointer<UInt8>, line: UInt64, in block: inout ParsedBlock
    ) -> Bool {
        guard end - start <= Limits.lineSizeMax else {
            // The line feed of CR LF is not part of the limit, nor is the CR.
            if end - start == Limits.lineSizeMax + 1, end[-1] == 0x0D {
                return takeCopy(start, end - start - 1, line: line, in: &block)
            }
            block.decided &+= 1
            block.refuse(
                Self.lineTooLong(line), UnsafeRawBufferPointer(start: start, count: end - start))
            return true
        }
        guard readableEnd - end > JSONPadding.size else {
            return takeCopy(start, end - start, line: line, in: &block)
        }
        return decide(start, end, line: line, in: &block)
    }

    /// Decides a line with nothing readable behind it.
    @inline(never)
    private mutating func takeCopy(
        _ start: UnsafePointer<UInt8>, _ count: Int, line: UInt64, in block: inout ParsedBlock
    ) -> Bool {
        let copy = lineCopy.reserve(count + JSONPadding.size)
        memcpy(copy, start, count)
        memset(copy + count, 0, JSONPadding.size)
        return decide(UnsafePointer(copy), UnsafePointer(copy) + count, line: line, in: &block)
    }

    /// A cursor over a document with `JSONPadding` behind it; ends the use of all earlier ones.
    mutating func documentCursor(
        _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
    ) -> JSONCursor {
        JSONCursor(
            base: start, end: end, p: start,
            scratch: strings.reserve(2 * (end - start) + JSONPadding.size),
            fieldCounts: fieldCounts)
    }

    private mutating func decide(
        _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, line: UInt64,
        in block: inout ParsedBlock
    ) -> Bool {
        var cursor = documentCursor(start, end)
        cursor.skipSpace()
        guard cursor.p < end else { return true }
        let refused = block.refusals.count
        guard decideEvent(&cursor, line: line, in: &block) else { return false }
        block.decided &+= 1
        if hasOp, block.refusals.count == refused, !fields.has(.event) {
            switch ControlReader.read(cursor.restarted()) {
            case .success(let request): block.control = request
            case .failure(var refusal):
                refusal.line = line
                block.refusals.append(refusal)
            }
        }
        return true
    }

    /// Reads the object at the cursor, which must fill the rest of the document, and accepts or refuses it.
    /// - Returns: false if the batch is full.
    @inline(__always)
    private mutating func decideEvent(
        _ cursor: inout JSONCursor, line: UInt64, in block: inout ParsedBlock
    ) -> Bool {
        do throws(JSONError) {
            try readObject(&cursor)
            cursor.skipSpace()
            guard cursor.p >= cursor.end else { throw cursor.error(.trailingBytes) }
        } catch {
            hasOp = false
            block.refuse(Refusal(error, line: line), cursor.document)
            return true
        }
        if hasOp, !fields.has(.event) { return true }
        hasOp = false
        return accept(cursor.document, line: line, limit: Self.batchSizeMax, in: &block)
    }

    /// Judges the event in `fields`, sent as `bytes`, and writes its row or its refusal.
    /// - Parameter companionSize: bytes of what is kept with the event besides its own.
    @inline(__always)
    mutating func accept(
        _ bytes: UnsafeRawBufferPointer, companionSize: Int = 0, line: UInt64, limit: Int,
        in block: inout ParsedBlock
    ) -> Bool {
        if let refusal = judge(line: line) {
            block.refuse(refusal, bytes)
            return true
        }
        let before = rows.count
        rows.reserve(eventOf: bytes.count + companionSize)
        writeRow()
        if rows.count > limit, before > 0 {
            rows.undoRow()
            return false
        }
        block.batch.rowOffsets.append(UInt32(truncatingIfNeeded: rows.count))
        block.batch.identities.append(identity())
        if fields.warned != 0 { countWarnings() }
        return true
    }

    @inline(never)
    private mutating func countWarnings() {
        for warning in IngestWarning.allCases
        where fields.warned & 1 &<< UInt16(warning.rawValue) != 0 {
            warnings.add(warning)
        }
    }
}

extension JSONCursor {
    /// All bytes of the line or document, as sent.
    fileprivate var document: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: base, count: end - base)
    }
}
