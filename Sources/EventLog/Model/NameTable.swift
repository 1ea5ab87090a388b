/// Bytes that live as long as the process, with eight readable bytes behind them.
struct StaticBytes: @unchecked Sendable {
    // Unchecked: written here, never again, never freed.
    let start: UnsafePointer<UInt8>
    let count: Int

    init(_ text: String) {
        let bytes = Array(text.utf8)
        let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: bytes.count + 8)
        memory.initialize(repeating: 0, count: bytes.count + 8)
        memory.update(from: bytes, count: bytes.count)
        start = UnsafePointer(memory)
        count = bytes.count
    }
}

/// A fixed map from short names to small numbers, made for millions of look-ups a second: a name is
/// three words, compared whole, so there is no second look at the bytes.
struct NameTable: @unchecked Sendable {
    private struct Slot: BitwiseCopyable {
        var a: UInt64 = 0
        var b: UInt64 = 0
        var c: UInt64 = 0
        var count = 0
        var number = 0
    }

    static let nameSizeMax = 24

    // Unchecked: written in `init`, never again, never freed.
    private let slots: UnsafeMutablePointer<Slot>
    private let shift: UInt64
    private let mask: Int

    /// - Parameter names: distinct names of 1…24 bytes; the numbers are above 0.
    init(_ names: [(String, Int)]) {
        var bits: UInt64 = 4
        while 1 << bits < names.count * 3 { bits += 1 }
        let capacity = 1 << Int(bits)
        slots = .allocate(capacity: capacity)
        slots.initialize(repeating: Slot(), count: capacity)
        shift = 64 - bits
        mask = capacity - 1
        for (name, number) in names {
            let bytes = StaticBytes(name)
            precondition((1...Self.nameSizeMax).contains(bytes.count) && number > 0)
            var slot = Self.words(of: bytes.start, bytes.count)
            slot.number = number
            var index = place(slot)
            while slots[index].number != 0 { index = (index + 1) & mask }
            slots[index] = slot
        }
    }

    /// The number of a name, 0 if it is not in the table.
    ///
    /// Seven bytes behind the name must be readable.
    @inline(__always)
    func number(of start: UnsafePointer<UInt8>, _ count: Int) -> Int {
        guard count &- 1 < Self.nameSizeMax, count > 0 else { return 0 }
        let wanted = Self.words(of: start, count)
        var index = place(wanted)
        while true {
            let slot = slots[index]
            if slot.a == wanted.a, slot.b == wanted.b, slot.c == wanted.c,
                slot.count == wanted.count
            {
                return slot.number
            }
            if slot.number == 0 { return 0 }
            index = (index &+ 1) & mask
        }
    }

    @inline(__always)
    private static func words(of start: UnsafePointer<UInt8>, _ count: Int) -> Slot {
        var slot = Slot()
        slot.count = count
        if count <= 8 {
            slot.a = head(start, count)
        } else if count <= 16 {
            slot.a = head(start, 8)
            slot.b = head(start + 8, count &- 8)
        } else {
            slot.a = head(start, 8)
            slot.b = head(start + 8, 8)
            slot.c = head(start + 16, count &- 16)
        }
        return slot
    }

    /// The first 1…8 bytes as a word.
    @inline(__always)
    private static func head(_ start: UnsafePointer<UInt8>, _ count: Int) -> UInt64 {
        let word = UnsafeRawPointer(start).loadUnaligned(as: UInt64.self)
        return word & (UInt64.max &>> UInt64(truncatingIfNeeded: 64 &- count &* 8))
    }

    @inline(__always)
    private func place(_ slot: Slot) -> Int {
        let mixed =
            (slot.a ^ (slot.b &* 0x9E37_79B9_7F4A_7C15) ^ slot.c &+ UInt64(slot.count))
            &* 0xA076_1D64_78BD_642F
        return Int(truncatingIfNeeded: (mixed ^ (mixed &>> 29) &* 3) &>> shift) & mask
    }
}
