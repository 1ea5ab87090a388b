/// An immutable list of byte strings, which columns refer to by position.
///
/// ```
/// offsets   0     4        9
/// bytes     like  share    …        entry i = bytes[offsets[i] ..< offsets[i + 1]]
/// ```
///
/// It is a class so that blocks of one row group share it and so that work done once per entry (a
/// predicate, a hash, a group number) can be cached under its identity. Entries of a dictionary made
/// by `StringDictionaryBuilder.intern` are distinct; `isDistinct` says whether that holds.
package final class StringDictionary: Sendable {
    package let bytes: [UInt8]
    /// `count + 1` positions in `bytes`, never decreasing.
    package let offsets: [UInt32]
    /// Whether no two entries are equal, so that equal codes are the same as equal strings.
    package let isDistinct: Bool
    let index = StringIndex()
    let membership = DomainMembership()

    /// - Precondition: `offsets` is not empty, never decreases and ends at `bytes.count`.
    package init(bytes: [UInt8], offsets: [UInt32], isDistinct: Bool) {
        precondition(!offsets.isEmpty && Int(offsets[offsets.count - 1]) == bytes.count)
        self.bytes = bytes
        self.offsets = offsets
        self.isDistinct = isDistinct
    }

    package convenience init(_ strings: [String], isDistinct: Bool = false) {
        var bytes: [UInt8] = []
        var offsets: [UInt32] = [0]
        for string in strings {
            bytes.append(contentsOf: string.utf8)
            offsets.append(UInt32(bytes.count))
        }
        self.init(bytes: bytes, offsets: offsets, isDistinct: isDistinct)
    }

    package static let empty = StringDictionary(bytes: [], offsets: [0], isDistinct: true)

    package var count: Int { offsets.count - 1 }

    package func range(at code: Int) -> Range<Int> {
        Int(offsets[code])..<Int(offsets[code + 1])
    }

    /// The entry as a `String`; bytes that are not UTF-8 become U+FFFD.
    package subscript(code: Int) -> String {
        String(decoding: bytes[range(at: code)], as: UTF8.self)
    }
}

extension Column {
    /// The same with a dictionary of the strings that are in it alone: a few rows, kept for long, would keep
    /// all strings of their pages.
    package var withOwnDictionary: Column {
        guard case .string(let codes, let dictionary) = values, dictionary.count > 2 * codes.count
        else { return self }
        var known: [Int32: Int32] = [:]
        var bytes: [UInt8] = []
        var offsets: [UInt32] = [0]
        let renumbered = codes.map { code -> Int32 in
            guard code >= 0 else { return -1 }
            if let new = known[code] { return new }
            let new = Int32(truncatingIfNeeded: offsets.count - 1)
            known[code] = new
            bytes += dictionary.bytes[dictionary.range(at: Int(code))]
            offsets.append(UInt32(truncatingIfNeeded: bytes.count))
            return new
        }
        return Column(
            codes: renumbered,
            dictionary: StringDictionary(
                bytes: bytes, offsets: offsets, isDistinct: dictionary.isDistinct))
    }
}
