#if canImport(Glibc)
    import Glibc
#endif

/// Writes rows in the form of `EventRow` one behind the other into memory of its own.
///
/// Room is made once per event (`reserve`), so that writing a field asks for nothing. The bound: a field
/// in the row is at most its JSON text and 24 bytes longer, short values are copied in whole words.
struct EventRowWriter: ~Copyable {
    private var memory: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    private(set) var count = 0
    private var rowStart = 0

    init() {
        capacity = 1 << 16
        memory = .allocate(capacity: capacity)
    }

    deinit { memory.deallocate() }

    var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: memory, count: count) }

    mutating func removeAll() { count = 0 }

    /// Makes room for the row of one event.
    /// - Parameter size: bytes of its JSON text.
    @inline(__always)
    mutating func reserve(eventOf size: Int) {
        // Fields of two objects, derived copies of ids, and a word to write beyond the end.
        let needed =
            count &+ 2 &* size &+ 24 &* (2 &* Limits.fieldCountMax &+ EventColumn.count)
            &+ 4 &* Limits.idSizeMax
        if needed > capacity { grow(to: needed) }
    }

    @inline(never)
    private mutating func grow(to needed: Int) {
        let larger = max(capacity * 2, needed)
        let copy = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
        memcpy(copy, memory, count)
        memory.deallocate()
        memory = copy
        capacity = larger
    }

    @inline(__always)
    mutating func beginRow(timestamp: Int64, flags: EventFlags) {
        rowStart = count
        store(UInt64(bitPattern: timestamp).littleEndian, at: count &+ 4)
        store(flags.rawValue.littleEndian, at: count &+ 12)
        count &+= EventRow.headerSize
    }

    @inline(__always)
    mutating func endRow() {
        store(UInt32(truncatingIfNeeded: count &- rowStart &- 4).littleEndian, at: rowStart)
    }

    /// Takes back the row that was ended last.
    mutating func undoRow() { count = rowStart }

    @inline(__always)
    mutating func integer(_ column: EventColumn, _ value: Int64) {
        key(UInt64(column.rawValue), .integer)
        varint(UInt64(bitPattern: value &<< 1 ^ value &>> 63))
    }

    @inline(__always)
    mutating func double(_ column: EventColumn, bits: UInt64) {
        key(UInt64(column.rawValue), .double)
        word(bits)
    }

    @inline(__always)
    mutating func string(_ column: EventColumn, _ start: UnsafePointer<UInt8>, _ size: Int) {
        key(UInt64(column.rawValue), .string)
        slice(start, size)
    }

    @inline(__always)
    mutating func bool(_ column: EventColumn, _ form: EventRow.Form) {
        key(UInt64(column.rawValue), form)
    }

    mutating func other(_ other: EventFields.Other) {
        guard other.inPayload else {
            key(0, .extra)
            slice(other.name, other.nameCount)
            slice(other.value.raw, other.value.rawCount)
            return
        }
        let form: EventRow.CustomForm
        var bits = other.value.bits
        switch other.value.kind {
        case _ where other.asJSON: form = .json
        case .string: form = .string
        case .integer:
            let value = Int64(bitPattern: other.value.bits)
            // A double must give the same digits back.
            form = value.magnitude <= 1 << 53 ? .double : .json
            bits = Double(value).bitPattern
        case .double: form = .double
        case .true: form = .true
        case .false: form = .false
        case .bigInteger, .null, .object, .array: form = .json
        }
        key(form.rawValue, .custom)
        slice(other.name, other.nameCount)
        switch form {
        case .double: word(bits)
        case .string: slice(other.value.text, other.value.count)
        case .true, .false: break
        case .json: slice(other.value.raw, other.value.rawCount)
        }
    }

    @inline(__always)
    private mutating func key(_ number: UInt64, _ form: EventRow.Form) {
        varint(number &<< 3 | UInt64(form.rawValue))
    }

    @inline(__always)
    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            memory[count] = UInt8(truncatingIfNeeded: rest) | 0x80
            count &+= 1
            rest &>>= 7
        }
        memory[count] = UInt8(truncatingIfNeeded: rest)
        count &+= 1
    }

    @inline(__always)
    private mutating func word(_ bits: UInt64) {
        store(bits.littleEndian, at: count)
        count &+= 8
    }

    /// - Parameter start: `size` bytes, and seven readable ones behind them.
    @inline(__always)
    private mutating func slice(_ start: UnsafePointer<UInt8>, _ size: Int) {
        varint(UInt64(size))
        if size <= 32 {
            var index = 0
            while index < size {
                let word = UnsafeRawPointer(start).loadUnaligned(
                    fromByteOffset: index, as: UInt64.self)
                store(word, at: count &+ index)
                index &+= 8
            }
        } else {
            memcpy(memory + count, start, size)
        }
        count &+= size
    }

    @inline(__always)
    private func store<T: BitwiseCopyable>(_ value: T, at offset: Int) {
        UnsafeMutableRawPointer(memory).storeBytes(of: value, toByteOffset: offset, as: T.self)
    }
}
