import CChecksum

/// Numbers and layouts of a journal file, shared by its writer and its reader (docs/JournalFormat.md).
enum JournalFormat {
    /// 2: records of kind `ledger` may stand among the others; 3: also those of kind `content`;
    /// 4: also those of kind `moved`.
    static let version: UInt32 = 4
    static let readableVersions: ClosedRange<UInt32> = 1...4
    /// `EVLJRNL1`
    static let fileMagic: [UInt8] = Array("EVLJRNL1".utf8)
    /// `EVLR`, as a little-endian number.
    static let recordMagic: UInt32 = 0x524C_5645
    static let fileHeaderSize = 64
    /// A second copy of the file header, on a page of its own: without the nonce no record could be
    /// told from chance.
    static let fileHeaderCopyOffset = 4096
    static let firstRecordOffset = fileHeaderCopyOffset + fileHeaderSize
    static let recordHeaderSize = 40
    static let alignment = 8

    /// Payload is an LZ4 block.
    static let flagLZ4: UInt8 = 1

    static func aligned(_ size: Int) -> Int { (size + alignment - 1) & ~(alignment - 1) }

    static func fileName(firstSeq: Int64) -> String { padded(firstSeq) + ".journal" }

    /// The first sequence number that a journal file's name states; `nil` for other names.
    static func firstSeq(ofFileNamed name: String) -> Int64? {
        paddedNumber(in: name, suffix: ".journal").flatMap { $0 <= Limits.seqMax ? $0 : nil }
    }

    static func checksum(_ bytes: UnsafeRawBufferPointer, continuing crc: UInt32 = 0) -> UInt32 {
        eventlog_crc32c(crc, bytes.baseAddress, bytes.count)
    }
}

/// How far a file reaches ahead of its records. The space is written with zeros, so that a sync need
/// not wait for a change of the file's size; each step is twice the one before.
package struct JournalGrowth: Sendable, Hashable {
    /// Bytes of the first step, with the file's header.
    package var stepMin: Int
    package var stepMax: Int

    package init(stepMin: Int, stepMax: Int) {
        precondition(stepMin >= 0 && stepMax >= stepMin)
        self.stepMin = max(stepMin, JournalFormat.firstRecordOffset)
        self.stepMax = max(stepMax, JournalFormat.firstRecordOffset)
    }

    package static let standard = JournalGrowth(stepMin: 1 << 20, stepMax: 1 << 24)
}

/// What kind of thing a record tells. Numbers keep their meaning for ever.
package enum JournalRecordKind: UInt8, Sendable, Hashable {
    /// A batch of accepted events.
    case events = 1
    /// The writer stopped in good order; nothing follows.
    case closed = 2
    /// Answers to requests, to be given again to their repeats, and perhaps the events of the last of
    /// these requests.
    case answered = 8
    /// What a commit says besides its events: counts of duplicates and refusals, refused events that
    /// are kept, and such as are kept no longer.
    case ledger = 3
    /// What is known of a content item now.
    case content = 4
    /// What the next commit of the catalog does to the ledger; counts for nothing without it.
    case moved = 5
}

/// The front of a journal file.
struct JournalFileHeader: Equatable {
    var storeID: StoreID
    var firstSeq: Int64
    /// Random, new for each file: salt of the record checksums, so that a record that stands in the
    /// wrong file is not taken for one of this file.
    var nonce: UInt64

    init(storeID: StoreID, firstSeq: Int64, nonce: UInt64) {
        self.storeID = storeID
        self.firstSeq = firstSeq
        self.nonce = nonce
    }

    /// - Precondition: `bytes` has at least `fileHeaderSize` bytes.
    func write(to bytes: UnsafeMutableRawBufferPointer) {
        for (index, byte) in JournalFormat.fileMagic.enumerated() { bytes[index] = byte }
        bytes.store(JournalFormat.version, at: 8)
        bytes.store(UInt32(JournalFormat.firstRecordOffset), at: 12)
        bytes.store(storeID.high.byteSwapped, at: 16)
        bytes.store(storeID.low.byteSwapped, at: 24)
        bytes.store(firstSeq, at: 32)
        bytes.store(nonce, at: 40)
        bytes.store(UInt64(0), at: 48)
        bytes.store(UInt32(0), at: 56)
        bytes.store(JournalFormat.checksum(bytes.first(60)), at: 60)
    }

