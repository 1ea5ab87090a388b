/// Bytes that must be readable behind a document.
enum JSONPadding {
    static let size = 16
}

/// Memory that only grows, without contents to keep.
struct Scratch: ~Copyable {
    private var memory: UnsafeMutablePointer<UInt8>
    private var capacity = 1 << 12

    init() { memory = .allocate(capacity: capacity) }
    deinit { memory.deallocate() }

    @inline(__always)
    mutating func reserve(_ size: Int) -> UnsafeMutablePointer<UInt8> {
        if size > capacity {
            memory.deallocate()
            capacity = max(size, capacity * 2)
            memory = .allocate(capacity: capacity)
        }
        return memory
    }
}
