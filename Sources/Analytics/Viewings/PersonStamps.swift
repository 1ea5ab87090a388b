/// Counts different persons again and again without clearing anything in between.
struct PersonStamps {
    private var stamps: [UInt32] = []
    private var stamp: UInt32 = 0
    private(set) var count = 0

    var memorySize: Int { stamps.capacity * 4 }

    /// Hands it over, so that it is changed in one place.
    mutating func take() -> PersonStamps {
        defer { self = PersonStamps() }
        return self
    }

    /// Begins to count anew.
    mutating func begin(personCount: Int) {
        if stamps.count < personCount {
            stamps += Array(
                repeating: 0, count: max(personCount, stamps.count * 5 / 4) - stamps.count)
        }
        count = 0
        stamp &+= 1
        if stamp == 0 {
            for place in stamps.indices { stamps[place] = 0 }
            stamp = 1
        }
    }

    /// - Parameter person: -1 is nobody.
    /// - Returns: whether it is the first time.
    @inline(__always) @discardableResult
    mutating func insert(_ person: Int32) -> Bool {
        guard person >= 0, stamps[Int(person)] != stamp else { return false }
        stamps[Int(person)] = stamp
        count += 1
        return true
    }

    @inline(__always)
    mutating func insert(_ persons: [Int32]) {
        persons.withUnsafeBufferPointer { for person in $0 { insert(person) } }
    }
}

/// The persons of one content in a range, kept while they are asked for.
struct KnownViewers {
    /// In quarters of an hour; `nil`: all.
    let range: Range<Int32>?
    var persons: Set<Int32> = []
}
