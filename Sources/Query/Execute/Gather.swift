import Columns

/// Picking rows out of columns and putting columns behind one another.
enum Gather {
    @inline(__always)
    static func values<Element>(_ source: [Element], _ rows: [Int32]) -> [Element] {
        [Element](unsafeUninitializedCapacity: rows.count) { target, count in
            source.withUnsafeBufferPointer { source in
                rows.withUnsafeBufferPointer { rows in
                    for i in 0..<rows.count {
                        // Row numbers come from this module's own selections.
                        (target.baseAddress! + i).initialize(to: source[Int(rows[i])])
                    }
                }
            }
            count = rows.count
        }
    }

    /// Positions of the ones in `mask`, ascending.
    static func positions(_ mask: [UInt8]) -> [Int32] {
        [Int32](unsafeUninitializedCapacity: mask.count) { target, count in
            count = mask.withUnsafeBytes { Self.positions($0, into: target) }
        }
    }

    /// Most masks are nearly empty or nearly full: eight rows at a time are found to be all alike.
    private static func positions(
        _ mask: UnsafeRawBufferPointer, into target: UnsafeMutableBufferPointer<Int32>
    ) -> Int {
        var next = 0
        var row = 0
        while row &+ 8 <= mask.count {
            let eight = mask.loadUnaligned(fromByteOffset: row, as: UInt64.self)
            if eight != 0 {
                for i in row..<row &+ 8 {
                    target[next] = Int32(truncatingIfNeeded: i)
                    next &+= Int(mask[i])
                }
            }
            row &+= 8
        }
        while row < mask.count {
            target[next] = Int32(truncatingIfNeeded: row)
            next &+= Int(mask[row])
            row &+= 1
        }
        return next
    }

    /// All rows of `blocks` as one block.
    static func concatenated(_ blocks: [Block], types: [ColumnType]) -> Block {
        let filled = blocks.filter { $0.rowCount > 0 }
        if filled.count == 1 { return filled[0] }
        let columns = types.indices.map { index in
            Column.concatenated(filled.map { $0.columns[index] }, type: types[index])
        }
        return Block(rowCount: filled.reduce(0) { $0 + $1.rowCount }, columns: columns)
    }
}

extension Block {
    func gathered(_ rows: [Int32]) -> Block {
        Block(rowCount: rows.count, columns: columns.map { $0.gathered(rows) })
    }

    /// The rows of a selection, ascending: often one run, since segments keep alike events together.
    func selected(_ rows: [Int32]) -> Block {
        guard let first = rows.first, let last = rows.last, Int(last - first) == rows.count - 1
        else { return gathered(rows) }
        return slice(Int(first)..<Int(last) + 1)
    }

    func slice(_ range: Range<Int>) -> Block {
        Block(rowCount: range.count, columns: columns.map { $0.slice(range) })
    }
}

extension Column {
    init(repeating value: Value, count: Int, type: ColumnType) {
        switch value {
        case .null: self.init(nulls: count, type: type)
        case .bool(let value): self.init(bools: [UInt8](repeating: value ? 1 : 0, count: count))
        case .int64(let value): self.init(integers: [Int64](repeating: value, count: count))
        case .double(let value): self.init(doubles: [Double](repeating: value, count: count))
        case .timestamp(let value): self.init(timestamps: [Int64](repeating: value, count: count))
        case .string(let value):
            self.init(
                codes: [Int32](repeating: 0, count: count),
                dictionary: StringDictionary([value], isDistinct: true))
        }
    }

    func gathered(_ rows: [Int32]) -> Column {
        let mask = validity.map { Gather.values($0, rows) }
        switch values {
        case .allNull: return Column(nulls: rows.count, type: type)
        case .bool(let values):
            return Column(bools: Gather.values(values, rows), validity: mask)
        case .int64(let values):
            let picked = Gather.values(values, rows)
            return type == .timestamp
                ? Column(timestamps: picked, validity: mask)
                : Column(integers: picked, validity: mask)
        case .double(let values):
            return Column(doubles: Gather.values(values, rows), validity: mask)
        case .string(let codes, let dictionary):
            return Column(codes: Gather.values(codes, rows), dictionary: dictionary)
        }
    }

    /// 1 where there is a value; `nil` if there is one in every row.
    var presence: [UInt8]? {
        switch values {
        case .allNull: return [UInt8](repeating: 0, count: count)
        case .string(let codes, _):
            var hasNull = false
            let mask = codes.map { code -> UInt8 in
                if code < 0 { hasNull = true }
                return code < 0 ? 0 : 1
            }
            return hasNull ? mask : nil
        case .bool, .int64, .double: return validity
        }
    }

    static func concatenated(_ parts: [Column], type: ColumnType) -> Column {
        let count = parts.reduce(0) { $0 + $1.count }
        if parts.allSatisfy({ if case .allNull = $0.values { true } else { false } }) {
            return Column(nulls: count, type: type)
        }
        if type == .string { return concatenatedStrings(parts, count) }
        var validity: [UInt8] = []
        let hasNull = parts.contains { $0.presence != nil }
        if hasNull {
            validity.reserveCapacity(count)
            for part in parts {
                validity += part.presence ?? [UInt8](repeating: 1, count: part.count)
            }
        }
        let mask = hasNull ? validity : nil
        var bools: [UInt8] = []
        var integers: [Int64] = []
        var doubles: [Double] = []
        for part in parts {
            switch part.values {
            case .bool(let values): bools += values
            case .int64(let values): integers += values
            case .double(let values): doubles += values
            case .allNull where type == .bool: bools.grow(to: bools.count + part.count, with: 0)
            case .allNull where type == .double:
                doubles.grow(to: doubles.count + part.count, with: 0)
            case .allNull: integers.grow(to: integers.count + part.count, with: 0)
            case .string: preconditionFailure("columns of different types cannot be joined")
            }
        }
        switch type {
        case .bool: return Column(bools: bools, validity: mask)
        case .double: return Column(doubles: doubles, validity: mask)
        case .timestamp: return Column(timestamps: integers, validity: mask)
        case .int64, .string: return Column(integers: integers, validity: mask)
        }
    }

    /// Keeps a shared dictionary; otherwise makes one of the entries that are used.
    private static func concatenatedStrings(_ parts: [Column], _ count: Int) -> Column {
        var shared: StringDictionary?
        var isShared = true
        for case .string(_, let dictionary) in parts.map(\.values) {
            if let shared, shared !== dictionary { isShared = false }
            shared = dictionary
        }
        var codes: [Int32] = []
        codes.reserveCapacity(count)
        var builder = StringDictionaryBuilder(seed: 0x5157_4552_594A_4F49)
        for part in parts {
            guard case .string(let own, let dictionary) = part.values else {
                codes.grow(to: codes.count + part.count, with: -1)
                continue
            }
            if isShared {
                codes += own
                continue
            }
            var known: [Int32: Int32] = [:]
            dictionary.bytes.withUnsafeBytes { bytes in
                for code in own {
                    guard code >= 0 else {
                        codes.append(-1)
                        continue
                    }
                    if let new = known[code] {
                        codes.append(new)
                        continue
                    }
                    let entry = UnsafeRawBufferPointer(
                        rebasing: bytes[dictionary.range(at: Int(code))])
                    let new = Int32(truncatingIfNeeded: builder.intern(entry))
                    known[code] = new
                    codes.append(new)
                }
            }
        }
        return Column(codes: codes, dictionary: isShared ? shared ?? .empty : builder.build())
    }
}
