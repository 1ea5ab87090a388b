import CLZ4

/// Appends records to one journal file (docs/JournalFormat.md). The reader is `JournalReader`.
///
/// `append` encodes into memory, `write` hands all of it to the system in one call, `synchronize`
/// makes it durable: several appends share a write, several writes a sync (group commit).
///
/// After a failed write or sync the file takes nothing any more: what the system kept of it is
/// unknown, and a second sync would say nothing. The owner goes on in a new file whose `firstSeq` is
/// that of the first record that was refused; on replay that number takes the place of whatever the
/// failed file holds from there on.
package struct JournalWriter: ~Copyable, Sendable {
    package let path: String
    /// Bytes of header and records, without the zeros ahead.
    package private(set) var size: Int
    package private(set) var hasFailed = false
    /// The first sequence number after all that was appended.
    package private(set) var nextSeq: Int64

    private let disk: any Disk
    private let nonce: UInt64
    private var handle: FileHandle?
    /// Encoded and not yet written; only the first `pendingCount` bytes count.
    private var pending: [UInt8] = []
    private var pendingCount = 0
    private var writtenSize: Int
    private var isSynchronized = true
    /// End of the zeros ahead.
    private var filledSize: Int
    private let growth: JournalGrowth
    private var step: Int

    /// Creates `journal/<firstSeq>.journal` with its header. File and name are durable on return.
    ///
    /// A file that already has the name is replaced: it can hold no event but what was refused to its
    /// sender, or the next number would be a higher one.
    package init(
        creating firstSeq: Int64, storeID: StoreID, on disk: any Disk,
        growth: JournalGrowth = .standard, nonce: UInt64 = .random(in: 0 ... .max)
    ) throws(DiskError) {
        let path = joinPath(JournalDirectory.path, JournalFormat.fileName(firstSeq: firstSeq))
        let header = JournalFileHeader(storeID: storeID, firstSeq: firstSeq, nonce: nonce)
        let handle = try Self.createFile(header, for: path, on: disk, growth)
        do throws(DiskError) {
            try disk.synchronize(handle)
            try disk.place(disk.temporaryPath(for: path), at: path, .replacing)
        } catch {
            try? disk.close(handle)
            try? disk.unlink(disk.temporaryPath(for: path))
            throw error
        }
        self.init(handle, header, path: path, on: disk, growth)
    }

    /// Begins a file that has only a temporary name until `closeAndPlace()`.
    init(
        temporaryFor path: String, firstSeq: Int64, storeID: StoreID, on disk: any Disk,
        growth: JournalGrowth
    ) throws(DiskError) {
        let header = JournalFileHeader(
            storeID: storeID, firstSeq: firstSeq, nonce: .random(in: 0 ... .max))
        let handle = try Self.createFile(header, for: path, on: disk, growth)
        self.init(handle, header, path: path, on: disk, growth)
    }

    private init(
        _ handle: FileHandle, _ header: JournalFileHeader, path: String, on disk: any Disk,
        _ growth: JournalGrowth
    ) {
        precondition(header.firstSeq >= 0)
        self.path = path
        self.disk = disk
        self.handle = handle
        nonce = header.nonce
        nextSeq = header.firstSeq
        size = JournalFormat.firstRecordOffset
        writtenSize = size
        filledSize = growth.stepMin
        self.growth = growth
        step = growth.stepMin
    }

    /// A file with both headers and the first step of zeros, under its temporary name.
    private static func createFile(
        _ header: JournalFileHeader, for path: String, on disk: any Disk,
        _ growth: JournalGrowth
    ) throws(DiskError) -> FileHandle {
        var front = [UInt8](repeating: 0, count: growth.stepMin)
        front.withUnsafeMutableBytes { bytes in
            header.write(to: bytes)
            let copy = bytes[JournalFormat.fileHeaderCopyOffset...]
            header.write(to: UnsafeMutableRawBufferPointer(rebasing: copy))
        }
        let handle = try disk.createTemporary(disk.temporaryPath(for: path))
        do throws(DiskError) {
            try disk.write(handle, at: 0, front)
        } catch {
            try? disk.close(handle)
            // On a full disk half a file must not take the room that is left.
            try? disk.unlink(disk.temporaryPath(for: path))
            throw error
        }
        return handle
    }

    /// Encodes a record behind the others. Costs no system call.
    /// - Parameter firstSeq: number of the record's first event; not below `nextSeq`.
    /// - Precondition: `payload` is at most `Limits.journalPayloadSizeMax` bytes.
    package mutating func append(
        _ kind: JournalRecordKind, firstSeq: Int64, count: Int, payload: UnsafeRawBufferPointer
    ) {
        precondition(payload.count <= Limits.journalPayloadSizeMax)
        precondition(count >= 0 && count <= Int(UInt32.max) && firstSeq + Int64(count) >= nextSeq)
        let headerSize = JournalFormat.recordHeaderSize
        reserve(headerSize + JournalFormat.aligned(payload.count))
        let start = pendingCount
        let offset = size
        let nonce = nonce
        let recordSize = pending.withUnsafeMutableBytes { bytes -> Int in
            let record = UnsafeMutableRawBufferPointer(rebasing: bytes[start...])
            let body = UnsafeMutableRawBufferPointer(rebasing: record[headerSize...])
            let (storedLength, flags) = Self.store(payload, in: body)
            let stored = UnsafeRawBufferPointer(rebasing: body[..<storedLength])
            let header = JournalRecordHeader(
                kind: kind.rawValue, flags: flags, storedLength: storedLength,
                rawLength: payload.count, firstSeq: firstSeq, count: count,
                payloadChecksum: JournalFormat.checksum(stored))
            header.write(to: record, nonce: nonce, offset: offset)
            let padded = header.recordSize - headerSize
            for index in storedLength..<padded { body[index] = 0 }
            return header.recordSize
        }
        pendingCount += recordSize
        size += recordSize
        nextSeq = firstSeq + Int64(count)
    }

    /// Hands all that was appended to the system, in one write. Not durable yet.
    package mutating func write() throws(DiskError) {
        guard pendingCount > 0 else { return }
        isSynchronized = false
        try writeOut(pending, count: pendingCount, at: writtenSize)
        writtenSize += pendingCount
        pendingCount = 0
        if pending.count > Limits.journalPendingKeptMax { pending = [] }
        if writtenSize > filledSize { try fillAhead() }
    }

    /// Makes all that was written durable; free of cost if it already is.
    package mutating func synchronize() throws(DiskError) {
        try refuseIfFailed()
        guard !isSynchronized else { return }
        try guarding { (disk, handle) throws(DiskError) in try disk.synchronizeData(handle) }
        isSynchronized = true
    }

    /// Ends the file in good order: a `closed` record, everything durable, the file closed. A file
    /// that has failed is only closed.
    package consuming func close() throws(DiskError) {
        if !hasFailed {
            appendClosed()
            try write()
            try synchronize()
        }
        try closeHandle()
    }

    mutating func appendClosed() {
        let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
        append(.closed, firstSeq: nextSeq, count: 0, payload: nothing)
    }

    /// Ends a file begun with `init(temporaryFor:)` and gives it its name, durably.
    consuming func closeAndPlace() throws(DiskError) {
        appendClosed()
        try write()
        try guarding { (disk, handle) throws(DiskError) in try disk.synchronize(handle) }
        try closeHandle()
        try disk.place(disk.temporaryPath(for: path), at: path, .replacing)
    }

    /// Gives a file begun with `init(temporaryFor:)` its name, with what was appended, durably; it stays
    /// open for more.
    mutating func place() throws(DiskError) {
        do throws(DiskError) {
            try write()
            try guarding { (disk, handle) throws(DiskError) in try disk.synchronize(handle) }
            try disk.place(disk.temporaryPath(for: path), at: path, .replacing)
        } catch {
            hasFailed = true
            // On a full disk half a file must not take the room that is left.
            try? disk.unlink(disk.temporaryPath(for: path))
            throw error
        }
        isSynchronized = true
    }

    mutating func closeHandle() throws(DiskError) {
        guard let handle = handle.take() else { return }
        try disk.close(handle)
    }

    /// Where an error cut `close` short, or nobody may write any more, the descriptor is all that is
    /// left to give back.
    deinit {
        if let handle { try? disk.close(handle) }
    }
}

