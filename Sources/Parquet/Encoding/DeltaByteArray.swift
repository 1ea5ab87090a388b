/// Strings with their lengths apart (page "Encodings", DELTA_LENGTH_BYTE_ARRAY): the lengths as
/// deltas, then all bytes.
enum DeltaLengthByteArray {
    static func encode(_ strings: StringRun, into output: inout [UInt8]) {
        let lengths = (0..<strings.count).map { Int64(strings[$0].count) }
        lengths.withUnsafeBufferPointer { DeltaBinaryPacked.encode($0, into: &output) }
        output.reserveCapacity(output.count + strings.byteCount)
        strings.forEach { output.append(contentsOf: $0) }
    }

    /// Appends `count` strings.
    static func decode(
        _ input: UnsafeRawBufferPointer, count: Int, into output: inout StringList
    ) throws(ParquetError) {
        var rest = input
        let lengths = try decodeLengths(&rest, count: count)
        output.reserve(count, byteCount: rest.count)
        var position = 0
        for length in lengths {
            guard length <= rest.count - position else {
                throw ParquetError("string of \(length) bytes runs past the end")
            }
            try output.append(UnsafeRawBufferPointer(rebasing: rest[position..<position + length]))
            position += length
        }
    }

    /// Reads `count` lengths from the front of `input` and leaves what follows them.
    static func decodeLengths(
        _ input: inout UnsafeRawBufferPointer, count: Int
    ) throws(ParquetError) -> [Int] {
        var values = [Int64](repeating: 0, count: count)
        let result = values.withUnsafeMutableBufferPointer { buffer in
            Result { () throws(ParquetError) in try DeltaBinaryPacked.decode(input, into: buffer) }
        }
        input = UnsafeRawBufferPointer(rebasing: input[try result.get()...])
        guard values.allSatisfy({ $0 >= 0 }) else { throw ParquetError("negative length") }
        return values.map { Int($0) }
    }
}

/// Strings without what they share with the string before (page "Encodings", DELTA_BYTE_ARRAY):
/// lengths of the shared prefixes as deltas, then the rest of each as DELTA_LENGTH_BYTE_ARRAY.
enum DeltaByteArray {
    static func encode(_ strings: StringRun, into output: inout [UInt8]) {
        var prefixes = [Int64](repeating: 0, count: strings.count)
        var suffixes = [Int64](repeating: 0, count: strings.count)
        var previous = UnsafeRawBufferPointer(start: nil, count: 0)
        for index in 0..<strings.count {
            let string = strings[index]
            let shared = sharedPrefix(previous, string)
            prefixes[index] = Int64(shared)
            suffixes[index] = Int64(string.count - shared)
            previous = string
        }
        prefixes.withUnsafeBufferPointer { DeltaBinaryPacked.encode($0, into: &output) }
        suffixes.withUnsafeBufferPointer { DeltaBinaryPacked.encode($0, into: &output) }
        for index in 0..<strings.count {
            let suffix = UnsafeRawBufferPointer(rebasing: strings[index][Int(prefixes[index])...])
            output.append(contentsOf: suffix)
        }
    }

    /// Appends `count` strings.
    static func decode(
        _ input: UnsafeRawBufferPointer, count: Int, into output: inout StringList
    ) throws(ParquetError) {
        var rest = input
        let prefixes = try DeltaLengthByteArray.decodeLengths(&rest, count: count)
        let suffixes = try DeltaLengthByteArray.decodeLengths(&rest, count: count)
        let total = prefixes.reduce(0) { $0.addingReportingOverflow($1).partialValue }
        // Short pages can stand for long strings here, so the sum is bounded before memory is.
        guard total >= 0, total <= ParquetLimits.pageSizeMax,
            prefixes.allSatisfy({ $0 <= ParquetLimits.pageSizeMax })
        else { throw ParquetError("strings of one page are too long") }
        output.reserve(count, byteCount: rest.count + total)
        var position = 0
        for index in 0..<count {
            guard suffixes[index] <= rest.count - position else {
                throw ParquetError("string of \(suffixes[index]) bytes runs past the end")
            }
            let end = position + suffixes[index]
            let suffix = UnsafeRawBufferPointer(rebasing: rest[position..<end])
            // The first string of a page has nothing before it.
            if index == 0 {
                guard prefixes[0] == 0 else { throw ParquetError("prefix of nothing") }
                try output.append(suffix)
            } else {
                try output.append(prefixOfLast: prefixes[index], suffix: suffix)
            }
            position = end
        }
    }

    private static func sharedPrefix(
        _ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer
    ) -> Int {
        let count = min(a.count, b.count)
        var index = 0
        while index &+ 8 <= count {
            let x = a.loadUnaligned(fromByteOffset: index, as: UInt64.self).littleEndian
            let y = b.loadUnaligned(fromByteOffset: index, as: UInt64.self).littleEndian
            if x != y { return index &+ (x ^ y).trailingZeroBitCount / 8 }
            index &+= 8
        }
        while index < count && a[index] == b[index] { index &+= 1 }
        return index
    }
}
