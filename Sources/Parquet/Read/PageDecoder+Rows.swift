import Columns

/// Values of some rows of a page: what the page has before them is passed over, and not made.
extension PageDecoder {
    /// - Parameter picks: at least one.
    func pick(
        _ input: UnsafeRawBufferPointer, _ encoding: Encoding, _ picks: Picks,
        _ strings: inout StringList
    ) throws(ParquetError) -> Values {
        let (count, places) = (picks.storedCount, picks.places)
        let last = places.last ?? 0
        switch (encoding, leaf.type) {
        case (.rleDictionary, _), (.plainDictionary, _):
            guard let dictionary else { throw ParquetError("dictionary is missing or damaged") }
            guard let width = input.first else { throw ParquetError("bit width is missing") }
            let indices = try RunLengthBitPacked.pick(
                UnsafeRawBufferPointer(rebasing: input[1...]), width: Int(width), count: count,
                at: places)
            return .indices(try within(dictionary, indices))
        case (.plain, .int64), (.plain, .timestamp), (.plain, .double):
            let width = stored.physicalType.size
            guard input.count / width > last else { throw ParquetError("values run past the end") }
            var picked: [UInt8] = []
            picked.reserveCapacity(places.count * width)
            for place in places { picked += input[place * width..<(place + 1) * width] }
            return try whole(picked, .plain, places.count, &strings)
        case (.deltaBinaryPacked, .int64), (.deltaBinaryPacked, .timestamp):
            let values = try Self.filled(Int64(0), last + 1) { (buffer) throws(ParquetError) in
                try DeltaBinaryPacked.decode(input, of: count, into: buffer)
            }
            var picked = places.map { values[$0] }
            try NumberDecoder.finish(&picked, stored)
            return .integers(picked)
        case (.deltaLengthByteArray, .string):
            try DeltaLengthByteArray.pick(input, count: count, at: places, into: &strings)
            return .strings
        case (.deltaByteArray, .string):
            try DeltaByteArray.pick(input, count: count, at: places, into: &strings)
            return .strings
        default:
            return try pick(fromWhole: input, encoding, picks, &strings)
        }
    }

    /// Of encodings that hardly gain.
    private func pick(
        fromWhole input: UnsafeRawBufferPointer, _ encoding: Encoding, _ picks: Picks,
        _ strings: inout StringList
    ) throws(ParquetError) -> Values {
        var all = StringList()
        let page = try decode(
            input, encoding, Page(values: .none, valueCount: picks.storedCount), &all)
        switch page.values {
        case .none: return .none
        case .bools(let values): return .bools(picks.places.map { values[$0] })
        case .integers(let values): return .integers(picks.places.map { values[$0] })
        case .doubles(let values): return .doubles(picks.places.map { values[$0] })
        case .indices(let values): return .indices(picks.places.map { values[$0] })
        case .strings:
            for place in picks.places { try strings.append(all, at: place) }
            return .strings
        }
    }

    private func whole(
        _ bytes: [UInt8], _ encoding: Encoding, _ count: Int, _ strings: inout StringList
    ) throws(ParquetError) -> Values {
        try bytes.withUnsafeBytes { bytes in
            Result { () throws(ParquetError) in
                try decode(bytes, encoding, Page(values: .none, valueCount: count), &strings)
            }
        }.get().values
    }
}

extension PageDecoder.Page {
    /// Values of the page, wanted or not.
    var storedCount: Int { picks?.storedCount ?? valueCount }

    /// A page in which every row has a value.
    init(rowCount: Int, _ rows: [Int]?) {
        self.init(
            values: .none, valueCount: rows?.count ?? rowCount,
            picks: rows.map { PageDecoder.Picks(storedCount: rowCount, places: $0) })
    }

    init(_ validity: [UInt8]) {
        var count = 0
        for value in validity { count &+= Int(value) }
        self.init(
            values: .none, validity: count == validity.count ? nil : validity, valueCount: count)
    }

    /// - Parameter validity: of all rows of the page.
    init(_ validity: [UInt8], rows: [Int]) {
        var ranks: [Int] = []
        var (row, rank) = (0, 0)
        for wanted in rows {
            while row < wanted {
                rank &+= Int(validity[row])
                row &+= 1
            }
            ranks.append(rank)
        }
        self.init(
            rows.map { validity[$0] }, ranks: ranks,
            storedCount: validity.reduce(0) { $0 &+ Int($1) })
    }

    /// - Parameters:
    ///   - validity: of the rows that are wanted.
    ///   - ranks: how many values of the page stand before theirs.
    init(_ validity: [UInt8], ranks: [Int], storedCount: Int) {
        let places = ranks.indices.filter { validity[$0] != 0 }.map { ranks[$0] }
        self.init(
            values: .none, validity: places.count == validity.count ? nil : validity,
            valueCount: places.count,
            picks: PageDecoder.Picks(storedCount: storedCount, places: places))
    }
}
