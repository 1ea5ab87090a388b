/// One dictionary for several columns of strings, and what their codes are in it.
struct MergedDictionary {
    enum Renumbering {
        /// Each code, plus this.
        case shift(Int32)
        /// The new code of each old one.
        case table([Int32])
    }

    let dictionary: StringDictionary
    /// One for each part; nothing for one of nulls.
    let renumberings: [Renumbering]

    /// Goes through the dictionaries entry by entry, not row by row.
    /// - Parameter interning: whether equal strings are to be found also where parts have not done so. Where
    ///   all parts have, it is done in any case.
    init(of parts: [Column], seed: UInt64, interning: Bool = false) {
        let dictionaries = parts.map { part -> StringDictionary? in
            if case .string(_, let dictionary) = part.values { dictionary } else { nil }
        }
        let isDistinct = interning || dictionaries.allSatisfy { $0?.isDistinct ?? true }
        var builder = StringDictionaryBuilder(seed: seed)
        renumberings = dictionaries.map { dictionary in
            guard let dictionary else { return .shift(0) }
            guard isDistinct else {
                let base = Int32(builder.count)
                builder.append(contentsOf: dictionary)
                return .shift(base)
            }
            return .table(
                dictionary.bytes.withUnsafeBytes { bytes in
                    (0..<dictionary.count).map { entry in
                        let string = UnsafeRawBufferPointer(
                            rebasing: bytes[dictionary.range(at: entry)])
                        return Int32(builder.intern(string))
                    }
                })
        }
        dictionary = builder.build()
    }
}