    /// - Returns: `nil` if the bytes are not a sound header of a version that we know.
    init?(reading bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= JournalFormat.fileHeaderSize,
            bytes[..<8].elementsEqual(JournalFormat.fileMagic),
            JournalFormat.checksum(UnsafeRawBufferPointer(rebasing: bytes[..<60]))
                == bytes.read(UInt32.self, at: 60),
            JournalFormat.readableVersions.contains(bytes.read(UInt32.self, at: 8)),
            bytes.read(UInt32.self, at: 12) == UInt32(JournalFormat.firstRecordOffset),
            (0...Limits.seqMax).contains(bytes.read(Int64.self, at: 32))
        else { return nil }
        storeID = StoreID(
            high: bytes.read(UInt64.self, at: 16).byteSwapped,
            low: bytes.read(UInt64.self, at: 24).byteSwapped)
        firstSeq = bytes.read(Int64.self, at: 32)
        nonce = bytes.read(UInt64.self, at: 40)
    }
}

/// The front of a record.
struct JournalRecordHeader: Equatable {
    /// As stored: a kind that we do not know is damage to us, not to a later version.
    var kind: UInt8
    var flags: UInt8
    var storedLength: Int
    var rawLength: Int
    var firstSeq: Int64
    var count: Int
    var payloadChecksum: UInt32

    /// - Precondition: `bytes` has at least `recordHeaderSize` bytes; lengths and count fit `UInt32`.
    func write(to bytes: UnsafeMutableRawBufferPointer, nonce: UInt64, offset: Int) {
        bytes.store(JournalFormat.recordMagic, at: 0)
        bytes.store(kind, at: 4)
        bytes.store(flags, at: 5)
        bytes.store(UInt16(0), at: 6)
        bytes.store(UInt32(storedLength), at: 8)
        bytes.store(UInt32(rawLength), at: 12)
        bytes.store(firstSeq, at: 16)
        bytes.store(UInt32(count), at: 24)
        bytes.store(payloadChecksum, at: 28)
        bytes.store(UInt32(0), at: 32)
        let checksum = Self.checksum(of: bytes.first(36), nonce: nonce, offset: offset)
        bytes.store(checksum, at: 36)
    }

    init(
        kind: UInt8, flags: UInt8, storedLength: Int, rawLength: Int, firstSeq: Int64, count: Int,
        payloadChecksum: UInt32
    ) {
        self.kind = kind
        self.flags = flags
        self.storedLength = storedLength
        self.rawLength = rawLength
        self.firstSeq = firstSeq
        self.count = count
        self.payloadChecksum = payloadChecksum
    }

    /// - Returns: `nil` if no sound record of the file with `nonce` begins at `offset`, which is where
    ///   `bytes` were read.
    init?(reading bytes: UnsafeRawBufferPointer, nonce: UInt64, offset: Int) {
        guard bytes.count >= JournalFormat.recordHeaderSize,
            bytes.read(UInt32.self, at: 0) == JournalFormat.recordMagic,
            Self.checksum(
                of: UnsafeRawBufferPointer(rebasing: bytes[..<36]), nonce: nonce, offset: offset)
                == bytes.read(UInt32.self, at: 36)
        else { return nil }
        kind = bytes.read(UInt8.self, at: 4)
        flags = bytes.read(UInt8.self, at: 5)
        storedLength = Int(bytes.read(UInt32.self, at: 8))
        rawLength = Int(bytes.read(UInt32.self, at: 12))
        firstSeq = bytes.read(Int64.self, at: 16)
        count = Int(bytes.read(UInt32.self, at: 24))
        payloadChecksum = bytes.read(UInt32.self, at: 28)
        // The checksum says that we wrote this; the bounds say that we can afford it.
        guard storedLength <= Limits.journalPayloadSizeMax,
            rawLength <= Limits.journalPayloadSizeMax,
            (0...Limits.seqMax).contains(firstSeq)
        else { return nil }
    }

    private static func checksum(
        of bytes: UnsafeRawBufferPointer, nonce: UInt64, offset: Int
    ) -> UInt32 {
        let salt = (nonce.littleEndian, UInt64(offset).littleEndian)
        let crc = withUnsafeBytes(of: salt) { JournalFormat.checksum($0) }
        return JournalFormat.checksum(bytes, continuing: crc)
    }

    /// Bytes of the whole record with its padding.
    var recordSize: Int {
        JournalFormat.recordHeaderSize + JournalFormat.aligned(storedLength)
    }
    /// The first sequence number after this record.
    var nextSeq: Int64 { firstSeq + Int64(count) }
}

extension UnsafeRawBufferPointer {
    /// A little-endian number; the bounds are the buffer's own.
    fileprivate func read<Number: FixedWidthInteger & BitwiseCopyable>(
        _: Number.Type, at offset: Int
    ) -> Number {
        Number(littleEndian: loadUnaligned(fromByteOffset: offset, as: Number.self))
    }
}

extension UnsafeMutableRawBufferPointer {
    fileprivate func store<Number: FixedWidthInteger & BitwiseCopyable>(
        _ number: Number, at offset: Int
    ) {
        storeBytes(of: number.littleEndian, toByteOffset: offset, as: Number.self)
    }

    fileprivate func first(_ count: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: self[..<count])
    }
}
