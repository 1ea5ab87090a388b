import Columns

/// Numbers distinct strings 1, 2, … in the order in which they come, whatever dictionaries they are in.
///
/// While all dictionaries are in one domain nothing is hashed and no string is touched: the domain's
/// numbers tell which strings are equal, and it has the strings when somebody wants to see them.
struct StringNumbers {
    /// Those that were asked for, as long as all are of the domain; after that all of them.
    private var strings = StringDictionaryBuilder(seed: Self.seed)
    /// The domain of the first dictionary that was in one, and the number here of each string of it; 0
    /// means not met yet.
    private var domain: StringDomain?
    private var numberOfShared: [Int32] = []
    /// The number in the domain of each string here, in order, as long as all of them have one.
    private var sharedOfNumber: [Int32] = []
    private var areAllShared = true

    private static let seed: UInt64 = 0x4B45_5949_4453

    var count: Int { areAllShared ? sharedOfNumber.count : strings.count }

    var memorySize: Int {
        strings.memorySize + (numberOfShared.capacity + sharedOfNumber.capacity) * 4
    }

    /// The numbers of the dictionary's entries in the domain that the others are in.
    mutating func shared(_ dictionary: StringDictionary) -> [Int32]? {
        guard let own = dictionary.domainNumbers else { return nil }
        if domain == nil { domain = own.domain }
        return own.domain === domain ? own.numbers : nil
    }

    /// Called for each string once and kept out of the loops over rows, which it would slow down.
    /// - Parameter shared: the dictionary's numbers in the domain.
    @inline(never)
    mutating func number(
        of code: Int, _ dictionary: StringDictionary, _ shared: [Int32]?
    ) -> Int32 {
        guard let shared else {
            hashAll()
            return intern(code, dictionary)
        }
        let place = Int(shared[code])
        if place < numberOfShared.count, numberOfShared[place] > 0 { return numberOfShared[place] }
        if areAllShared { return append(place) }
        let number = intern(code, dictionary)
        note(number, place)
        return number
    }

    /// The numbers of some rows; 0 for null. `nil` if strings have come that are not in the domain.
    mutating func numbers(
        of codes: [Int32], _ dictionary: StringDictionary, _ shared: [Int32]
    ) -> [Int32]? {
        guard areAllShared else { return nil }
        return [Int32](unsafeUninitializedCapacity: codes.count) { target, count in
            shared.withUnsafeBufferPointer { shared in
                codes.withUnsafeBufferPointer { codes in
                    for row in 0..<codes.count {
                        var number: Int32 = 0
                        if codes[row] >= 0 {
                            let place = Int(shared[Int(codes[row])])
                            number = place < numberOfShared.count ? numberOfShared[place] : 0
                            if number == 0 { number = append(place) }
                        }
                        (target.baseAddress! + row).initialize(to: number)
                    }
                }
            }
            count = codes.count
        }
    }

    /// Takes in the strings of `other`: its number i is `result[i]` here. `nil` if that takes more than
    /// the domain's numbers.
    mutating func merge(_ other: StringNumbers) -> [Int32]? {
        guard areAllShared, other.areAllShared, other.domain === domain else { return nil }
        var result: [Int32] = [0]
        result.reserveCapacity(other.sharedOfNumber.count + 1)
        for place in other.sharedOfNumber {
            let place = Int(place)
            let known = place < numberOfShared.count ? numberOfShared[place] : 0
            result.append(known > 0 ? known : append(place))
        }
        return result
    }

    /// All strings; number i is entry i - 1.
    mutating func dictionary() -> StringDictionary {
        fill()
        let dictionary = strings.build()
        if areAllShared, let domain {
            dictionary.join(.init(domain: domain, numbers: sharedOfNumber))
        }
        return dictionary
    }

    /// The order of the strings behind two numbers, counted from 0.
    mutating func compare(_ a: Int, _ b: Int) -> Int {
        fill()
        return ValueOrder.compare(.string(strings[a]), .string(strings[b]))
    }

    /// Fetches the strings that nobody has asked for so far.
    private mutating func fill() {
        guard areAllShared, let domain, strings.count < sharedOfNumber.count else { return }
        strings.append(contentsOf: domain.dictionary(of: sharedOfNumber[strings.count...]))
    }

    /// From now on strings come that only their bytes can tell apart.
    private mutating func hashAll() {
        guard areAllShared else { return }
        fill()
        areAllShared = false
        sharedOfNumber = []
        guard strings.count > 0 else { return }
        let known = strings.build()
        strings = StringDictionaryBuilder(seed: Self.seed)
        for code in 0..<known.count { _ = intern(code, known) }
    }

    /// Numbers a string of the domain that is new.
    @inline(never)
    private mutating func append(_ place: Int) -> Int32 {
        sharedOfNumber.append(Int32(truncatingIfNeeded: place))
        let number = Int32(truncatingIfNeeded: sharedOfNumber.count)
        note(number, place)
        return number
    }

    private mutating func note(_ number: Int32, _ place: Int) {
        if place >= numberOfShared.count {
            numberOfShared.grow(to: Swift.max(place + 1, numberOfShared.count * 2), with: 0)
        }
        numberOfShared[place] = number
    }

    @inline(never)
    private mutating func intern(_ code: Int, _ dictionary: StringDictionary) -> Int32 {
        dictionary.bytes.withUnsafeBytes { bytes in
            let entry = UnsafeRawBufferPointer(rebasing: bytes[dictionary.range(at: code)])
            return Int32(truncatingIfNeeded: strings.intern(entry)) &+ 1
        }
    }
}
