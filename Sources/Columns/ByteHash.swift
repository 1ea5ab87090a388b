#if canImport(Glibc)
    import Glibc
#endif

/// A fast keyed hash of short byte strings, by folded 64 × 64 → 128-bit multiplication.
///
/// It lives in memory only: no file depends on its values, and a process may choose its own seed.
package enum ByteHash {
    private static let k0: UInt64 = 0xA076_1D64_78BD_642F
    private static let k1: UInt64 = 0xE703_7ED1_A0B4_28DB
    private static let k2: UInt64 = 0x8EBC_6AF0_9C88_C6E3
    private static let k3: UInt64 = 0x5899_65CC_7537_4CC3

    @inline(__always)
    private static func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let product = a.multipliedFullWidth(by: b)
        return product.high ^ product.low
    }

    @inline(__always)
    private static func load64(_ base: UnsafeRawPointer, _ offset: Int) -> UInt64 {
        base.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
    }

    /// The last 0…16 bytes as two words, every byte in at least one of them.
    @inline(__always)
    private static func tail(_ base: UnsafeRawPointer, _ count: Int) -> (UInt64, UInt64) {
        if count >= 8 { return (load64(base, 0), load64(base, count &- 8)) }
        if count >= 4 {
            return (
                UInt64(base.loadUnaligned(as: UInt32.self)),
                UInt64(base.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self))
            )
        }
        if count == 0 { return (0, 0) }
        let first = UInt64(base.load(as: UInt8.self))
        let middle = UInt64(base.load(fromByteOffset: count >> 1, as: UInt8.self))
        let last = UInt64(base.load(fromByteOffset: count &- 1, as: UInt8.self))
        return (first << 16 | middle << 8 | last, 0)
    }

    package static func hash64(_ bytes: UnsafeRawBufferPointer, seed: UInt64) -> UInt64 {
        guard var base = bytes.baseAddress.map({ UnsafeRawPointer($0) }) else {
            return fold(seed ^ k0, k1)
        }
        var left = bytes.count
        var state = seed ^ k0
        while left > 16 {
            state = fold(load64(base, 0) ^ k1, load64(base, 8) ^ state)
            base += 16
            left &-= 16
        }
        let (a, b) = tail(base, left)
        return fold(k1 ^ UInt64(bytes.count), fold(a ^ k1, b ^ state))
    }

    /// Two independent 64-bit hashes: enough to stand for the string itself (the chance that any two
    /// of a billion strings meet is below 10⁻²⁰).
    package static func hash128(
        _ bytes: UnsafeRawBufferPointer, seed: UInt64
    ) -> (high: UInt64, low: UInt64) {
        guard var base = bytes.baseAddress.map({ UnsafeRawPointer($0) }) else {
            return (fold(seed ^ k2, k3), fold(seed ^ k0, k1))
        }
        var left = bytes.count
        var low = seed ^ k0
        var high = seed ^ k2
        while left > 16 {
            let a = load64(base, 0)
            let b = load64(base, 8)
            low = fold(a ^ k1, b ^ low)
            high = fold(a ^ k3, b ^ high &+ k0)
            base += 16
            left &-= 16
        }
        let (a, b) = tail(base, left)
        let count = UInt64(bytes.count)
        return (
            fold(k3 ^ count, fold(a ^ k3, b ^ high)), fold(k1 ^ count, fold(a ^ k1, b ^ low))
        )
    }

    @inline(__always)
    static func areEqual(_ a: UnsafeRawPointer, _ b: UnsafeRawPointer, _ count: Int) -> Bool {
        if count >= 8 && count <= 16 {
            return load64(a, 0) == load64(b, 0) && load64(a, count &- 8) == load64(b, count &- 8)
        }
        return memcmp(a, b, count) == 0
    }
}
