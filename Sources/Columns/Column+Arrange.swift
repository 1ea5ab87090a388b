extension Column {
    /// The rows of `parts`, counted through all of them, each at its place.
    ///
    /// Most columns of a segment have a value in few rows. So rows are read in their own order, where nulls
    /// are stretches that are passed over, and only values are written out of order.
    /// - Parameters:
    ///   - places: where each row goes: every number below their count once.
    ///   - type: of all parts.
    package static func arrange(
        _ parts: [Column], at places: [UInt32], type: ColumnType, seed: UInt64
    ) -> Column {
        precondition(parts.allSatisfy { $0.type == type })
        precondition(parts.reduce(0) { $0 + $1.count } == places.count)
        if parts.allSatisfy({ if case .allNull = $0.values { true } else { false } }) {
            return Column(nulls: places.count, type: type)
        }
        switch type {
        case .string: return arrangeStrings(parts, places, seed)
        case .bool:
            let (values, validity) = arrange(parts, places, filler: UInt8(0)) {
                if case .bool(let values) = $0 { values } else { nil }
            }
            return Column(bools: values, validity: validity)
        case .int64, .timestamp:
            let (values, validity) = arrange(parts, places, filler: Int64(0)) {
                if case .int64(let values) = $0 { values } else { nil }
            }
            return type == .timestamp
                ? Column(timestamps: values, validity: validity)
                : Column(integers: values, validity: validity)
        case .double:
            let (values, validity) = arrange(parts, places, filler: 0.0) {
                if case .double(let values) = $0 { values } else { nil }
            }
            return Column(doubles: values, validity: validity)
        }
    }

    /// - Parameter values: those of a part; `nil` for one of nulls.
    private static func arrange<Element: BitwiseCopyable>(
        _ parts: [Column], _ places: [UInt32], filler: Element, _ values: (Values) -> [Element]?
    ) -> (values: [Element], validity: [UInt8]?) {
        var target = [Element](repeating: filler, count: places.count)
        let hasNulls = parts.contains { $0.validity != nil || values($0.values) == nil }
        var validity = [UInt8](repeating: 0, count: hasNulls ? places.count : 0)
        var start = 0
        var valueCount = 0
        target.withUnsafeMutableBufferPointer { target in
            validity.withUnsafeMutableBufferPointer { validity in
                for part in parts {
                    defer { start += part.count }
                    guard let own = values(part.values) else { continue }
                    places[start..<start + part.count].withUnsafeBufferPointer { places in
                        own.withUnsafeBufferPointer { own in
                            if let mask = part.validity {
                                mask.withUnsafeBufferPointer { mask in
                                    valueCount += scatter(own, mask, places, target, validity)
                                }
                            } else {
                                scatter(own, places, target, validity)
                                valueCount += own.count
                            }
                        }
                    }
                }
            }
        }
        return (target, valueCount == places.count ? nil : validity)
    }

    /// - Returns: how many rows have a value.
    private static func scatter<Element: BitwiseCopyable>(
        _ values: UnsafeBufferPointer<Element>, _ mask: UnsafeBufferPointer<UInt8>,
        _ places: UnsafeBufferPointer<UInt32>, _ target: UnsafeMutableBufferPointer<Element>,
        _ validity: UnsafeMutableBufferPointer<UInt8>
    ) -> Int {
        precondition(mask.count == values.count && places.count == values.count)
        precondition(validity.count == target.count)
        let bytes = UnsafeRawBufferPointer(mask)
        var count = 0
        var row = 0
        while row < values.count {
            // Eight rows without a value.
            if row &+ 8 <= mask.count,
                bytes.loadUnaligned(fromByteOffset: row, as: UInt64.self) == 0
            {
                row &+= 8
                continue
            }
            let end = min(row &+ 8, values.count)
            while row < end {
                if mask[row] != 0 {
                    let place = Int(places[row])
                    precondition(place < target.count)
                    target[place] = values[row]
                    validity[place] = 1
                    count &+= 1
                }
                row &+= 1
            }
        }
        return count
    }

    /// - Parameter validity: empty if no row of the whole column is null.
    private static func scatter<Element: BitwiseCopyable>(
        _ values: UnsafeBufferPointer<Element>, _ places: UnsafeBufferPointer<UInt32>,
        _ target: UnsafeMutableBufferPointer<Element>,
        _ validity: UnsafeMutableBufferPointer<UInt8>
    ) {
        precondition(places.count == values.count)
        for row in 0..<values.count {
            let place = Int(places[row])
            precondition(place < target.count)
            target[place] = values[row]
        }
        guard !validity.isEmpty else { return }
        precondition(validity.count == target.count)
        for place in places { validity[Int(place)] = 1 }
    }

    private static func arrangeStrings(
        _ parts: [Column], _ places: [UInt32], _ seed: UInt64
    ) -> Column {
        let merged = MergedDictionary(of: parts, seed: seed)
        var target = [Int32](repeating: -1, count: places.count)
        var start = 0
        target.withUnsafeMutableBufferPointer { target in
            for (part, renumbering) in zip(parts, merged.renumberings) {
                defer { start += part.count }
                guard case .string(let codes, _) = part.values else { continue }
                places[start..<start + part.count].withUnsafeBufferPointer { places in
                    codes.withUnsafeBufferPointer { codes in
                        switch renumbering {
                        case .shift(let base): scatter(codes, places, target) { $0 &+ base }
                        case .table(let table):
                            table.withUnsafeBufferPointer { table in
                                scatter(codes, places, target) { table[Int($0)] }
                            }
                        }
                    }
                }
            }
        }
        return Column(codes: target, dictionary: merged.dictionary)
    }

    @inline(__always)
    private static func scatter(
        _ codes: UnsafeBufferPointer<Int32>, _ places: UnsafeBufferPointer<UInt32>,
        _ target: UnsafeMutableBufferPointer<Int32>, _ renumber: (Int32) -> Int32
    ) {
        precondition(places.count == codes.count)
        for row in 0..<codes.count {
            let code = codes[row]
            guard code >= 0 else { continue }
            let place = Int(places[row])
            precondition(place < target.count)
            target[place] = renumber(code)
        }
    }
}
