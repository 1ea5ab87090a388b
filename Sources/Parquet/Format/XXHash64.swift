/// XXH64 with seed 0, the hash of Parquet's Bloom filters (page "Bloom Filter").
enum XXHash64 {
    private static let p1: UInt64 = 0x9E37_79B1_85EB_CA87
    private static let p2: UInt64 = 0xC2B2_AE3D_27D4_EB4F
    private static let p3: UInt64 = 0x1656_67B1_9E37_79F9
    private static let p4: UInt64 = 0x85EB_CA77_C2B2_AE63
    private static let p5: UInt64 = 0x27D4_EB2F_1656_67C5

    static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        let count = bytes.count
        var position = 0
        var state: UInt64
        if count >= 32 {
            var lanes = (p1 &+ p2, p2, UInt64(0), 0 &- p1)
            while position &+ 32 <= count {
                lanes.0 = round(lanes.0, load64(bytes, position))
                lanes.1 = round(lanes.1, load64(bytes, position &+ 8))
                lanes.2 = round(lanes.2, load64(bytes, position &+ 16))
                lanes.3 = round(lanes.3, load64(bytes, position &+ 24))
                position &+= 32
            }
            state =
                rotate(lanes.0, 1) &+ rotate(lanes.1, 7) &+ rotate(lanes.2, 12)
                &+ rotate(lanes.3, 18)
            for lane in [lanes.0, lanes.1, lanes.2, lanes.3] {
                state = (state ^ round(0, lane)) &* p1 &+ p4
            }
        } else {
            state = p5
        }
        state &+= UInt64(count)
        while position &+ 8 <= count {
            state = rotate(state ^ round(0, load64(bytes, position)), 27) &* p1 &+ p4
            position &+= 8
        }
        if position &+ 4 <= count {
            let word = bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self).littleEndian
            state = rotate(state ^ UInt64(word) &* p1, 23) &* p2 &+ p3
            position &+= 4
        }
        while position < count {
            state = rotate(state ^ UInt64(bytes[position]) &* p5, 11) &* p1
            position &+= 1
        }
        state = (state ^ state >> 33) &* p2
        state = (state ^ state >> 29) &* p3
        return state ^ state >> 32
    }

    @inline(__always)
    private static func load64(_ bytes: UnsafeRawBufferPointer, _ position: Int) -> UInt64 {
        bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self).littleEndian
    }

    @inline(__always)
    private static func round(_ state: UInt64, _ input: UInt64) -> UInt64 {
        rotate(state &+ input &* p2, 31) &* p1
    }

    @inline(__always)
    private static func rotate(_ value: UInt64, _ count: UInt64) -> UInt64 {
        value &<< count | value &>> (64 &- count)
    }
}
