import Columns

/// Numbers the distinct values of one column: 1, 2, … in the order in which they come, 0 for null.
///
/// Strings are hashed once per dictionary entry and not per row: each dictionary has a table from its
/// codes to the numbers, filled as codes are met. While all dictionaries are in one domain nothing is
/// hashed at all: the domain's numbers tell which strings are equal.
final class KeyIds {
    let type: ColumnType
    private var strings = StringNumbers()
    private var integers = IntegerTable()
    private struct Remap {
        let dictionary: StringDictionary
        /// By code + 1; -1 means not met yet.
        var numbers: [Int32]
        /// Numbers in the domain, by code.
        let shared: [Int32]?
    }
    private var remaps: [Remap] = []
    /// Dictionaries whose tables are kept. Blocks come row group by row group, so few are enough.
    private static let remapCountMax = 4

    init(type: ColumnType) { self.type = type }

    /// Numbers given out, the one for null included.
    var count: Int { 1 + (type == .string ? strings.count : integers.count) }

    var memorySize: Int {
        strings.memorySize + integers.memorySize
            + remaps.reduce(0) { $0 + $1.numbers.capacity * 4 }
    }

    func ids(of column: Column) -> [Int32] {
        switch column.values {
        case .allNull:
            return [Int32](repeating: 0, count: column.count)
        case .string(let codes, let dictionary):
            return ids(of: codes, dictionary)
        case .int64(let values):
            return ids(of: values, column.validity) { UInt64(bitPattern: $0) }
        case .double(let values):
            return ids(of: values, column.validity) { ValueOrder.key($0) }
        case .bool(let values):
            return ids(of: values, column.validity) { UInt64($0) }
        }
    }

    @inline(__always)
    private func ids<Element>(
        of values: [Element], _ validity: [UInt8]?, _ key: (Element) -> UInt64
    ) -> [Int32] {
        var table = IntegerTable()
        swap(&table, &integers)
        defer { swap(&table, &integers) }
        var last: UInt64 = 0
        var lastNumber: Int32 = -1
        return [Int32](unsafeUninitializedCapacity: values.count) { target, count in
            for row in 0..<values.count {
                var number: Int32 = 0
                if validity == nil || validity?[row] == 1 {
                    let key = key(values[row])
                    if key != last || lastNumber < 0 {
                        lastNumber = table.number(of: key) &+ 1
                        last = key
                    }
                    number = lastNumber
                }
                (target.baseAddress! + row).initialize(to: number)
            }
            count = values.count
        }
    }

    private func ids(of codes: [Int32], _ dictionary: StringDictionary) -> [Int32] {
        // Out of the object, so that the loops need no check of exclusive access for each string.
        var strings = StringNumbers()
        swap(&strings, &self.strings)
        defer { swap(&strings, &self.strings) }
        let known = remaps.firstIndex { $0.dictionary === dictionary }
        // A table for the whole dictionary costs more than these few rows.
        if known == nil, codes.count < dictionary.count,
            let shared = strings.shared(dictionary),
            let numbers = strings.numbers(of: codes, dictionary, shared)
        {
            return numbers
        }
        var remap = known.map { remaps.remove(at: $0) } ?? newRemap(dictionary, &strings)
        let shared = remap.shared
        let result = [Int32](unsafeUninitializedCapacity: codes.count) { target, count in
            remap.numbers.withUnsafeMutableBufferPointer { numbers in
                codes.withUnsafeBufferPointer { codes in
                    for row in 0..<codes.count {
                        // Slot 0 is null's; -1 in a slot means not met yet.
                        let slot = Int(codes[row]) &+ 1
                        var number = numbers[slot]
                        if number < 0 {
                            number = strings.number(of: slot &- 1, dictionary, shared)
                            numbers[slot] = number
                        }
                        (target.baseAddress! + row).initialize(to: number)
                    }
                }
            }
            count = codes.count
        }
        remaps.append(remap)
        return result
    }

    private func newRemap(
        _ dictionary: StringDictionary, _ strings: inout StringNumbers
    ) -> Remap {
        if remaps.count >= Self.remapCountMax { remaps.removeFirst() }
        var numbers = [Int32](repeating: -1, count: dictionary.count + 1)
        numbers[0] = 0
        return Remap(
            dictionary: dictionary, numbers: numbers, shared: strings.shared(dictionary))
    }

    /// Takes in the values of `other`: its number i is `result[i]` here.
    func merge(_ other: KeyIds) -> [Int32] {
        if type == .string, let numbers = strings.merge(other.strings) { return numbers }
        let numbers = (0..<Int32(other.count)).map { $0 }
        return ids(of: other.column(numbers))
    }

    /// The values behind `numbers`.
    func column(_ numbers: [Int32]) -> Column {
        if type == .string {
            return Column(codes: numbers.map { $0 &- 1 }, dictionary: strings.dictionary())
        }
        let mask = numbers.map { UInt8($0 > 0) }
        let validity = mask.contains(0) ? mask : nil
        let keys = integers.keys
        func value<Element>(_ number: Int32, _ none: Element, _ make: (UInt64) -> Element)
            -> Element
        {
            number > 0 ? make(keys[Int(number) - 1]) : none
        }
        switch type {
        case .bool:
            return Column(
                bools: numbers.map { value($0, 0) { UInt8($0 & 1) } }, validity: validity)
        case .double:
            return Column(
                doubles: numbers.map { value($0, 0) { ValueOrder.double(ofKey: $0) } },
                validity: validity)
        case .timestamp:
            return Column(
                timestamps: numbers.map { value($0, 0) { Int64(bitPattern: $0) } },
                validity: validity)
        case .int64, .string:
            return Column(
                integers: numbers.map { value($0, 0) { Int64(bitPattern: $0) } },
                validity: validity)
        }
    }

    /// The order of the values behind two numbers, neither of them 0.
    func compare(_ a: Int32, _ b: Int32) -> Int {
        if type == .string { return strings.compare(Int(a) - 1, Int(b) - 1) }
        let (a, b) = (integers.keys[Int(a) - 1], integers.keys[Int(b) - 1])
        // Doubles and booleans are kept as keys that already sort as unsigned numbers.
        if type == .double || type == .bool { return a < b ? -1 : a > b ? 1 : 0 }
        let (x, y) = (Int64(bitPattern: a), Int64(bitPattern: b))
        return x < y ? -1 : x > y ? 1 : 0
    }
}
