import Columns

/// What the index answers. Ranges are of quarters of an hour; `nil` is all time.
extension ViewingIndex {
    typealias Quarters = Range<Int32>

    /// Places of the quarters in a range.
    private func places(_ range: Quarters?) -> [Int] {
        quarters.indices.filter { range?.contains(quarters[$0].number) ?? true }
    }

    /// Of everything.
    func totals(in range: Quarters?) -> Totals {
        guard let range else { return whole }
        var totals = Totals()
        if let whole = ViewingDays.days(range) {
            for day in days.days where whole.contains(day.key) { totals.add(day.value.totals) }
            for number in days.crossings where isLive(number) {
                add(outcomesOfSplit(number, in: range), to: &totals)
            }
            return totals
        }
        for place in places(range) { totals.add(quarters[place].totals) }
        for number in splits where isLive(number) {
            add(outcomesOfSplit(number, in: range), to: &totals)
        }
        return totals
    }

    /// Of one content.
    func totals(ofContent content: Int32, in range: Quarters?) -> Totals {
        let own = contents[Int(content)]
        guard let range else { return own.totals }
        var totals = Totals()
        for number in own.viewings where isLive(number) {
            add(number, in: range, to: &totals)
        }
        return totals
    }

    /// Counts and outcome of one viewing in a range.
    private func add(_ number: Int32, in range: Quarters, to totals: inout Totals) {
        let part = viewings[Int(number)].part
        var isIn = range.contains(part.quarter)
        if isIn { totals.counts.add(part.counts) }
        if part.next >= 0 {
            forEachOtherPart(of: number) { other in
                guard range.contains(other.quarter) else { return }
                isIn = true
                totals.counts.add(other.counts)
            }
        }
        guard isIn else { return }
        if part.next >= 0 {
            add(outcomesOfSplit(number, in: range), to: &totals)
        } else {
            totals.add(outcome(of: number, in: range))
        }
    }

    private func add(_ outcomes: SplitOutcomes, to totals: inout Totals) {
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
        guard !viewing.flags.contains(.hasViewSession), isIn(number, range),
            viewing.start != .max,
            !range.contains(ViewingPart.quarter(of: viewing.start)),
            let next = nextLook(after: number, in: range)
        else { return alone }
        return SplitOutcomes(
            own: outcome(of: [number, next], in: range),
            other: (next, outcome(of: next, in: range)))
    }

    /// Of each content that has anything in a range, by content.
    func totalsByContent(in range: Quarters?) -> [(content: Int32, totals: Totals)] {
        guard let range else {
            return contents.indices.map { (Int32($0), contents[$0].totals) }
        }
        var places: [Int32: Int] = [:]
        var found: [(content: Int32, totals: Totals)] = []
        var seen: Set<Int32> = []
        for place in self.places(range) {
            for number in quarters[place].viewings where isLive(number) {
                let viewing = viewings[Int(number)]
                // One of several parts may be met several times.
                if viewing.isSplit, !seen.insert(number).inserted { continue }
                let content = viewing.content
                let own = places[content] ?? found.count
                if own == found.count {
                    places[content] = own
                    found.append((content, Totals()))
                }
                add(number, in: range, to: &found[own].totals)
            }
        }
        return found
    }

    /// Different persons with an event of any content.
    func viewerCount(in range: Quarters?) -> Int {
        let wanted = range.map(ViewingDays.days)
        if wanted == .some(nil) { return viewerCount(byQuarters: range) }
        return counting { stamps in
            for day in days.days.keys where wanted.flatMap({ $0 })?.contains(day) ?? true {
                persons(on: day).withUnsafeBufferPointer { persons in
                    for person in persons { stamps.insert(person) }
                }
            }
        }
    }

    /// Different persons with an event on a day, found out once.
    private func persons(on day: Int32) -> [Int32] {
        if let known = days.days[day]?.persons { return known }
        var found: Set<Int32> = []
        forEachPerson(in: ViewingDays.quarters(of: day)) { if $0 >= 0 { found.insert($0) } }
        let persons = found.sorted()
        days.setPersons(persons, in: day)
        return persons
    }

