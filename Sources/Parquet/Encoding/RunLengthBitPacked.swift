/// Parquet's hybrid of run lengths and bit packing (page "Encodings", "Run Length Encoding /
/// Bit-Packing Hybrid"): levels, dictionary indices, booleans.
///
/// ```
/// run          varint(length << 1)         value in ⌈width / 8⌉ bytes
/// packed       varint(groups << 1 | 1)     groups × 8 numbers of `width` bits
/// ```
enum RunLengthBitPacked {
    /// Shorter runs cost more as a run than packed.
    private static let runLengthMin = 8

    static func encode(
        _ values: UnsafeBufferPointer<UInt32>, width: Int, into output: inout [UInt8]
    ) {
        var packedStart = 0
        var position = 0
        while position < values.count {
            let value = values[position]
            var runEnd = position &+ 1
            while runEnd < values.count && values[runEnd] == value { runEnd &+= 1 }
            // Packed numbers come in groups of eight, so a run may have to fill the last group.
            let fill = (8 &- (position &- packedStart) & 7) & 7
            if runEnd &- position &- fill >= runLengthMin {
                let packed = UnsafeBufferPointer(rebasing: values[packedStart..<position + fill])
                appendPacked(packed, width: width, into: &output)
                appendRun(of: value, runEnd - position - fill, width: width, into: &output)
                packedStart = runEnd
            }
            position = runEnd
        }
        appendPacked(
            UnsafeBufferPointer(rebasing: values[packedStart...]), width: width, into: &output)
    }

    static func appendRun(
        of value: UInt32, _ count: Int, width: Int, into output: inout [UInt8]
    ) {
        output.append(varint: UInt64(count) << 1)
        for byte in 0..<(width + 7) / 8 {
            output.append(UInt8(truncatingIfNeeded: value >> UInt32(byte * 8)))
        }
    }

    private static func appendPacked(
        _ values: UnsafeBufferPointer<UInt32>, width: Int, into output: inout [UInt8]
    ) {
        if values.isEmpty { return }
        let groups = (values.count + 7) / 8
        output.append(varint: UInt64(groups) << 1 | 1)
        BitPacking.pack(values, count: groups * 8, width: width, into: &output)
    }

    /// Fills `output`; bytes after the last number are not looked at.
    static func decode(
        _ input: UnsafeRawBufferPointer, width: Int, into output: UnsafeMutableBufferPointer<UInt32>
    ) throws(ParquetError) {
        guard (0...32).contains(width) else { throw ParquetError("bit width \(width)") }
        try forEachRun(input, width: width, upTo: output.count, of: output.count) { run, rows in
            let target = UnsafeMutableBufferPointer(rebasing: output[rows])
            switch run {
            case .repeated(let value): target.update(repeating: value)
            case .packed(let bytes): BitPacking.unpack(bytes, width: width, into: target)
            }
        }
    }

    /// Fills `output` with numbers of one bit each, which is what most levels are.
    static func decode(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableBufferPointer<UInt8>
    ) throws(ParquetError) {
        var position = 0
        var done = 0
        while done < output.count {
            let head = try varint(input, &position)
            guard let count = Int(exactly: head >> 1), count > 0 else {
                throw ParquetError("run of an impossible length")
            }
            if head & 1 == 0 {
                guard position < input.count else { throw ParquetError("run without its value") }
                let value = input[position]
                guard value <= 1 else { throw ParquetError("\(value) in one bit") }
                position += 1
                let end = done + min(count, output.count - done)
                UnsafeMutableBufferPointer(rebasing: output[done..<end]).update(repeating: value)
                done = end
            } else {
                let take = min(min(count, (output.count - done + 7) / 8) * 8, output.count - done)
                guard input.count - position >= (take + 7) / 8 else {
                    throw ParquetError("packed numbers run past the end")
                }
                for index in 0..<take {
                    output[done &+ index] =
                        input[position &+ index >> 3] >> UInt8(truncatingIfNeeded: index & 7) & 1
                }
                position += min(count, input.count - position)
                done += take
            }
        }
    }

