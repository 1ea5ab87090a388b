#if canImport(Glibc)
    import Glibc
#endif

/// Cuts the bytes of one connection, which come in chunks of any size, into regions of whole lines.
///
/// Lines that stand whole in a chunk are handed out where they are; only the line that a chunk breaks
/// off is carried over. A line beyond `Limits.lineSizeMax` is passed over to its line feed and reported,
/// so memory stays bounded whatever is sent.
package struct LineFramer: ~Copyable {
    package enum Frame {
        /// Whole lines; the last may lack its line feed only at the end of the stream.
        /// Valid until the next call.
        case lines(UnsafeRawBufferPointer)
        /// One line that was too long, and how it begins; the rest has been thrown away.
        /// Valid until the next call.
        case oversizedLine(UnsafeRawBufferPointer)
        /// All of the chunk is used up.
        case needsMore
    }

    /// What is kept of a line: the limit, and room for CR LF.
    private static let carrySizeMax = Limits.lineSizeMax + 2

    /// Memory of its own, because a region handed out must stay where it is.
    private var carry = CarriedLine()
    /// `carry` has been handed out and may be forgotten.
    private var isCarryDone = false
    private var isSkipping = false

    package init() {}

    /// The next region of `chunk` from `offset` on, which moves behind it.
    ///
    /// Who does not consume all of a region of a chunk may set `offset` back to the line where it
    /// stopped; a carried line is a region by itself.
    package mutating func next(
        in chunk: UnsafeRawBufferPointer, at offset: inout Int
    ) -> Frame {
        if isCarryDone {
            carry.removeAll()
            isCarryDone = false
        }
        let rest = UnsafeRawBufferPointer(rebasing: chunk[offset...])
        guard let base = rest.baseAddress, !rest.isEmpty else { return .needsMore }
        if isSkipping || !carry.isEmpty { return finishCarriedLine(rest, base, &offset) }
        var size = rest.count
        while size > 0, rest[size - 1] != 0x0A { size -= 1 }
        guard size > 0 else {
            offset = chunk.count
            return keep(rest)
        }
        offset += size
        return .lines(UnsafeRawBufferPointer(start: base, count: size))
    }

    /// The end of the stream: a last line without its line feed is a line.
    package mutating func finish() -> Frame {
        if isCarryDone || carry.isEmpty {
            carry.removeAll()
            isCarryDone = false
            return .needsMore
        }
        isCarryDone = true
        return .lines(carry.bytes)
    }

    private mutating func finishCarriedLine(
        _ rest: UnsafeRawBufferPointer, _ base: UnsafeRawPointer, _ offset: inout Int
    ) -> Frame {
        guard let feed = memchr(base, 0x0A, rest.count) else {
            offset += rest.count
            return isSkipping ? .needsMore : keep(rest)
        }
        let size = UnsafeRawPointer(feed) - base + 1
        offset += size
        if isSkipping {
            isSkipping = false
            // Reported when the limit was passed.
            return next(inRestOf: rest, after: size, &offset)
        }
        guard carry.count + size <= Self.carrySizeMax else { return giveUp(rest) }
        carry.append(UnsafeRawBufferPointer(rebasing: rest[..<size]))
        isCarryDone = true
        return .lines(carry.bytes)
    }

    private mutating func next(
        inRestOf rest: UnsafeRawBufferPointer, after size: Int, _ offset: inout Int
    ) -> Frame {
        var inner = size
        let frame = next(in: rest, at: &inner)
        offset += inner - size
        return frame
    }

    /// Carries over a line that the chunk breaks off, or begins to pass over it.
    private mutating func keep(_ rest: UnsafeRawBufferPointer) -> Frame {
        guard carry.count + rest.count <= Self.carrySizeMax else {
            isSkipping = true
            return giveUp(rest)
        }
        carry.append(rest)
        return .needsMore
    }

    /// Hands out how the carried line begins, for the last time.
    private mutating func giveUp(_ rest: UnsafeRawBufferPointer) -> Frame {
        let missing = Swift.max(0, Limits.quarantineLineSizeMax - carry.count)
        carry.append(UnsafeRawBufferPointer(rebasing: rest.prefix(missing)))
        isCarryDone = true
        return .oversizedLine(carry.bytes)
    }
}

/// A line that came in pieces.
struct CarriedLine: ~Copyable {
    private static let idleCapacity = 1 << 12

    private var memory = UnsafeMutableRawBufferPointer.allocate(
        byteCount: CarriedLine.idleCapacity, alignment: 8)
    private(set) var count = 0

    deinit { memory.deallocate() }

    var isEmpty: Bool { count == 0 }
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: memory[..<count]) }

    mutating func append(_ piece: UnsafeRawBufferPointer) {
        if count + piece.count > memory.count { resize(max(memory.count * 2, count + piece.count)) }
        UnsafeMutableRawBufferPointer(rebasing: memory[count...]).copyMemory(from: piece)
        count += piece.count
    }

    /// Forgets the line, and the memory too if it was an unusually long one.
    mutating func removeAll() {
        count = 0
        if memory.count > 16 * Self.idleCapacity { resize(Self.idleCapacity) }
    }

    private mutating func resize(_ capacity: Int) {
        let other = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 8)
        other.copyMemory(from: bytes)
        memory.deallocate()
        memory = other
    }
}
