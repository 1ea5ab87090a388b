/// What happened in each quarter of an hour, in the order of time.
struct QuarterTable: RandomAccessCollection {
    struct Quarter {
        let number: Int32
        /// Counts are of all events; the rest is of viewings with no part elsewhere.
        var totals = Totals()
        /// Viewings with a part in it.
        var viewings: [Int32] = []
        var startups = StartupLog()
        /// How often each action was taken, by `ViewingNames.labels`.
        var actions: [(label: Int32, count: Int)] = []
        /// Lengths of `rebuffer` events that have one, in ms.
        var stalls = (sum: 0.0, count: 0)
        var persons = PersonList()

        mutating func count(action label: Int32) {
            if let place = actions.firstIndex(where: { $0.label == label }) {
                actions[place].count += 1
            } else {
                actions.append((label, 1))
            }
        }

        var memorySize: Int {
            MemoryLayout<Quarter>.stride + viewings.capacity * 4 + startups.memorySize
                + actions.capacity * 16 + persons.memorySize
        }
    }

    private var quarters: [Quarter] = []
    private var lastPlace = 0

    var startIndex: Int { 0 }
    var endIndex: Int { quarters.count }

    subscript(place: Int) -> Quarter {
        _read { yield quarters[place] }
        _modify { yield &quarters[place] }
    }

    var memorySize: Int { quarters.reduce(0) { $0 + $1.memorySize } }

    /// Of the first quarter that is not before this one.
    private func firstPlace(from number: Int32) -> Int {
        var low = 0
        var high = quarters.count
        while low < high {
            let middle = (low + high) / 2
            if quarters[middle].number < number { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Places of the quarters in a range; `nil`: all.
    func places(_ range: Range<Int32>?) -> Range<Int> {
        guard let range else { return quarters.indices }
        let first = firstPlace(from: range.lowerBound)
        return first..<Swift.max(first, firstPlace(from: range.upperBound))
    }

    /// Where a quarter is, which is there from then on.
    @inline(__always)
    mutating func place(of number: Int32) -> Int {
        if lastPlace < quarters.count, quarters[lastPlace].number == number { return lastPlace }
        return search(number)
    }

    private mutating func search(_ number: Int32) -> Int {
        lastPlace = firstPlace(from: number)
        if lastPlace == quarters.count || quarters[lastPlace].number != number {
            quarters.insert(Quarter(number: number), at: lastPlace)
        }
        return lastPlace
    }

    /// Where a quarter is, if it is there.
    func known(_ number: Int32) -> Int? {
        let place = firstPlace(from: number)
        return place < quarters.count && quarters[place].number == number ? place : nil
    }

    mutating func forgetPersons() {
        for place in quarters.indices { quarters[place].persons.forget() }
    }
}

/// Startup times as they came: whole ms, as nearly all are, in two bytes.
struct StartupLog {
    private var whole: [UInt16] = []
    private var others: [Double] = []

    var memorySize: Int { whole.capacity * 2 + others.capacity * 8 }

    /// - Parameter time: ms; not a number is none.
    mutating func append(_ time: Double) {
        guard time == time else { return }
        if time >= 0, time < 65_536, time == time.rounded() {
            whole.appendSlowly(UInt16(time))
        } else {
            others.append(time)
        }
    }

    /// Counts them in with others.
    func count(into counts: inout StartupCounts) {
        for time in whole { counts.add(time) }
        for time in others { counts.add(time) }
    }
}

/// How often each startup time came.
struct StartupCounts {
    private var whole: [Int] = Array(repeating: 0, count: 1 << 12)
    private var others: [Double: Int] = [:]

    mutating func add(_ time: UInt16) {
        if Int(time) >= whole.count {
            whole += Array(repeating: 0, count: 1 << 16 - whole.count)
        }
        whole[Int(time)] += 1
    }

    mutating func add(_ time: Double) { others[time, default: 0] += 1 }

    /// Ascending.
    var times: [(time: Double, count: Int)] {
        var times: [(time: Double, count: Int)] = []
        for (time, count) in whole.enumerated() where count > 0 {
            times.append((Double(time), count))
        }
        guard !others.isEmpty else { return times }
        return (times + others.map { (time: $0.key, count: $0.value) }).sorted { $0.time < $1.time }
    }
}

/// Persons with an event in some time, found out when they are asked for, some of them more than once.
struct PersonList {
    private(set) var persons: [Int32]?
    private var foundCount = 0

    var memorySize: Int { (persons?.capacity ?? 0) * 4 }

    mutating func set(_ found: [Int32]) {
        persons = found
        foundCount = found.count
    }

    mutating func forget() { persons = nil }

    /// Somebody has an event here, perhaps not the first one.
    mutating func note(_ person: Int32) {
        guard let last = persons?.last, last != person else {
            if persons?.isEmpty == true { persons = [person] }
            return
        }
        // Too many that are there twice: better found out anew.
        if (persons?.count ?? 0) > foundCount * 2 + 1024 { return forget() }
        persons?.append(person)
    }
}
