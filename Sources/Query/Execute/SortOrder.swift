import Columns

/// Finds the order of rows by several keys.
///
/// Every key becomes unsigned integers that sort as it does (strings by their rank among the strings
/// that occur), so that one comparison serves all types. With a limit the first key alone decides
/// which rows are still candidates, and only those are looked at further.
struct SortOrder {
    struct Key {
        let column: Column
        let isDescending: Bool
        let nullsFirst: Bool
    }

    private let keys: [Key]

    init(_ keys: [Key]) { self.keys = keys }

    /// Row numbers in order; ties keep the order of the rows. With `limit`, only that many.
    func rows(limit: Int?) -> [Int32] {
        let rowCount = keys.first?.column.count ?? 0
        var rows = Array(0..<Int32(rowCount))
        guard let first = keys.first else { return rows }
        var rest = keys
        if let limit, limit < rowCount / 2, first.column.type != .string {
            rows = candidates(first, limit, rowCount)
            if rows.count < rowCount {
                rest = keys.map {
                    Key(
                        column: $0.column.gathered(rows), isDescending: $0.isDescending,
                        nullsFirst: $0.nullsFirst)
                }
            }
        }
        let ranks = rest.map { Self.ranks($0) }
        var order = Array(0..<Int32(rows.count))
        if ranks.count == 1 {
            let only = ranks[0]
            only.withUnsafeBufferPointer { only in
                order.sort { a, b in
                    let (x, y) = (only[Int(a)], only[Int(b)])
                    return x != y ? x < y : a < b
                }
            }
        } else {
            order.sort { a, b in
                for rank in ranks {
                    let (x, y) = (rank[Int(a)], rank[Int(b)])
                    if x != y { return x < y }
                }
                return a < b
            }
        }
        if let limit { order = Array(order.prefix(limit)) }
        return Gather.values(rows, order)
    }

    /// Rows that by the first key alone may be among the first `limit`, ascending.
    private func candidates(_ key: Key, _ limit: Int, _ rowCount: Int) -> [Int32] {
        guard limit > 0 else { return [] }
        let ranks = Self.ranks(key)
        var selected = ranks
        let worst = selected.withUnsafeMutableBufferPointer { Self.select(limit - 1, in: $0) }
        return Gather.positions(ranks.map { worst < $0 ? 0 : 1 })
    }

    /// The element that a sort would put at `place` (Hoare's quickselect, pivot the median of three;
    /// a run of bad pivots ends in a sort, so that no order of rows is quadratic).
    private static func select(_ place: Int, in ranks: UnsafeMutableBufferPointer<Rank>) -> Rank {
        var low = 0
        var high = ranks.count - 1
        var roundsLeft = 40
        while high - low > 16 {
            roundsLeft -= 1
            if roundsLeft == 0 { break }
            let (a, b, c) = (ranks[low], ranks[low + (high - low) / 2], ranks[high])
            let pivot = a < b ? (b < c ? b : max(a, c)) : (a < c ? a : max(b, c))
            var left = low
            var right = high
            while left <= right {
                while ranks[left] < pivot { left &+= 1 }
                while pivot < ranks[right] { right &-= 1 }
                if left <= right {
                    ranks.swapAt(left, right)
                    left &+= 1
                    right &-= 1
                }
            }
            if place <= right {
                high = right
            } else if place >= left {
                low = left
            } else {
                return ranks[place]
            }
        }
        var rest = UnsafeMutableBufferPointer(rebasing: ranks[low...high])
        rest.sort()
        return ranks[place]
    }

    /// A key's place: nulls before or after all values, then the value.
    struct Rank: Comparable {
        var group: UInt8
        var key: UInt64

        @inline(__always)
        static func < (a: Rank, b: Rank) -> Bool {
            a.group != b.group ? a.group < b.group : a.key < b.key
        }
    }

    private static func ranks(_ key: Key) -> [Rank] {
        let column = key.column
        let flip: UInt64 = key.isDescending ? .max : 0
        let null = Rank(group: key.nullsFirst ? 0 : 2, key: 0)
        let validity = column.validity
        @inline(__always)
        func ranks<Element>(_ values: [Element], _ make: (Element) -> UInt64) -> [Rank] {
            guard let validity else {
                return values.map { Rank(group: 1, key: make($0) ^ flip) }
            }
            return values.indices.map { row in
                validity[row] == 0 ? null : Rank(group: 1, key: make(values[row]) ^ flip)
            }
        }
        switch column.values {
        case .allNull: return [Rank](repeating: null, count: column.count)
        case .bool(let values): return ranks(values) { UInt64($0) }
        case .int64(let values): return ranks(values) { ValueOrder.key($0) }
        case .double(let values): return ranks(values) { ValueOrder.key($0) }
        case .string(let codes, let dictionary):
            let places = Self.places(codes, dictionary)
            return codes.map { code in
                code < 0 ? null : Rank(group: 1, key: UInt64(places[Int(code)]) ^ flip)
            }
        }
    }

    /// The place of each entry that is used among all those that are; equal strings share one.
    private static func places(_ codes: [Int32], _ dictionary: StringDictionary) -> [Int32] {
        var places = [Int32](repeating: -1, count: dictionary.count)
        var used: [Int32] = []
        for code in codes where code >= 0 && places[Int(code)] < 0 {
            places[Int(code)] = 0
            used.append(code)
        }
        dictionary.bytes.withUnsafeBytes { bytes in
            func entry(_ code: Int32) -> UnsafeRawBufferPointer {
                UnsafeRawBufferPointer(rebasing: bytes[dictionary.range(at: Int(code))])
            }
            /// The first eight bytes as a number decide most comparisons.
            var sortable = used.map { code -> (prefix: UInt64, code: Int32) in
                let text = entry(code)
                var prefix: UInt64 = 0
                for index in 0..<8 {
                    prefix = prefix << 8 | (index < text.count ? UInt64(text[index]) : 0)
                }
                return (prefix, code)
            }
            sortable.sort { a, b in
                a.prefix != b.prefix
                    ? a.prefix < b.prefix : ValueOrder.compare(entry(a.code), entry(b.code)) < 0
            }
            var place: Int32 = -1
            var last: (prefix: UInt64, code: Int32)?
            for item in sortable {
                let isSame =
                    last.map {
                        $0.prefix == item.prefix
                            && ValueOrder.compare(entry($0.code), entry(item.code)) == 0
                    } ?? false
                if !isSame { place += 1 }
                places[Int(item.code)] = place
                last = item
            }
        }
        return places
    }
}
