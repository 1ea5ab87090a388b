import Columns

/// What the index adds up. Ranges are of quarters of an hour; `nil` is all time.
extension ViewingIndex {
    typealias Quarters = Range<Int32>

    /// Of everything.
    func totals(in range: Quarters?) -> Totals {
        guard let range else { return whole }
        var totals = Totals()
        let split: [Int32]
        if let whole = ViewingDays.days(range) {
            for place in days.places(whole) { totals.add(days.days[place].totals) }
            split = days.crossings
        } else {
            for place in quarters.places(range) { totals.add(quarters[place].totals) }
            split = splits
        }
        for number in split where isIn(number, range) {
            let outcomes = outcomesOfSplit(number, in: range)
            totals.add(outcomes.own)
            if let other = outcomes.other { totals.subtract(other.outcome) }
        }
        return totals
    }

    /// Of one content.
    func totals(ofContent content: Int32, in range: Quarters?) -> Totals {
        guard let range else { return Totals(contents[Int(content)].totals) }
        var totals = PackedTotals()
        order.forEach(of: content) { number in
            guard isLive(number) else { return }
            add(number, in: range, to: &totals)
        }
        return Totals(totals)
    }

    /// Counts and outcome of one viewing in a range.
    @inline(__always)
    private func add(_ number: Int32, in range: Quarters, to totals: inout PackedTotals) {
        let part = viewings[Int(number)].part
        var isIn = range.contains(part.quarter)
        if isIn { totals.add(part.counts) }
        guard part.flags.contains(.hasOtherParts) else {
            if isIn { totals.add(outcome(of: number)) }
            return
        }
        forEachOtherPart(of: number) { other in
            guard range.contains(other.quarter) else { return }
            isIn = true
            totals.add(other.counts)
        }
        guard isIn else { return }
        let outcomes = outcomesOfSplit(number, in: range)
        totals.add(outcomes.own)
        if let other = outcomes.other { totals.subtract(other.outcome) }
    }

    /// What a viewing of several parts comes to in a range. If its impression is before the range, what the
    /// range has of it belongs to the next impression there, if there is one: then `own` is both together,
    /// and `other` what that one came to alone.
    struct SplitOutcomes {
        var own: ViewingOutcome
        var other: (number: Int32, outcome: ViewingOutcome)?
    }

    func outcomesOfSplit(_ number: Int32, in range: Quarters) -> SplitOutcomes {
        let viewing = viewings[Int(number)]
        let alone = SplitOutcomes(own: outcome(of: number, in: range))
        guard !viewing.flags.contains(.hasViewSession), viewing.flags.contains(.isStarted),
            !range.contains(ViewingPart.quarter(of: start(of: number))), isIn(number, range),
            let next = nextLook(after: number, in: range)
        else { return alone }
        return SplitOutcomes(
            own: outcome(of: [number, next], in: range),
            other: (next, outcome(of: next, in: range)))
    }

    func isIn(_ number: Int32, _ range: Quarters) -> Bool {
        let part = viewings[Int(number)].part
        guard !part.flags.contains(.isGone) else { return false }
        if range.contains(part.quarter) { return true }
        var isIn = false
        forEachOtherPart(of: number) { if range.contains($0.quarter) { isIn = true } }
        return isIn
    }

    /// Startup times of a range, ascending, each with how often it came.
    func startupTimes(in range: Quarters?) -> [(time: Double, count: Int)] {
        var counts = StartupCounts()
        for place in quarters.places(range) { quarters[place].startups.count(into: &counts) }
        return counts.times
    }

    /// How often each action was taken in a range.
    func actions(in range: Quarters?) -> [(name: String, count: Int)] {
        var counts: [Int32: Int] = [:]
        for place in quarters.places(range) {
            for action in quarters[place].actions {
                counts[action.label, default: 0] += action.count
            }
        }
        return counts.map { (names.labels[Int($0.key)], $0.value) }
    }

    /// The mean length of stalls, in ms.
    func averageStall(in range: Quarters?) -> Double? {
        var (sum, count) = (0.0, 0)
        for place in quarters.places(range) {
            sum += quarters[place].stalls.sum
            count += quarters[place].stalls.count
        }
        return count > 0 ? sum / Double(count) : nil
    }