    /// Some of `count` numbers, without making the others.
    /// - Parameter places: ascending, below `count`.
    static func pick(
        _ input: UnsafeRawBufferPointer, width: Int, count: Int, at places: [Int]
    ) throws(ParquetError) -> [UInt32] {
        guard (0...32).contains(width) else { throw ParquetError("bit width \(width)") }
        var picked: [UInt32] = []
        picked.reserveCapacity(places.count)
        try forEachRun(input, width: width, upTo: (places.last ?? -1) + 1, of: count) { run, rows in
            while picked.count < places.count, places[picked.count] < rows.upperBound {
                let place = places[picked.count] - rows.lowerBound
                switch run {
                case .repeated(let value): picked.append(value)
                case .packed(let bytes):
                    let number = BitPacking.number(bytes, bit: place * width, width: width)
                    picked.append(UInt32(truncatingIfNeeded: number))
                }
            }
        }
        return picked
    }

    /// Of numbers of one bit each: how many ones there are, whether there is one at each of some places, and
    /// how many stand before it.
    /// - Parameter places: ascending, below `count`.
    static func ranks(
        _ input: UnsafeRawBufferPointer, count: Int, at places: [Int]
    ) throws(ParquetError) -> (total: Int, bits: [UInt8], ranks: [Int]) {
        var total = 0
        var bits: [UInt8] = []
        var ranks: [Int] = []
        var isSound = true
        try forEachRun(input, width: 1, upTo: count, of: count) { run, rows in
            while bits.count < places.count, places[bits.count] < rows.upperBound {
                let place = places[bits.count] - rows.lowerBound
                switch run {
                case .repeated(let value):
                    bits.append(UInt8(truncatingIfNeeded: value))
                    ranks.append(total + Int(value) * place)
                case .packed(let bytes):
                    bits.append(bytes[place >> 3] >> UInt8(place & 7) & 1)
                    ranks.append(total + BitPacking.ones(bytes, count: place))
                }
            }
            switch run {
            case .repeated(let value):
                if value > 1 { isSound = false }
                total &+= Int(value) &* rows.count
            case .packed(let bytes): total += BitPacking.ones(bytes, count: rows.count)
            }
        }
        guard isSound else { throw ParquetError("a larger number in one bit") }
        return (total, bits, ranks)
    }

    private enum Run {
        case repeated(UInt32)
        /// Bytes that hold the run's numbers, and more.
        case packed(UnsafeRawBufferPointer)
    }

    /// Goes through the runs until one has reached number `end`.
    @inline(__always)
    private static func forEachRun(
        _ input: UnsafeRawBufferPointer, width: Int, upTo end: Int, of total: Int,
        _ body: (Run, Range<Int>) -> Void
    ) throws(ParquetError) {
        let valueSize = (width + 7) / 8
        var position = 0
        var done = 0
        while done < end {
            let head = try varint(input, &position)
            guard let count = Int(exactly: head >> 1), count > 0 else {
                throw ParquetError("run of an impossible length")
            }
            if head & 1 == 0 {
                guard input.count - position >= valueSize else {
                    throw ParquetError("run without its value")
                }
                var value: UInt32 = 0
                for byte in 0..<valueSize {
                    value |= UInt32(input[position + byte]) << UInt32(byte * 8)
                }
                position += valueSize
                let take = min(count, total - done)
                body(.repeated(value), done..<done + take)
                done += take
            } else {
                let take = min(min(count, (total - done + 7) / 8) * 8, total - done)
                // Writers may leave out the padding of the last group.
                guard input.count - position >= BitPacking.size(count: take, width: width) else {
                    throw ParquetError("packed numbers run past the end")
                }
                body(
                    .packed(UnsafeRawBufferPointer(rebasing: input[position...])),
                    done..<done + take)
                let (packed, overflows) = count.multipliedReportingOverflow(by: width)
                position += overflows ? input.count - position : min(packed, input.count - position)
                done += take
            }
        }
    }

    static func varint(
        _ input: UnsafeRawBufferPointer, _ position: inout Int
    ) throws(ParquetError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while position < input.count && shift < 64 {
            let byte = input[position]
            position += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        throw ParquetError("number runs past the end")
    }
}