// MARK: - Helpers

extension JournalWriter {
    /// Puts the payload into `body`, compressed if that saves at least a thirty-second of it.
    private static func store(
        _ payload: UnsafeRawBufferPointer, in body: UnsafeMutableRawBufferPointer
    ) -> (storedLength: Int, flags: UInt8) {
        guard let source = payload.baseAddress, payload.count > 0 else { return (0, 0) }
        guard let target = body.baseAddress else { preconditionFailure("reserved before") }
        // LZ4 gives up (0) as soon as the block would grow beyond the capacity.
        let capacity = payload.count - payload.count / 32 - 1
        if capacity > 0 {
            let length = LZ4_compress_default(
                source.assumingMemoryBound(to: CChar.self),
                target.assumingMemoryBound(to: CChar.self), Int32(payload.count), Int32(capacity))
            if length > 0 { return (Int(length), JournalFormat.flagLZ4) }
        }
        target.copyMemory(from: source, byteCount: payload.count)
        return (payload.count, 0)
    }

    private mutating func reserve(_ count: Int) {
        guard pending.count - pendingCount < count else { return }
        let wanted = max(pendingCount + count, pending.count * 2, 1 << 16)
        pending.append(contentsOf: repeatElement(0, count: wanted - pending.count))
    }

    /// Writes zeros behind the records, so that the next syncs need not wait for a larger size. On a
    /// disk too full for it the records go on without.
    private mutating func fillAhead() throws(DiskError) {
        step = min(step * 2, growth.stepMax)
        let zeros = [UInt8](repeating: 0, count: step)
        do throws(DiskError) {
            try writeOut(zeros, count: zeros.count, at: writtenSize)
            filledSize = writtenSize + step
        } catch  where error.isNoSpace {
            hasFailed = false
        }
    }

    private mutating func writeOut(
        _ bytes: [UInt8], count: Int, at offset: Int
    ) throws(DiskError) {
        try guarding { (disk, handle) throws(DiskError) in
            try disk.write(handle, at: offset, bytes, count: count)
        }
    }

    /// Runs one disk call; its failure is this file's end.
    private mutating func guarding(
        _ call: (any Disk, FileHandle) throws(DiskError) -> Void
    ) throws(DiskError) {
        try refuseIfFailed()
        guard let handle else { preconditionFailure("the journal file was closed") }
        do throws(DiskError) {
            try call(disk, handle)
        } catch {
            hasFailed = true
            throw error
        }
    }

    private func refuseIfFailed() throws(DiskError) {
        if hasFailed { throw DiskError(.write, path, .failedBefore) }
    }
}
