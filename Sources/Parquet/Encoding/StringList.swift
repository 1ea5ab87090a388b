import Columns

/// Strings as a page decoder collects them.
struct StringList {
    private(set) var bytes: [UInt8] = []
    private(set) var offsets: [UInt32] = [0]

    var count: Int { offsets.count - 1 }

    mutating func reserve(_ count: Int, byteCount: Int) {
        bytes.reserveCapacity(bytes.count + byteCount)
        offsets.reserveCapacity(offsets.count + count)
    }

    /// - Throws: if all strings together pass 4 GiB, which positions cannot say.
    @inline(__always)
    mutating func append(_ string: UnsafeRawBufferPointer) throws(ParquetError) {
        guard let end = UInt32(exactly: bytes.count &+ string.count) else {
            throw ParquetError("the strings of one column chunk pass 4 GiB")
        }
        bytes.append(contentsOf: string)
        offsets.append(end)
    }

    /// Appends the first `prefixCount` bytes of the last string, then `suffix`.
    mutating func append(
        prefixOfLast prefixCount: Int, suffix: UnsafeRawBufferPointer
    ) throws(ParquetError) {
        let last = offsets.count > 1 ? Int(offsets[offsets.count - 2]) : 0
        guard prefixCount <= bytes.count - last else {
            throw ParquetError("prefix is longer than the string before")
        }
        guard let end = UInt32(exactly: bytes.count + prefixCount + suffix.count) else {
            throw ParquetError("the strings of one column chunk pass 4 GiB")
        }
        bytes.append(contentsOf: bytes[last..<last + prefixCount])
        bytes.append(contentsOf: suffix)
        offsets.append(end)
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
