/// Chooses the encoding of a column chunk by trying each sensible one on samples and comparing what
/// is left after compression.
enum EncodingChoice {
    /// Values of one sample. A page is longer, but what compresses here compresses there.
    private static let sampleCount = 4_096
    private static let samplesMax = 3
    /// A dictionary of strings may cost this many times more and is still chosen: who reads codes
    /// can compare and group without looking at strings. The more so, the more values share an entry.
    private static func dictionaryAllowance(_ strings: StringValues) -> Double {
        strings.entries.count * 4 <= strings.indices.count ? 2 : 1.2
    }

    struct Choice {
        var encoder: ChunkEncoder
        var encoding: Encoding
        /// Whether compression made the samples enough smaller to be worth trying on every page.
        var compresses: Bool
    }

    static func choose(_ chunk: ChunkValues, _ effort: LZ4.Effort) -> Choice {
        var encoder = ChunkEncoder(chunk)
        let samples = samples(of: chunk.valueCount)
        var candidates: [Encoding]
        switch chunk.values {
        case .bool: candidates = [.plain, .rle]
        case .int64(let values):
            candidates = [.plain, .deltaBinaryPacked]
            values.withUnsafeBytes { encoder.addDictionary($0) }
        case .double(let values):
            candidates = [.plain, .byteStreamSplit]
            values.withUnsafeBytes { encoder.addDictionary($0) }
        case .string:
            candidates = [.plain, .deltaLengthByteArray, .deltaByteArray]
        }
        if encoder.isDictionaryPossible { candidates.append(.rleDictionary) }
        var best = Choice(encoder: encoder, encoding: .plain, compresses: true)
        var bestCost = Double.infinity
        for encoding in candidates {
            let (stored, raw) = pagesCost(of: encoding, encoder, samples, effort)
            var cost = stored
            if encoding == .rleDictionary {
                cost += dictionaryCost(encoder, effort)
                if case .string(let strings) = chunk.values {
                    cost /= dictionaryAllowance(strings)
                }
            }
            if cost < bestCost {
                best.encoding = encoding
                best.compresses = stored < raw
                bestCost = cost
            }
        }
        return best
    }

    /// Ranges spread over all values.
    private static func samples(of valueCount: Int) -> [Range<Int>] {
        if valueCount <= sampleCount * samplesMax { return [0..<valueCount] }
        return (0..<samplesMax).map { number in
            let start = (valueCount - sampleCount) * number / (samplesMax - 1)
            return start..<start + sampleCount
        }
    }

    /// Bytes of all data pages after and before compression, as far as samples tell.
    private static func pagesCost(
        of encoding: Encoding, _ encoder: ChunkEncoder, _ samples: [Range<Int>],
        _ effort: LZ4.Effort
    ) -> (stored: Double, raw: Double) {
        var (stored, raw, count) = (0, 0, 0)
        for sample in samples {
            var bytes: [UInt8] = []
            encoder.encode(sample, as: encoding, into: &bytes)
            stored += PageWriter.compress(bytes, effort)?.count ?? bytes.count
            raw += bytes.count
            count += sample.count
        }
        let scale = Double(encoder.chunk.valueCount) / Double(max(1, count))
        return (Double(stored) * scale, Double(raw) * scale)
    }

    private static func dictionaryCost(_ encoder: ChunkEncoder, _ effort: LZ4.Effort) -> Double {
        let count = encoder.dictionaryCount
        var bytes: [UInt8] = []
        encoder.encodeDictionary(0..<min(count, sampleCount), into: &bytes)
        let stored = PageWriter.compress(bytes, effort)?.count ?? bytes.count
        return Double(stored) * Double(count) / Double(max(1, min(count, sampleCount)))
    }
}

extension ChunkEncoder {
    /// Makes a dictionary of numbers if they repeat enough for one to pay.
    ///
    /// A sample does not tell: of a few thousand values in a million, each may stand alone in it. Where there
    /// are too many of them, that is found out within so many rows.
    fileprivate mutating func addDictionary(_ values: UnsafeRawBufferPointer) {
        let bits = values.bindMemory(to: UInt64.self)
        numbers = NumberDictionary(
            bits,
            entryCountMax: min(
                ParquetLimits.numberDictionaryEntryCountMax, max(2, bits.count / 4)))
    }

    fileprivate var isDictionaryPossible: Bool {
        guard case .string(let strings) = chunk.values else { return numbers != nil }
        // A dictionary of strings that nearly all occur once only adds indices.
        return strings.entries.count <= chunk.valueCount * 3 / 4 + 1
            && strings.entryByteCount + 4 * strings.entries.count
                <= ParquetLimits.dictionaryWrittenSizeMax
    }
}
