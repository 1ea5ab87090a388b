/// Sums by days of UTC, so that a range of whole ones need not look at its quarters of an hour.
struct ViewingDays {
    /// Quarters of a day.
    static let length: Int32 = 96

    struct Day {
        let number: Int32
        /// Counts are of all events; the rest is of viewings that lie within the day.
        var totals = Totals()
        var persons = PersonList()
        /// The same totals of each content that has any; `nil`: not known, or not any more.
        var contents: [(content: Int32, totals: PackedTotals)]?
    }

    /// In the order of time.
    private(set) var days: [Day] = []
    private var lastPlace = 0
    /// Viewings that do not lie within one day; some are gone.
    private(set) var crossings: [Int32] = []

    var memorySize: Int {
        crossings.capacity * 4
            + days.reduce(0) {
                $0 + MemoryLayout<Day>.stride + $1.persons.memorySize
                    + ($1.contents?.capacity ?? 0) * 80
            }
    }

    static func day(of quarter: Int32) -> Int32 {
        quarter >= 0 ? quarter / length : ~(~quarter / length)
    }

    static func quarters(of day: Int32) -> Range<Int32> { day * length..<(day + 1) * length }

    /// The days that a range is; `nil` if it is not of whole ones.
    static func days(_ range: Range<Int32>) -> Range<Int32>? {
        guard range.lowerBound % length == 0, range.upperBound % length == 0 else { return nil }
        return range.lowerBound / length..<range.upperBound / length
    }

    private func firstPlace(from number: Int32) -> Int {
        var low = 0
        var high = days.count
        while low < high {
            let middle = (low + high) / 2
            if days[middle].number < number { low = middle + 1 } else { high = middle }
        }
        return low
    }

    func places(_ range: Range<Int32>) -> Range<Int> {
        let first = firstPlace(from: range.lowerBound)
        return first..<max(first, firstPlace(from: range.upperBound))
    }

    func known(_ number: Int32) -> Int? {
        let place = firstPlace(from: number)
        return place < days.count && days[place].number == number ? place : nil
    }

    private mutating func place(of quarter: Int32) -> Int {
        let number = Self.day(of: quarter)
        if lastPlace < days.count, days[lastPlace].number == number { return lastPlace }
        lastPlace = firstPlace(from: number)
        if lastPlace == days.count || days[lastPlace].number != number {
            days.insert(Day(number: number), at: lastPlace)
        }
        return lastPlace
    }

    mutating func count(_ counts: SmallCounts, in quarter: Int32) {
        let place = place(of: quarter)
        days[place].totals.counts.add(counts)
        if days[place].contents != nil { days[place].contents = nil }
    }

    mutating func add(_ outcome: ViewingOutcome, in quarter: Int32) {
        let place = place(of: quarter)
        days[place].totals.add(outcome)
        if days[place].contents != nil { days[place].contents = nil }
    }

    mutating func subtract(_ outcome: ViewingOutcome, in quarter: Int32) {
        let place = place(of: quarter)
        days[place].totals.subtract(outcome)
        if days[place].contents != nil { days[place].contents = nil }
    }

    mutating func addCrossing(_ viewing: Int32) { crossings.append(viewing) }

    mutating func set(persons: [Int32], at place: Int) { days[place].persons.set(persons) }

    mutating func set(contents: [(content: Int32, totals: PackedTotals)], at place: Int) {
        days[place].contents = contents
    }

    mutating func note(_ person: Int32, in quarter: Int32) {
        days[place(of: quarter)].persons.note(person)
    }

    mutating func forgetPersons(in quarter: Int32) { days[place(of: quarter)].persons.forget() }

    mutating func forgetAnswers() {
        for place in days.indices {
            days[place].persons.forget()
            days[place].contents = nil
        }
    }
}
