import Columns

#if canImport(Glibc)
    import Glibc
#endif

/// The strings of one column chunk: codes of the column's dictionary, and the part of that
/// dictionary which they use, numbered anew in the order of first use.
struct StringValues {
    let dictionary: StringDictionary
    /// The code of each value, nulls left out.
    let codes: [Int32]
    /// Codes of the entries in use.
    let entries: [Int32]
    /// For each value its place in `entries`.
    let indices: [UInt32]
    /// For each place in `entries`, eight bytes of the string behind what all strings have in common,
    /// as a number that orders like them.
    private let keys: [UInt64]

    init(codes all: [Int32], dictionary: StringDictionary) {
        var places = [Int32](repeating: -1, count: dictionary.count)
        var entries: [Int32] = []
        var indices: [UInt32] = []
        let codes = [Int32](unsafeUninitializedCapacity: all.count) { codes, count in
            indices = [UInt32](unsafeUninitializedCapacity: all.count) { indices, indexCount in
                all.withUnsafeBufferPointer { all in
                    places.withUnsafeMutableBufferPointer { places in
                        var next = 0
                        for code in all where code >= 0 {
                            // Safe Swift checks the code: a code outside the dictionary is a
                            // broken promise of the column.
                            precondition(Int(code) < places.count)
                            var place = places[Int(code)]
                            if place < 0 {
                                place = Int32(truncatingIfNeeded: entries.count)
                                places[Int(code)] = place
                                entries.append(code)
                            }
                            codes.initializeElement(at: next, to: code)
                            indices.initializeElement(at: next, to: UInt32(bitPattern: place))
                            next &+= 1
                        }
                        (count, indexCount) = (next, next)
                    }
                }
            }
        }
        self.dictionary = dictionary
        self.codes = codes
        self.entries = entries
        self.indices = indices
        self.keys = Self.keys(of: entries, dictionary)
    }

    /// Bytes of the entries in use.
    var entryByteCount: Int { withRun(of: entries[...]) { $0.byteCount } }

    func withRun<Result>(of codes: ArraySlice<Int32>, _ body: (StringRun) -> Result) -> Result {
        dictionary.bytes.withUnsafeBytes { bytes in
            dictionary.offsets.withUnsafeBufferPointer { offsets in
                codes.withUnsafeBufferPointer { codes in
                    body(StringRun(bytes: bytes, offsets: offsets, codes: codes))
                }
            }
        }
    }

    func bounds(of range: Range<Int>) -> ValueBounds {
        var least = Int(indices[range.lowerBound])
        var greatest = least
        withRun(of: entries[...]) { strings in
            indices.withUnsafeBufferPointer { indices in
                keys.withUnsafeBufferPointer { keys in
                    for position in range {
                        let index = Int(indices[position])
                        let key = keys[index]
                        if key <= keys[least] && index != least {
                            if key < keys[least] || Self.precedes(strings[index], strings[least]) {
                                least = index
                            }
                        }
                        if key >= keys[greatest] && index != greatest {
                            if key > keys[greatest]
                                || Self.precedes(strings[greatest], strings[index])
                            {
                                greatest = index
                            }
                        }
                    }
                }
            }
        }
        return withRun(of: entries[...]) {
            .string(min: Array($0[least]), max: Array($0[greatest]))
        }
    }

    private static func precedes(
        _ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer
    ) -> Bool {
        let count = min(a.count, b.count)
        guard count > 0, let left = a.baseAddress, let right = b.baseAddress else {
            return a.count < b.count
        }
        let order = memcmp(left, right, count)
        return order == 0 ? a.count < b.count : order < 0
    }

    private static func keys(of entries: [Int32], _ dictionary: StringDictionary) -> [UInt64] {
        dictionary.bytes.withUnsafeBytes { bytes in
            dictionary.offsets.withUnsafeBufferPointer { offsets in
                entries.withUnsafeBufferPointer { codes in
                    let run = StringRun(bytes: bytes, offsets: offsets, codes: codes)
                    guard run.count > 0 else { return [] }
                    let first = run[0]
                    var shared = first.count
                    run.forEach { string in
                        var index = 0
                        shared = min(shared, string.count)
                        while index < shared && string[index] == first[index] { index &+= 1 }
                        shared = index
                    }
                    return (0..<run.count).map { key(run[$0], from: shared) }
                }
            }
        }
    }

    /// Up to eight bytes, the first one highest.
    @inline(__always)
    private static func key(_ string: UnsafeRawBufferPointer, from start: Int) -> UInt64 {
        if start &+ 8 <= string.count {
            return string.loadUnaligned(fromByteOffset: start, as: UInt64.self).bigEndian
        }
        var key: UInt64 = 0
        for index in start..<start &+ 8 {
            key = key &<< 8 | (index < string.count ? UInt64(string[index]) : 0)
        }
        return key
    }
}
