extension Column {
    /// A hash of what stands in each row: columns that say the same have the same one, whatever their
    /// dictionaries. Those that differ in a row have different ones but once in 2⁶⁴ times, unless somebody who
    /// knows the seed made them.
    package func fingerprint(seed: UInt64) -> UInt64 {
        var hash = Fingerprint(seed: seed)
        switch values {
        case .allNull: break
        case .bool(let bools): hash.add(bools, validity) { UInt64($0) }
        case .int64(let numbers): hash.add(numbers, validity) { UInt64(bitPattern: $0) }
        case .double(let numbers): hash.add(numbers, validity) { $0.bitPattern }
        case .string(let codes, let dictionary): hash.add(codes, dictionary, seed)
        }
        return hash.finish(count)
    }
}

/// The sum of a hash of each value with its row: so nulls cost nothing, and no value waits for the one before.
private struct Fingerprint {
    private var sum: UInt64 = 0
    private let seed: UInt64

    init(seed: UInt64) { self.seed = seed ^ 0x9E37_79B9_7F4A_7C15 }

    @inline(__always)
    private static func mix(_ word: UInt64, _ row: Int, _ seed: UInt64) -> UInt64 {
        let place = (UInt64(truncatingIfNeeded: row) &+ 1) &* 0xD1B5_4A32_D192_ED03
        let product = (word ^ seed).multipliedFullWidth(by: place ^ seed)
        return product.low ^ product.high &+ word
    }

    @inline(__always)
    mutating func add<Element: BitwiseCopyable>(
        _ values: [Element], _ validity: [UInt8]?, _ word: (Element) -> UInt64
    ) {
        let seed = seed
        var sum = sum
        values.withUnsafeBufferPointer { values in
            guard let validity else {
                for row in 0..<values.count { sum &+= Self.mix(word(values[row]), row, seed) }
                return
            }
            precondition(validity.count == values.count)
            validity.withUnsafeBytes { mask in
                var row = 0
                while row < values.count {
                    // Eight rows without a value.
                    if row &+ 8 <= mask.count,
                        mask.loadUnaligned(fromByteOffset: row, as: UInt64.self) == 0
                    {
                        row &+= 8
                        continue
                    }
                    let end = min(row &+ 8, values.count)
                    while row < end {
                        if mask[row] != 0 { sum &+= Self.mix(word(values[row]), row, seed) }
                        row &+= 1
                    }
                }
            }
        }
        self.sum = sum
    }

    /// A column may use a small part of its dictionary: an entry is hashed when it is first met.
    mutating func add(_ codes: [Int32], _ dictionary: StringDictionary, _ key: UInt64) {
        let seed = seed
        var sum = sum
        var known = [UInt64](repeating: 0, count: dictionary.count)
        dictionary.bytes.withUnsafeBytes { bytes in
            known.withUnsafeMutableBufferPointer { known in
                for (row, code) in codes.enumerated() where code >= 0 {
                    var word = known[Int(code)]
                    if word == 0 {
                        let entry = UnsafeRawBufferPointer(
                            rebasing: bytes[dictionary.range(at: Int(code))])
                        word = max(1, ByteHash.hash64(entry, seed: key))
                        known[Int(code)] = word
                    }
                    sum &+= Self.mix(word, row, seed)
                }
            }
        }
        self.sum = sum
    }

    func finish(_ count: Int) -> UInt64 {
        Self.mix(sum, count, seed)
    }
}
