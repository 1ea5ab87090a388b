/// What each of some ranges that follow one another has. A viewing belongs to where its first event in all of
/// them is; a person counts in each.
extension ViewingIndex {
    func series(_ buckets: [Quarters]) -> [(totals: Totals, viewers: Int)] {
        guard let first = buckets.first, let last = buckets.last else { return [] }
        let whole = first.lowerBound..<last.upperBound
        let areDays = buckets.allSatisfy { ViewingDays.days($0) != nil }
        var series: [(totals: Totals, viewers: Int)] = buckets.map { bucket in
            var totals = Totals()
            if areDays, let own = ViewingDays.days(bucket) {
                for place in days.places(own) { totals.add(days.days[place].totals) }
            } else {
                for place in quarters.places(bucket) { totals.add(quarters[place].totals) }
            }
            return (totals, viewerCount(in: bucket))
        }
        for number in areDays ? days.crossings : splits where isIn(number, whole) {
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
        var series = buckets.map { _ in (totals: Totals(), viewers: 0) }
        // Who was there: bucket, then person.
        var present: [UInt64] = []
        func count(_ part: ViewingPart) {
            guard let place = Self.place(of: part.quarter, in: buckets) else { return }
            series[place].totals.counts.add(part.counts)
            note(part.person, at: place)
        }
        func note(_ person: Int32, at place: Int) {
            guard person >= 0 else { return }
            present.append(UInt64(place) << 32 | UInt64(UInt32(person)))
        }
        order.forEach(of: content) { number in
            guard isIn(number, whole) else { return }
            count(viewings[Int(number)].part)
            forEachOtherPart(of: number) { count($0) }
            if viewings[Int(number)].flags.contains(.hasExtras) {
                for extra in extras[number] ?? [] {
                    if let place = Self.place(of: extra.quarter, in: buckets) {
                        note(extra.person, at: place)
                    }
                }
            }
            let outcomes = outcomesOfSplit(number, in: whole)
            if let place = place(ofFirst: number, in: buckets) {
                series[place].totals.add(outcomes.own)
            }
            if let other = outcomes.other, let place = place(ofFirst: other.number, in: buckets) {
                series[place].totals.subtract(other.outcome)
            }
        }
        present.sort()
        var before: UInt64?
        for one in present where one != before {
            series[Int(one >> 32)].viewers += 1
            before = one
        }
        return series
    }

    /// The bucket in which a viewing begins, as far as all of them see it.
    private func place(ofFirst number: Int32, in buckets: [Quarters]) -> Int? {
        let whole = buckets[0].lowerBound..<buckets[buckets.count - 1].upperBound
        let time = firstTime(of: number, in: whole)
        return time == .max ? nil : Self.place(of: ViewingPart.quarter(of: time), in: buckets)
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
