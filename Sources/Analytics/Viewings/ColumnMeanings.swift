import Columns

/// What each text of a column means to us.
struct Meanings<Meaning> {
    let codes: [Int32]
    let byCode: [Meaning]
    let none: Meaning

    init(_ column: Column, none: Meaning, _ meaning: (String) -> Meaning) {
        self.none = none
        guard case .string(let codes, let dictionary) = column.values else {
            (self.codes, byCode) = ([], [])
            return
        }
        self.codes = codes
        byCode = (0..<dictionary.count).map { meaning(dictionary[$0]) }
    }

    subscript(row: Int) -> Meaning {
        guard row < codes.count, codes[row] >= 0 else { return none }
        return byCode[Int(codes[row])]
    }
}

/// The numbers of names, looked for when they first occur.
struct Numbers {
    private let codes: [Int32]
    private let dictionary: StringDictionary
    private var byCode: [Int32]
    private static let unknown: Int32 = -2

    init(_ column: Column, after earlier: Numbers?) {
        guard case .string(let codes, let dictionary) = column.values else {
            (codes, dictionary, byCode) = ([], .empty, [])
            return
        }
        self.codes = codes
        self.dictionary = dictionary
        if let earlier, earlier.dictionary === dictionary {
            byCode = earlier.byCode
            return
        }
        byCode = Array(repeating: Self.unknown, count: dictionary.count)
    }

    mutating func number(_ row: Int, _ find: (UnsafeRawBufferPointer) -> Int32) -> Int32 {
        guard row < codes.count else { return -1 }
        let code = Int(codes[row])
        guard code >= 0 else { return -1 }
        if byCode[code] == Self.unknown { byCode[code] = dictionary.withBytes(at: code, find) }
        return byCode[code]
    }
}

/// Hashes that stand for texts; 0 is none.
struct Hashes {
    private let codes: [Int32]
    private let dictionary: StringDictionary
    private var byCode: [UInt64]
    private let key: UInt64

    init(_ column: Column, key: UInt64, after earlier: Hashes?) {
        self.key = key
        guard case .string(let codes, let dictionary) = column.values else {
            (codes, dictionary, byCode) = ([], .empty, [])
            return
        }
        self.codes = codes
        self.dictionary = dictionary
        if let earlier, earlier.dictionary === dictionary {
            byCode = earlier.byCode
            return
        }
        byCode = Array(repeating: 0, count: dictionary.count)
    }

    mutating func hash(_ row: Int) -> UInt64 {
        guard row < codes.count else { return 0 }
        let code = Int(codes[row])
        guard code >= 0 else { return 0 }
        if byCode[code] == 0 {
            byCode[code] = max(
                1, dictionary.withBytes(at: code) { ByteHash.hash64($0, seed: key) })
        }
        return byCode[code]
    }
}

/// Numbers with a fraction, of which any may be missing.
struct Lengths {
    private let values: [Double]
    private let validity: [UInt8]?

    init(_ column: Column) {
        if case .double(let values) = column.values {
            self.values = values
        } else {
            values = []
        }
        validity = column.validity
    }

    /// Not a number where there is none.
    func value(_ row: Int) -> Double {
        guard row < values.count, validity.map({ $0[row] != 0 }) ?? true else { return .nan }
        return values[row]
    }

    func microseconds(_ row: Int) -> Int64 { EventSample.microseconds(value(row)) }
}

extension StringDictionary {
    fileprivate func withBytes<Result>(
        at code: Int, _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result {
        bytes.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[range(at: code)])) }
    }
}
