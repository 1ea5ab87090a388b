/// Encodes ranges of the values of one column chunk, in any encoding that its type allows.
struct ChunkEncoder {
    let chunk: ChunkValues
    /// Needed to encode numbers as `rleDictionary`.
    var numbers: NumberDictionary?

    init(_ chunk: ChunkValues) {
        self.chunk = chunk
    }

    /// Entries of the dictionary, if the chunk were encoded with one.
    var dictionaryCount: Int {
        if case .string(let strings) = chunk.values { return strings.entries.count }
        return numbers?.entries.count ?? 0
    }

    func encode(_ range: Range<Int>, as encoding: Encoding, into output: inout [UInt8]) {
        switch chunk.values {
        case .bool(let all): Self.encode(all[range], as: encoding, into: &output)
        case .int64(let all):
            if encoding == .rleDictionary { return encodeIndices(range, into: &output) }
            all[range].withUnsafeBufferPointer { values in
                switch encoding {
                case .plain: PlainEncoding.encode(values, into: &output)
                case .deltaBinaryPacked: DeltaBinaryPacked.encode(values, into: &output)
                default: preconditionFailure("integers are not written as \(encoding)")
                }
            }
        case .double(let all):
            if encoding == .rleDictionary { return encodeIndices(range, into: &output) }
            all[range].withUnsafeBufferPointer { values in
                switch encoding {
                case .plain: PlainEncoding.encode(values, into: &output)
                case .byteStreamSplit: ByteStreamSplit.encode(values, into: &output)
                default: preconditionFailure("doubles are not written as \(encoding)")
                }
            }
        case .string(let strings):
            if encoding == .rleDictionary { return encodeIndices(range, into: &output) }
            strings.withRun(of: strings.codes[range]) { run in
                switch encoding {
                case .plain: PlainEncoding.encode(run, into: &output)
                case .deltaLengthByteArray: DeltaLengthByteArray.encode(run, into: &output)
                case .deltaByteArray: DeltaByteArray.encode(run, into: &output)
                default: preconditionFailure("strings are not written as \(encoding)")
                }
            }
        }
    }

    /// The entries of the dictionary in plain encoding.
    func encodeDictionary(_ range: Range<Int>, into output: inout [UInt8]) {
        switch chunk.values {
        case .bool: preconditionFailure("booleans have no dictionary")
        case .int64, .double:
            for entry in numbers?.entries[range] ?? [] { output.append(littleEndian: entry) }
        case .string(let strings):
            strings.withRun(of: strings.entries[range]) {
                PlainEncoding.encode($0, into: &output)
            }
        }
    }

    /// Page "Encodings", "Dictionary Encoding": the bit width in a byte, then the hybrid.
    private func encodeIndices(_ range: Range<Int>, into output: inout [UInt8]) {
        let width = BitPacking.width(of: UInt64(max(1, dictionaryCount) - 1))
        output.append(UInt8(width))
        let indices: [UInt32]
        if case .string(let strings) = chunk.values {
            indices = strings.indices
        } else {
            indices = numbers?.indices ?? []
        }
        indices[range].withUnsafeBufferPointer {
            RunLengthBitPacked.encode($0, width: width, into: &output)
        }
    }

    private static func encode(
        _ values: ArraySlice<UInt8>, as encoding: Encoding, into output: inout [UInt8]
    ) {
        switch encoding {
        case .plain:
            values.withUnsafeBufferPointer { PlainEncoding.encode(bools: $0, into: &output) }
        case .rle:
            // Booleans carry the size of their runs in four bytes before them.
            var runs: [UInt8] = []
            values.map { UInt32($0) }.withUnsafeBufferPointer {
                RunLengthBitPacked.encode($0, width: 1, into: &runs)
            }
            output.append(littleEndian: UInt32(runs.count))
            output.append(contentsOf: runs)
        default: preconditionFailure("booleans are not written as \(encoding)")
        }
    }
}
