import Columns

/// How much text a block holds, for the limit of memory.
extension Block {
    var textSize: Int { columns.reduce(0) { $0 + $1.textSize } }
}

extension Column {
    /// Bytes of the strings of its rows; a string that many rows share counts no more often than the
    /// dictionary has it.
    fileprivate var textSize: Int {
        guard case .string(let codes, let dictionary) = values else { return 0 }
        // Looking at the rows costs more than a small dictionary could.
        guard dictionary.bytes.count > 64 * 1024 else { return dictionary.bytes.count }
        var size = 0
        dictionary.offsets.withUnsafeBufferPointer { offsets in
            codes.withUnsafeBufferPointer { codes in
                for code in codes where code >= 0 {
                    size &+= Int(offsets[Int(code) &+ 1]) &- Int(offsets[Int(code)])
                }
            }
        }
        return min(size, dictionary.bytes.count)
    }
}
