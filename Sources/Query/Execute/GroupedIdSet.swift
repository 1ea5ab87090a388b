/// Which ids each group has: the heart of counting distinct values.
///
/// While it pays, one bit for each group and id in one flat bitmap; beyond that a hash table of
/// pairs, whose cost goes by pairs that exist and not by pairs that could.
final class GroupedIdSet {
    /// Bytes of the bitmap beyond which the hash table takes over.
    static let bitmapSizeMax = 64 << 20

    private var words: [UInt64] = []
    /// Words of one group; a power of two.
    private var stride = 16
    private var groupCapacity = 0
    private var pairTable: IntegerTable?

    var memorySize: Int { words.capacity * 8 + (pairTable?.memorySize ?? 0) }

    func insert(_ rows: GroupedRows, _ ids: [Int32], idCount: Int, skipsZero: Bool) {
        prepare(groupCount: rows.groupCount, idCount: idCount)
        guard pairTable == nil else {
            for row in 0..<ids.count where !(skipsZero && ids[row] == 0) {
                insertPair(rows.groups.map { $0[row] } ?? 0, ids[row])
            }
            return
        }
        let stride = stride
        // The bit of null, if null does not count, is set and cleared again: cheaper than a branch.
        let zeros = skipsZero
        words.withUnsafeMutableBufferPointer { words in
            ids.withUnsafeBufferPointer { ids in
                if let groups = rows.groups {
                    groups.withUnsafeBufferPointer { groups in
                        for row in 0..<ids.count {
                            let id = Int(ids[row])
                            words[Int(groups[row]) &* stride &+ id >> 6] |= 1 &<< UInt64(id & 63)
                        }
                    }
                } else {
                    for row in 0..<ids.count {
                        let id = Int(ids[row])
                        words[id >> 6] |= 1 &<< UInt64(id & 63)
                    }
                }
            }
            if zeros {
                for group in 0..<rows.groupCount { words[group &* stride] &= ~1 }
            }
        }
    }

    private func insertPair(_ group: Int32, _ id: Int32) {
        _ = pairTable?.number(
            of: UInt64(UInt32(bitPattern: group)) << 32 | UInt64(UInt32(bitPattern: id)))
    }

    private func prepare(groupCount: Int, idCount: Int) {
        guard pairTable == nil else { return }
        var newStride = stride
        while newStride * 64 < idCount { newStride *= 2 }
        let newCapacity =
            groupCount > groupCapacity ? max(groupCount, groupCapacity * 2) : groupCapacity
        guard newStride != stride || newCapacity != groupCapacity else { return }
        let (size, overflow) = newStride.multipliedReportingOverflow(by: groupCount)
        guard !overflow, size * 8 <= Self.bitmapSizeMax else {
            let old = pairs()
            words = []
            pairTable = IntegerTable()
            for pair in old { insertPair(pair.group, pair.id) }
            return
        }
        let capacity = min(newCapacity, max(groupCount, Self.bitmapSizeMax / 8 / newStride))
        if newStride == stride {
            words.grow(to: capacity * stride, with: 0)
        } else {
            var wider = [UInt64](repeating: 0, count: capacity * newStride)
            // There may be room for fewer groups than before, but never for fewer than there are.
            for group in 0..<min(groupCapacity, capacity) {
                for word in 0..<stride {
                    wider[group * newStride + word] = words[group * stride + word]
                }
            }
            words = wider
            stride = newStride
        }
        groupCapacity = capacity
    }

    /// Takes over another set whose group g is `groups[g]` and whose id i is `ids[i]` here.
    func merge(
        _ other: GroupedIdSet, groups: [Int32], ids: [Int32], groupCount: Int, idCount: Int
    ) {
        prepare(groupCount: groupCount, idCount: idCount)
        other.forEachPair { group, id in
            let (group, id) = (groups[Int(group)], ids[Int(id)])
            if pairTable != nil {
                insertPair(group, id)
            } else {
                words[Int(group) &* stride &+ Int(id) >> 6] |= 1 &<< UInt64(id & 63)
            }
        }
    }

    @inline(__always)
    private func forEachPair(_ body: (Int32, Int32) -> Void) {
        if let pairTable {
            for key in pairTable.keys {
                body(
                    Int32(truncatingIfNeeded: key >> 32),
                    Int32(truncatingIfNeeded: key & 0xFFFF_FFFF))
            }
            return
        }
        for position in words.indices {
            var word = words[position]
            while word != 0 {
                let bit = word.trailingZeroBitCount
                body(
                    Int32(truncatingIfNeeded: position / stride),
                    Int32(truncatingIfNeeded: position % stride &* 64 &+ bit))
                word &= word &- 1
            }
        }
    }

    /// All pairs, by group and id.
    func pairs() -> [(group: Int32, id: Int32)] {
        var result: [(group: Int32, id: Int32)] = []
        forEachPair { result.append(($0, $1)) }
        if pairTable != nil { result.sort { $0 < $1 } }
        return result
    }

    /// How many ids each group has.
    func counts(_ groupCount: Int) -> [Int64] {
        var counts = [Int64](repeating: 0, count: groupCount)
        if let pairTable {
            for key in pairTable.keys { counts[Int(truncatingIfNeeded: key >> 32)] += 1 }
        } else {
            for group in 0..<min(groupCount, groupCapacity) {
                var sum = 0
                for word in group * stride..<(group + 1) * stride {
                    sum &+= words[word].nonzeroBitCount
                }
                counts[group] = Int64(sum)
            }
        }
        return counts
    }
}
