extension Column {
    /// A hash of what stands in each row, in order: columns that say the same have the same one, whatever
    /// their dictionaries. Those that differ in a row have different ones but once in 2⁶⁴ times.
    package func fingerprint(seed: UInt64) -> UInt64 {
        var hash = Fingerprint(seed: seed)
        switch values {
        case .allNull: hash.addNulls(count)
        case .bool(let bools):
            hash.add(bools) {
                UInt64($0)
            } isValid: {
                validity?[$0] != 0
            }
        case .int64(let numbers):
            hash.add(numbers) {
                UInt64(bitPattern: $0)
            } isValid: {
                validity?[$0] != 0
            }
        case .double(let numbers):
            hash.add(numbers) {
                $0.bitPattern
            } isValid: {
                validity?[$0] != 0
            }
        case .string(let codes, let dictionary):
            let entries = dictionary.bytes.withUnsafeBytes { bytes in
                (0..<dictionary.count).map {
                    ByteHash.hash64(
                        UnsafeRawBufferPointer(rebasing: bytes[dictionary.range(at: $0)]),
                        seed: seed)
                }
            }
            hash.add(codes) {
                entries[Int($0)]
            } isValid: {
                codes[$0] >= 0
            }
        }
        return hash.finish()
    }
}

private struct Fingerprint {
    private var state: UInt64
    /// Nulls since the last value: a column of nulls costs nothing.
    private var nullCount: UInt64 = 0

    init(seed: UInt64) { state = seed ^ 0x9E37_79B9_7F4A_7C15 }

    mutating func addNulls(_ count: Int) { nullCount &+= UInt64(count) }

    @inline(__always)
    mutating func add<Element>(
        _ values: [Element], _ word: (Element) -> UInt64, isValid: (Int) -> Bool
    ) {
        for row in values.indices {
            if isValid(row) { add(word(values[row])) } else { nullCount &+= 1 }
        }
    }

    @inline(__always)
    private mutating func add(_ word: UInt64) {
        if nullCount != 0 { addRun() }
        mix(word)
    }

    private mutating func addRun() {
        // No value can be mistaken for a run: it is mixed in twice, with its end.
        mix(nullCount ^ 0xD1B5_4A32_D192_ED03)
        mix(0xA24B_AED4_963E_E407)
        nullCount = 0
    }

    @inline(__always)
    private mutating func mix(_ word: UInt64) {
        let product = (state ^ word).multipliedFullWidth(by: 0xE703_7ED1_A0B4_28DB)
        state = product.low ^ product.high &+ 0x2545_F491_4F6C_DD1D
    }

    mutating func finish() -> UInt64 {
        if nullCount != 0 { addRun() }
        mix(0x5899_65CC_7537_4CC3)
        return state
    }
}