    private func viewerCount(byQuarters range: Quarters?) -> Int {
        counting { stamps in
            forEachPerson(in: range) { stamps.insert($0) }
        }
    }

    /// Persons with an event in a range, many of them more than once; -1 is nobody.
    private func forEachPerson(in range: Quarters?, _ body: (Int32) -> Void) {
        viewings.withUnsafeBufferPointer { viewings in
            for place in places(range) {
                let quarter = quarters[place].number
                quarters[place].viewings.withUnsafeBufferPointer { numbers in
                    for number in numbers {
                        let viewing = viewings[Int(number)]
                        if viewing.isPlain {
                            body(viewing.part.person)
                        } else if !viewing.flags.contains(.isGone) {
                            forEachPerson(of: number, in: quarter..<quarter + 1, body)
                        }
                    }
                }
            }
        }
    }

    /// Different persons with an event of a content.
    func viewerCount(ofContent content: Int32, in range: Quarters?) -> Int {
        let own = contents[Int(content)].viewings
        if let range {
            return counting { stamps in
                for number in own where isLive(number) {
                    forEachPerson(of: number, in: range) { stamps.insert($0) }
                }
            }
        }
        var known = viewers.removeValue(forKey: content) ?? KnownViewers()
        for number in own[known.viewingCount...] where isLive(number) {
            forEachPerson(of: number, in: nil) { if $0 >= 0 { known.persons.insert($0) } }
        }
        known.viewingCount = own.count
        if viewers.count >= AnalyticsLimits.knownViewersCountMax { viewers = [:] }
        let count = known.persons.count
        viewers[content] = known
        return count
    }

    private func counting(_ body: (inout PersonStamps) -> Void) -> Int {
        var stamps = self.stamps.take()
        stamps.begin(personCount: names.persons.count)
        body(&stamps)
        defer { self.stamps = stamps }
        return stamps.count
    }

    private func isIn(_ number: Int32, _ range: Quarters) -> Bool {
        guard isLive(number) else { return false }
        if range.contains(viewings[Int(number)].part.quarter) { return true }
        var isIn = false
        forEachOtherPart(of: number) { if range.contains($0.quarter) { isIn = true } }
        return isIn
    }

    /// Persons with an event in a range, some of them more than once; -1 is nobody.
    func forEachPerson(of number: Int32, in range: Quarters?, _ body: (Int32) -> Void) {
        let viewing = viewings[Int(number)]
        if range?.contains(viewing.part.quarter) ?? true { body(viewing.part.person) }
        if viewing.isSplit {
            forEachOtherPart(of: number) { part in
                if range?.contains(part.quarter) ?? true { body(part.person) }
            }
        }
        if viewing.flags.contains(.hasExtras) {
            for extra in extras[number] ?? [] where range?.contains(extra.quarter) ?? true {
                body(extra.person)
            }
        }
    }

    func isLive(_ number: Int32) -> Bool { !viewings[Int(number)].flags.contains(.isGone) }

    /// Startup times of a range, ascending, each with how often it came.
    func startupTimes(in range: Quarters?) -> [(time: Double, count: Int)] {
        var counts: [Double: Int] = [:]
        let wanted = range.map(ViewingDays.days)
        if wanted != .some(nil) {
            for day in days.days where wanted.flatMap({ $0 })?.contains(day.key) ?? true {
                counts.merge(day.value.startups) { $0 + $1 }
            }
        } else {
            for place in places(range) {
                counts.merge(quarters[place].startups) { $0 + $1 }
            }
        }
        return counts.map { (time: $0.key, count: $0.value) }.sorted { $0.time < $1.time }
    }

    /// The quarters that have anything.
    var span: Quarters? {
        guard let first = quarters.map(\.number).min(), let last = quarters.map(\.number).max()
        else { return nil }
        return first..<last + 1
    }

