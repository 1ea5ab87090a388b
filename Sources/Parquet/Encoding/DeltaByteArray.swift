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

    /// Appends the strings at `places`, which are ascending, of `count`.
    static func pick(
        _ input: UnsafeRawBufferPointer, count: Int, at places: [Int], into output: inout StringList
    ) throws(ParquetError) {
        var rest = input
        let lengths = try decodeLengths(&rest, count: count)
        var start = 0
        var next = 0
        for place in places {
            for length in lengths[next..<place] {
                start = start.addingReportingOverflow(length).partialValue
            }
            next = place
            guard start >= 0, start <= rest.count, lengths[place] <= rest.count - start else {
                throw ParquetError("string of \(lengths[place]) bytes runs past the end")
            }
            try output.append(
                UnsafeRawBufferPointer(rebasing: rest[start..<start + lengths[place]]))
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
        let own = suffixes.reduce(0) { $0.addingReportingOverflow($1).partialValue }
        guard own >= 0, own <= rest.count, suffixes.allSatisfy({ $0 <= rest.count }) else {
            throw ParquetError("strings of \(own) bytes run past the end")
        }
        try output.append(prefixes: prefixes, suffixes: suffixes, rest)
    }

    /// Appends the strings at `places`, which are ascending, of `count`.
    ///
    /// What a string shares with the one before mostly is short, so its prefix stands in the suffixes of a
    /// few strings before it.
    static func pick(
        _ input: UnsafeRawBufferPointer, count: Int, at places: [Int], into output: inout StringList
    ) throws(ParquetError) {
        var rest = input
        let prefixes = try DeltaLengthByteArray.decodeLengths(&rest, count: count)
        let suffixes = try DeltaLengthByteArray.decodeLengths(&rest, count: count)
        var starts = [Int](repeating: 0, count: (places.last ?? -1) + 1)
        var position = 0
        for index in starts.indices {
            starts[index] = position
            guard suffixes[index] <= rest.count - position else {
                throw ParquetError("string of \(suffixes[index]) bytes runs past the end")
            }
            position += suffixes[index]
        }
        for place in places {
            var missing = prefixes[place]
            guard missing <= ParquetLimits.pageSizeMax else {
                throw ParquetError("strings of one page are too long")
            }
            var string = [UInt8](repeating: 0, count: missing + suffixes[place])
            var source = place
            string.replaceSubrange(
                missing..., with: rest[starts[place]..<starts[place] + suffixes[place]])
            while missing > 0 {
                guard source > 0, missing - suffixes[source - 1] <= prefixes[source - 1] else {
                    throw ParquetError("prefix is longer than the string before")
                }
                source -= 1
                let own = prefixes[source]
                guard own < missing else { continue }
                let part = rest[starts[source]..<starts[source] + missing - own]
                string.replaceSubrange(own..<missing, with: part)
                missing = own
            }
            let result = string.withUnsafeBytes { string in
                Result { () throws(ParquetError) in try output.append(string) }
            }
            try result.get()
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
