import Columns
import Testing

@Suite("Hashes of byte strings")
struct ByteHashTests {
    private func hash(_ bytes: [UInt8], seed: UInt64 = 1) -> UInt64 {
        bytes.withUnsafeBytes { ByteHash.hash64($0, seed: seed) }
    }

    private func wide(_ bytes: [UInt8], seed: UInt64 = 1) -> [UInt64] {
        let hash = bytes.withUnsafeBytes { ByteHash.hash128($0, seed: seed) }
        return [hash.high, hash.low]
    }

    @Test("every byte of every length counts", arguments: 0...40)
    func everyByte(length: Int) {
        let bytes = (0..<length).map { UInt8($0 * 37 & 0xFF) }
        #expect(hash(bytes) == hash(bytes))
        #expect(hash(bytes) != hash(bytes, seed: 2))
        #expect(wide(bytes) != wide(bytes, seed: 2))
        for index in bytes.indices {
            for bit in 0..<8 {
                var other = bytes
                other[index] ^= 1 << UInt8(bit)
                #expect(hash(other) != hash(bytes))
                let (a, b) = (wide(other), wide(bytes))
                #expect(a[0] != b[0] && a[1] != b[1])
            }
        }
    }

    @Test("strings of equal bytes and different lengths differ")
    func lengths() {
        let hashes = (0...40).map { hash([UInt8](repeating: 0, count: $0)) }
        #expect(Set(hashes).count == hashes.count)
        let wides = (0...40).map { wide([UInt8](repeating: 0, count: $0)) }
        #expect(Set(wides).count == wides.count)
    }

    @Test("where a string lies in memory does not matter", arguments: 0...40)
    func alignment(length: Int) {
        let bytes = (0..<length).map { UInt8($0) }
        for shift in 1..<8 {
            let moved = [UInt8](repeating: 9, count: shift) + bytes + [9, 9]
            let again = moved.withUnsafeBytes {
                ByteHash.hash64(
                    UnsafeRawBufferPointer(rebasing: $0[shift..<shift + length]), seed: 1)
            }
            #expect(again == hash(bytes))
        }
    }
}
