import Columns

/// Joins string columns with different dictionaries into one, without looking at a row's string.
///
/// The dictionaries are put behind one another, so a code of the second only moves. That is done once
/// for each pair of dictionaries.
final class DictionaryUnion {
    private var known: [(parts: [StringDictionary], joined: StringDictionary)] = []

    /// `coalesce` over string columns and constants; `nil` if an operand is neither.
    func coalesce(_ operands: [Operand], _ count: Int) throws(QueryError) -> Column? {
        var parts: [(codes: [Int32]?, dictionary: StringDictionary)] = []
        for operand in operands {
            switch operand {
            case .constant(.string(let text)):
                parts.append((nil, constant(text)))
            case .constant: continue
            case .column(let column):
                switch column.values {
                case .string(let codes, let dictionary): parts.append((codes, dictionary))
                case .allNull: continue
                case .bool, .int64, .double: return nil
                }
            }
        }
        guard !parts.isEmpty else { return Column(nulls: count, type: .string) }
        let joined = try join(parts.map(\.dictionary))
        var result = [Int32](repeating: -1, count: count)
        var base: Int32 = 0
        for part in parts {
            if let codes = part.codes {
                result.withUnsafeMutableBufferPointer { result in
                    codes.withUnsafeBufferPointer { codes in
                        for row in 0..<count {
                            let code = codes[row] < 0 ? -1 : codes[row] &+ base
                            result[row] = result[row] < 0 ? code : result[row]
                        }
                    }
                }
            } else {
                for row in 0..<count where result[row] < 0 { result[row] = base }
            }
            base += Int32(part.dictionary.count)
        }
        return Column(codes: result, dictionary: joined)
    }

    private var constants: [String: StringDictionary] = [:]

    private func constant(_ text: String) -> StringDictionary {
        if let known = constants[text] { return known }
        let dictionary = StringDictionary([text], isDistinct: true)
        constants[text] = dictionary
        return dictionary
    }

    private func join(_ parts: [StringDictionary]) throws(QueryError) -> StringDictionary {
        if parts.count == 1 { return parts[0] }
        if let found = known.first(where: { $0.parts.elementsEqual(parts, by: ===) }) {
            return found.joined
        }
        let size = parts.reduce(0) { $0 + $1.bytes.count }
        let count = parts.reduce(0) { $0 + $1.count }
        guard size <= Int(UInt32.max), count < Int(Int32.max) else {
            throw QueryError(.limit, "the strings of one block have more than 4 GiB")
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(size)
        var offsets: [UInt32] = [0]
        offsets.reserveCapacity(count + 1)
        for part in parts {
            let start = UInt32(bytes.count)
            offsets += part.offsets.dropFirst().map { $0 &+ start }
            bytes += part.bytes
        }
        let joined = StringDictionary(bytes: bytes, offsets: offsets, isDistinct: false)
        if let numbers = Self.domainNumbers(parts) { joined.join(numbers) }
        if known.count >= 4 { known.removeFirst() }
        known.append((parts, joined))
        return joined
    }

    private static func domainNumbers(
        _ parts: [StringDictionary]
    ) -> StringDictionary.DomainNumbers? {
        let known = parts.compactMap(\.domainNumbers)
        guard known.count == parts.count, let domain = known.first?.domain,
            known.allSatisfy({ $0.domain === domain })
        else { return nil }
        return StringDictionary.DomainNumbers(
            domain: domain, numbers: known.flatMap(\.numbers))
    }
}
