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

    /// The rows of `parts`, counted through all of them, at these positions and in this order.
    ///
    /// One pass where `concatenate` and `gather` take two, and no copy in between.
    /// - Precondition: all parts have `type`; each position is below their rows together.
    package static func gather(
        _ order: [RowPosition], of parts: [Column], type: ColumnType, seed: UInt64
    ) -> Column {
        precondition(parts.allSatisfy { $0.type == type })
        if parts.allSatisfy({ if case .allNull = $0.values { true } else { false } }) {
            return Column(nulls: order.count, type: type)
        }
        switch type {
        case .string:
            let merged = mergeDictionaries(parts, seed)
            return Column(
                codes: gather(order, in: merged.codes, filler: -1),
                dictionary: merged.dictionary)
        case .bool:
            let own = parts.map { part -> [UInt8] in
                if case .bool(let values) = part.values { values } else { [] }
            }
            return Column(
                bools: gather(order, in: own, filler: 0), validity: gatherValidity(order, parts))
        case .int64, .timestamp:
            let own = parts.map { part -> [Int64] in
                if case .int64(let values) = part.values { values } else { [] }
            }
            let values = gather(order, in: own, filler: 0)
            let validity = gatherValidity(order, parts)
            return type == .timestamp
                ? Column(timestamps: values, validity: validity)
                : Column(integers: values, validity: validity)
        case .double:
            let own = parts.map { part -> [Double] in
                if case .double(let values) = part.values { values } else { [] }
            }
            return Column(
                doubles: gather(order, in: own, filler: 0),
                validity: gatherValidity(order, parts))
        }
    }

    /// - Parameter parts: values by part; an empty one stands for a part without any.
    private static func gather<Element: BitwiseCopyable>(
        _ order: [RowPosition], in parts: [[Element]], filler: Element
    ) -> [Element] {
        // One flat array of starts, so that the loop has no array of arrays to count references of.
        [Element](unsafeUninitializedCapacity: order.count) { target, count in
            withUnsafePointers(to: parts) { sources in
                for (place, position) in order.enumerated() {
                    let source = sources[Int(position.part)]
                    precondition(source.isEmpty || Int(position.row) < source.count)
                    target.initializeElement(
                        at: place, to: source.isEmpty ? filler : source[Int(position.row)])
                }
            }
            count = order.count
        }
    }

    private static func withUnsafePointers<Element>(
        to parts: [[Element]], _ body: ([UnsafeBufferPointer<Element>]) -> Void
    ) {
        func descend(_ rest: ArraySlice<[Element]>, _ known: [UnsafeBufferPointer<Element>]) {
            guard let first = rest.first else { return body(known) }
            first.withUnsafeBufferPointer { descend(rest.dropFirst(), known + [$0]) }
        }
        descend(parts[...], [])
    }

    private static func gatherValidity(_ order: [RowPosition], _ parts: [Column]) -> [UInt8]? {
        let masks: [[UInt8]] = parts.map { part in
            if case .allNull = part.values { return [UInt8](repeating: 0, count: part.count) }
            return part.validity ?? [UInt8](repeating: 1, count: part.count)
        }
        guard masks.contains(where: { $0.contains(0) }) else { return nil }
        return gather(order, in: masks, filler: 0)
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
        let merged = mergeDictionaries(parts, seed, interning: interning)
        var codes: [Int32] = []
        codes.reserveCapacity(total)
        for (part, own) in zip(parts, merged.codes) {
            if own.isEmpty {
                codes.append(contentsOf: repeatElement(-1, count: part.count))
            } else {
                codes.append(contentsOf: own)
            }
        }
        return Column(codes: codes, dictionary: merged.dictionary)
    }

    /// One dictionary for all parts, and each part's codes into it (none for a part of nulls).
    private static func mergeDictionaries(
        _ parts: [Column], _ seed: UInt64, interning: Bool = false
    ) -> (codes: [[Int32]], dictionary: StringDictionary) {
        let isDistinct =
            interning
            || parts.allSatisfy {
                if case .string(_, let dictionary) = $0.values {
                    dictionary.isDistinct
                } else {
                    true
                }
            }
        var builder = StringDictionaryBuilder(seed: seed)
        let codes = parts.map { part -> [Int32] in
            guard case .string(let own, let dictionary) = part.values else { return [] }
            // The last slot maps the null code.
            var target = [Int32](repeating: -1, count: dictionary.count + 1)
            dictionary.bytes.withUnsafeBytes { bytes in
                for entry in 0..<dictionary.count {
                    let string = UnsafeRawBufferPointer(
                        rebasing: bytes[dictionary.range(at: entry)])
                    target[entry] = Int32(
                        isDistinct ? builder.intern(string) : builder.append(string))
                }
            }
            let nullSlot = dictionary.count
            return own.map { target[$0 < 0 ? nullSlot : Int($0)] }
        }
        return (codes, builder.build())
    }
}

/// A row of one of several columns that follow one another.
package struct RowPosition: Sendable, Hashable, BitwiseCopyable {
    package let part: UInt32
    package let row: UInt32

    package init(part: Int, row: Int) {
        self.part = UInt32(part)
        self.row = UInt32(row)
    }
}
