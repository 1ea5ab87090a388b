/// Counts different persons again and again without clearing anything in between.
struct PersonStamps {
    private var stamps: [UInt32] = []
    private var stamp: UInt32 = 0
    private(set) var count = 0

    /// Hands it over, so that it is changed in one place.
    mutating func take() -> PersonStamps {
        defer { self = PersonStamps() }
        return self
    }

    /// Begins to count anew.
    mutating func begin(personCount: Int) {
        if stamps.count < personCount {
            stamps += Array(repeating: 0, count: max(personCount, stamps.count * 2) - stamps.count)
        }
        count = 0
        stamp &+= 1
        if stamp == 0 {
            for place in stamps.indices { stamps[place] = 0 }
            stamp = 1
        }
    }

    /// - Parameter person: -1 is nobody.
    @inline(__always)
    mutating func insert(_ person: Int32) {
        guard person >= 0, stamps[Int(person)] != stamp else { return }
        stamps[Int(person)] = stamp
        count += 1
    }
}

/// The persons of one content, kept while they are asked for.
struct KnownViewers {
    var persons: Set<Int32> = []
    /// Of the content's viewings, how many are in it.
    var viewingCount = 0
}