    /// The quarters that have anything.
    var span: Quarters? {
        guard let first = quarters.first?.number, let last = quarters.last?.number else {
            return nil
        }
        return first..<last + 1
    }

    func span(ofContent content: Int32) -> Quarters? {
        var (first, last) = (Int32.max, Int32.min)
        order.forEach(of: content) { number in
            guard isLive(number) else { return }
            let quarter = viewings[Int(number)].part.quarter
            (first, last) = (min(first, quarter), max(last, quarter))
            forEachOtherPart(of: number) {
                (first, last) = (min(first, $0.quarter), max(last, $0.quarter))
            }
        }
        return first <= last ? first..<last + 1 : nil
    }
}

/// Figures of all contents at once.
extension ViewingIndex {
    /// Of each content that has anything in a range.
    func totalsByContent(in range: Quarters?) -> [(content: Int32, totals: PackedTotals)] {
        guard let range else {
            return contents.indices.map { (Int32($0), contents[$0].totals) }
        }
        var sums = ContentSums(contentCount: contents.count)
        if let whole = ViewingDays.days(range) {
            for place in days.places(whole) {
                let known = days.days[place].contents ?? contentTotals(ofDayAt: place)
                for own in known { sums.add(own.totals, to: own.content) }
            }
            for number in days.crossings where isIn(number, range) {
                let outcomes = outcomesOfSplit(number, in: range)
                let place = sums.place(of: viewings[Int(number)].content)
                sums.found[place].totals.add(outcomes.own)
                if let other = outcomes.other { sums.found[place].totals.subtract(other.outcome) }
            }
            return sums.found
        }
        for place in quarters.places(range) {
            let quarter = quarters[place].number
            for number in quarters[place].viewings where isLive(number) {
                let viewing = viewings[Int(number)]
                if viewing.isSplit, firstQuarter(of: number, in: range) != quarter { continue }
                let place = sums.place(of: viewing.content)
                add(number, in: range, to: &sums.found[place].totals)
            }
        }
        return sums.found
    }

    /// One of several parts is met in several quarters; it counts in the first.
    private func firstQuarter(of number: Int32, in range: Quarters) -> Int32 {
        let quarter = viewings[Int(number)].part.quarter
        var first = range.contains(quarter) ? quarter : Int32.max
        forEachOtherPart(of: number) {
            if range.contains($0.quarter) { first = min(first, $0.quarter) }
        }
        return first
    }

    /// Found out once: the totals of viewings that lie within the day, and what others have of it in counts.
    private func contentTotals(
        ofDayAt place: Int
    ) -> [(content: Int32, totals: PackedTotals)] {
        let day = ViewingDays.quarters(of: days.days[place].number)
        var sums = ContentSums(contentCount: contents.count)
        for quarterPlace in quarters.places(day) {
            let quarter = quarters[quarterPlace].number
            for number in quarters[quarterPlace].viewings where isLive(number) {
                let viewing = viewings[Int(number)]
                if viewing.isSplit, firstQuarter(of: number, in: day) != quarter { continue }
                let place = sums.place(of: viewing.content)
                if viewing.part.quarter >= day.lowerBound, viewing.part.quarter < day.upperBound {
                    sums.found[place].totals.add(viewing.part.counts)
                }
                forEachOtherPart(of: number) {
                    if day.contains($0.quarter) { sums.found[place].totals.add($0.counts) }
                }
                if !viewing.flags.contains(.crossesDays) {
                    sums.found[place].totals.add(outcome(of: number))
                }
            }
        }
        days.set(contents: sums.found, at: place)
        return sums.found
    }
}

/// Sums by content.
private struct ContentSums {
    private var places: [Int32]
    var found: [(content: Int32, totals: PackedTotals)] = []

    init(contentCount: Int) { places = Array(repeating: -1, count: contentCount) }

    @inline(__always)
    mutating func place(of content: Int32) -> Int {
        if places[Int(content)] >= 0 { return Int(places[Int(content)]) }
        places[Int(content)] = Int32(found.count)
        found.append((content, PackedTotals()))
        return found.count - 1
    }

    @inline(__always)
    mutating func add(_ totals: PackedTotals, to content: Int32) {
        let place = place(of: content)
        found[place].totals.add(totals)
    }
}
