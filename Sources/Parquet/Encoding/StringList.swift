import Columns

/// Strings as a page decoder collects them.
struct StringList {
    private(set) var bytes: [UInt8] = []
    private(set) var offsets: [UInt32] = [0]

    var count: Int { offsets.count - 1 }

    /// Makes room at least by doubling, because every page of a chunk asks for some.
    mutating func reserve(_ count: Int, byteCount: Int) {
        if bytes.count + byteCount > bytes.capacity {
            bytes.reserveCapacity(max(bytes.count + byteCount, 2 * bytes.count))
        }
        if offsets.count + count > offsets.capacity {
            offsets.reserveCapacity(max(offsets.count + count, 2 * offsets.count))
        }
    }

    /// - Throws: if all strings together pass `ParquetLimits.chunkStringSizeMax`.
    @inline(__always)
    mutating func append(_ string: UnsafeRawBufferPointer) throws(ParquetError) {
        let end = try end(adding: string.count)
        bytes.append(contentsOf: string)
        offsets.append(end)
    }

    /// Appends strings each of which begins with so many bytes of the one before, and goes on with so many of
    /// `rest`. The first has nothing before it.
    ///
    /// - Precondition: no count is negative, and `suffixes` are no more than `rest` together.
    mutating func append(
        prefixes: [Int], suffixes: [Int], _ rest: UnsafeRawBufferPointer
    ) throws(ParquetError) {
        let start = bytes.count
        var total = 0
        for index in prefixes.indices { total &+= prefixes[index] &+ suffixes[index] }
        _ = try end(adding: total)
        bytes.append(contentsOf: repeatElement(0, count: total))
        let offsetStart = offsets.count
        let result = bytes.withUnsafeMutableBytes { bytes in
            Result { () throws(ParquetError) in
                var (position, source, last) = (start, 0, 0)
                for index in prefixes.indices {
                    let (prefix, suffix) = (prefixes[index], suffixes[index])
                    guard prefix <= last else {
                        throw ParquetError(
                            index == 0
                                ? "prefix of nothing" : "prefix is longer than the string before")
                    }
                    let target = UnsafeMutableRawBufferPointer(
                        rebasing: bytes[position..<position &+ prefix &+ suffix])
                    target.copyMemory(
                        from: UnsafeRawBufferPointer(
                            rebasing: bytes[position &- last..<position &- last &+ prefix]))
                    UnsafeMutableRawBufferPointer(rebasing: target[prefix...]).copyMemory(
                        from: UnsafeRawBufferPointer(rebasing: rest[source..<source &+ suffix]))
                    last = prefix &+ suffix
                    position &+= last
                    source &+= suffix
                    offsets.append(UInt32(truncatingIfNeeded: position))
                }
            }
        }
        do {
            try result.get()
        } catch {
            offsets.removeSubrange(offsetStart...)
            bytes.removeSubrange(start...)
            throw error
        }
    }

    mutating func append(_ other: StringList, at index: Int) throws(ParquetError) {
        let range = Int(other.offsets[index])..<Int(other.offsets[index + 1])
        offsets.append(try end(adding: range.count))
        bytes.append(contentsOf: other.bytes[range])
    }

    @inline(__always)
    private func end(adding count: Int) throws(ParquetError) -> UInt32 {
        let end = bytes.count &+ count
        guard end <= ParquetLimits.chunkStringSizeMax else {
            throw ParquetError("the strings of one column chunk pass 2 GiB")
        }
        return UInt32(truncatingIfNeeded: end)
    }

    /// Forgets all but the first `count` strings.
    mutating func truncate(to count: Int) {
        offsets.removeSubrange((count + 1)...)
        bytes.removeSubrange(Int(offsets[count])...)
    }

    func dictionary(isDistinct: Bool) -> StringDictionary {
        StringDictionary(bytes: bytes, offsets: offsets, isDistinct: isDistinct)
    }
}

/// Some neighbouring non-null values of a string column, as an encoder sees them.
struct StringRun {
    let bytes: UnsafeRawBufferPointer
    let offsets: UnsafeBufferPointer<UInt32>
    /// The dictionary's code of each value.
    let codes: UnsafeBufferPointer<Int32>

    var count: Int { codes.count }

    var byteCount: Int {
        var sum = 0
        for code in codes {
            sum &+= Int(offsets[Int(code) &+ 1] &- offsets[Int(code)])
        }
        return sum
    }

    @inline(__always)
    subscript(index: Int) -> UnsafeRawBufferPointer {
        let code = Int(codes[index])
        return UnsafeRawBufferPointer(
            rebasing: bytes[Int(offsets[code])..<Int(offsets[code &+ 1])])
    }

    @inline(__always)
    func forEach(_ body: (UnsafeRawBufferPointer) -> Void) {
        for index in 0..<codes.count { body(self[index]) }
    }
}
