extension Column {
    /// The rows at these positions, in this order; the dictionary is shared.
    /// - Precondition: each position is below `count`.
    package func gather(_ order: [UInt32]) -> Column {
        let mask = validity.map { Self.gather($0, order) }
        switch values {
        case .allNull: return Column(nulls: order.count, type: type)
        case .bool(let values): return Column(bools: Self.gather(values, order), validity: mask)
        case .int64(let values):
            let values = Self.gather(values, order)
            return type == .timestamp
                ? Column(timestamps: values, validity: mask)
                : Column(integers: values, validity: mask)
        case .double(let values):
            return Column(doubles: Self.gather(values, order), validity: mask)
        case .string(let codes, let dictionary):
            return Column(codes: Self.gather(codes, order), dictionary: dictionary)
        }
    }

    private static func gather<Element: BitwiseCopyable>(
        _ values: [Element], _ order: [UInt32]
    ) -> [Element] {
        [Element](unsafeUninitializedCapacity: order.count) { target, count in
            values.withUnsafeBufferPointer { source in
                for (position, row) in order.enumerated() {
                    precondition(Int(row) < source.count)
                    target.initializeElement(at: position, to: source[Int(row)])
                }
            }
            count = order.count
        }
    }

    /// All rows of `parts`, one after another.
    ///
    /// Dictionaries are merged entry by entry, not row by row; where all parts are distinct, so is the
    /// result. A null in any part is a null here.
    /// - Parameter interning: whether equal strings are to be found also where parts have not done so.
    /// - Precondition: all parts have `type`.
    package static func concatenate(
        _ parts: [Column], type: ColumnType, seed: UInt64, interning: Bool = false
    ) -> Column {
        precondition(parts.allSatisfy { $0.type == type })
        let total = parts.reduce(0) { $0 + $1.count }
        if parts.allSatisfy({ if case .allNull = $0.values { true } else { false } }) {
            return Column(nulls: total, type: type)
        }
        if type == .string { return concatenateStrings(parts, total, seed, interning) }
        var validity: [UInt8] = []
        for part in parts {
            if case .allNull = part.values {
                validity.append(contentsOf: repeatElement(0, count: part.count))
            } else if let mask = part.validity {
                validity.append(contentsOf: mask)
            } else {
                validity.append(contentsOf: repeatElement(1, count: part.count))
            }
        }
        let mask = validity.contains(0) ? validity : nil
        switch type {
        case .bool:
            return Column(
                bools: join(parts, 0) { if case .bool(let v) = $0 { v } else { nil } },
                validity: mask)
        case .int64:
            return Column(
                integers: join(parts, 0) { if case .int64(let v) = $0 { v } else { nil } },
                validity: mask)
        case .timestamp:
            return Column(
                timestamps: join(parts, 0) { if case .int64(let v) = $0 { v } else { nil } },
                validity: mask)
        case .double:
            return Column(
                doubles: join(parts, 0) { if case .double(let v) = $0 { v } else { nil } },
                validity: mask)
        case .string: preconditionFailure("handled above")
        }
    }

    private static func join<Element>(
        _ parts: [Column], _ null: Element, _ values: (Values) -> [Element]?
    ) -> [Element] {
        var all: [Element] = []
        all.reserveCapacity(parts.reduce(0) { $0 + $1.count })
        for part in parts {
            if let own = values(part.values) {
                all.append(contentsOf: own)
            } else {
                all.append(contentsOf: repeatElement(null, count: part.count))
            }
        }
        return all
    }

    private static func concatenateStrings(
        _ parts: [Column], _ total: Int, _ seed: UInt64, _ interning: Bool
    ) -> Column {
        let merged = MergedDictionary(of: parts, seed: seed, interning: interning)
        var codes: [Int32] = []
        codes.reserveCapacity(total)
        for (part, renumbering) in zip(parts, merged.renumberings) {
            guard case .string(let own, _) = part.values else {
                codes.append(contentsOf: repeatElement(-1, count: part.count))
                continue
            }
            switch renumbering {
            case .shift(let base):
                codes.append(contentsOf: own.lazy.map { $0 < 0 ? -1 : $0 &+ base })
            case .table(let table):
                codes.append(contentsOf: own.lazy.map { $0 < 0 ? -1 : table[Int($0)] })
            }
        }
        return Column(codes: codes, dictionary: merged.dictionary)
    }
}