    func span(ofContent content: Int32) -> Quarters? {
        var span: Quarters?
        func widen(_ quarter: Int32) {
            span =
                span.map { min($0.lowerBound, quarter)..<max($0.upperBound, quarter + 1) }
                ?? quarter..<quarter + 1
        }
        for number in contents[Int(content)].viewings where isLive(number) {
            widen(viewings[Int(number)].part.quarter)
            forEachOtherPart(of: number) { widen($0.quarter) }
        }
        return span
    }

    /// What each of some ranges that follow one another has. A viewing belongs to where its first event in
    /// all of them is; a person counts in each.
    func series(_ buckets: [Quarters]) -> [(totals: Totals, viewers: Int)] {
        guard let first = buckets.first, let last = buckets.last else { return [] }
        let whole = first.lowerBound..<last.upperBound
        let areDays = buckets.allSatisfy { ViewingDays.days($0) != nil }
        var series: [(totals: Totals, viewers: Int)] = buckets.map { bucket in
            var totals = Totals()
            if let own = ViewingDays.days(bucket), areDays {
                for day in own { totals.add(days.days[day]?.totals ?? Totals()) }
            } else {
                for place in places(bucket) { totals.add(quarters[place].totals) }
            }
            return (totals, viewerCount(in: bucket))
        }
        for number in areDays ? days.crossings : splits
        where isLive(number) && isIn(number, whole) {
            let outcomes = outcomesOfSplit(number, in: whole)
            if let place = place(ofFirst: number, in: buckets) {
                series[place].totals.add(outcomes.own)
            }
            if let other = outcomes.other, let place = place(ofFirst: other.number, in: buckets) {
                series[place].totals.subtract(other.outcome)
            }
        }
        return series
    }

    /// The same of one content.
    func series(
        ofContent content: Int32, _ buckets: [Quarters]
    ) -> [(totals: Totals, viewers: Int)] {
        guard let first = buckets.first, let last = buckets.last else { return [] }
        let whole = first.lowerBound..<last.upperBound
        var totals = buckets.map { _ in Totals() }
        for number in contents[Int(content)].viewings where isIn(number, whole) {
            let part = viewings[Int(number)].part
            if let place = Self.place(of: part.quarter, in: buckets) {
                totals[place].counts.add(part.counts)
            }
            forEachOtherPart(of: number) { other in
                if let place = Self.place(of: other.quarter, in: buckets) {
                    totals[place].counts.add(other.counts)
                }
            }
            let outcomes = outcomesOfSplit(number, in: whole)
            if let place = place(ofFirst: number, in: buckets) { totals[place].add(outcomes.own) }
            if let other = outcomes.other, let place = place(ofFirst: other.number, in: buckets) {
                totals[place].subtract(other.outcome)
            }
        }
        return buckets.indices.map {
            (totals[$0], viewerCount(ofContent: content, in: buckets[$0]))
        }
    }

    /// The bucket in which a viewing begins, as far as all of them see it.
    private func place(ofFirst number: Int32, in buckets: [Quarters]) -> Int? {
        let whole = buckets[0].lowerBound..<buckets[buckets.count - 1].upperBound
        return Self.place(
            of: ViewingPart.quarter(of: firstTime(of: number, in: whole)), in: buckets)
    }

    private static func place(of quarter: Int32, in buckets: [Quarters]) -> Int? {
        guard let first = buckets.first, let last = buckets.last,
            first.lowerBound <= quarter, quarter < last.upperBound
        else { return nil }
        var low = 0
        var high = buckets.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if buckets[middle].lowerBound <= quarter { low = middle } else { high = middle }
        }
        return low
    }

    private func firstTime(of number: Int32, in range: Quarters) -> Int64 {
        var time = Int64.max
        let part = viewings[Int(number)].part
        if range.contains(part.quarter) { time = part.firstTime }
        forEachOtherPart(of: number) {
            if range.contains($0.quarter) { time = min(time, $0.firstTime) }
        }
        return time
    }
}
