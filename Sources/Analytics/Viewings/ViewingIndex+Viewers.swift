/// How many different persons there were. Ranges are of quarters of an hour; `nil` is all time.
extension ViewingIndex {
    /// With an event of any content.
    func viewerCount(in range: Quarters?) -> Int {
        counting { stamps in
            forEachList(in: range) { stamps.insert($0) }
        }
    }

    /// The persons of a range, in lists of a day each where it has whole ones, else of a quarter of an hour.
    private func forEachList(in range: Quarters?, _ body: ([Int32]) -> Void) {
        let places = quarters.places(range)
        var place = places.lowerBound
        while place < places.upperBound {
            let day = ViewingDays.day(of: quarters[place].number)
            let own = ViewingDays.quarters(of: day)
            let isWhole =
                range.map { $0.lowerBound <= own.lowerBound && own.upperBound <= $0.upperBound }
                ?? true
            if isWhole, let known = days.known(day) {
                body(persons(onDayAt: known))
                place = quarters.places(own).upperBound
            } else {
                body(persons(inQuarterAt: place))
                place += 1
            }
        }
    }

    private func persons(onDayAt place: Int) -> [Int32] {
        if let known = days.days[place].persons.persons { return known }
        var found: [Int32] = []
        dayStamps.begin(personCount: names.persons.count)
        for quarter in quarters.places(ViewingDays.quarters(of: days.days[place].number)) {
            for person in persons(inQuarterAt: quarter) where dayStamps.insert(person) {
                found.append(person)
            }
        }
        days.set(persons: found, at: place)
        return found
    }

    /// Found out once, until somebody turns out to be somebody else.
    func persons(inQuarterAt place: Int) -> [Int32] {
        if let known = quarters[place].persons.persons { return known }
        var found: [Int32] = []
        let quarter = quarters[place].number
        for number in quarters[place].viewings {
            let viewing = viewings[Int(number)]
            if viewing.isPlain {
                if viewing.part.person >= 0 { found.append(viewing.part.person) }
            } else if !viewing.flags.contains(.isGone) {
                forEachPerson(of: number, in: quarter..<quarter + 1) {
                    if $0 >= 0 { found.append($0) }
                }
            }
        }
        found.sort()
        var persons: [Int32] = []
        persons.reserveCapacity(found.count)
        for person in found where person != persons.last { persons.append(person) }
        quarters[place].persons.set(persons)
        return persons
    }

    private func counting(_ body: (inout PersonStamps) -> Void) -> Int {
        var stamps = self.stamps.take()
        stamps.begin(personCount: names.persons.count)
        body(&stamps)
        defer { self.stamps = stamps }
        return stamps.count
    }

    /// With an event of a content: found out once for each range that is asked about, then kept up with each
    /// event.
    func viewerCount(ofContent content: Int32, in range: Quarters?) -> Int {
        if let known = viewers[content]?.first(where: { $0.range == range }) {
            return known.persons.count
        }
        var known = KnownViewers(range: range)
        order.forEach(of: content) { number in
            guard isLive(number) else { return }
            forEachPerson(of: number, in: range) { if $0 >= 0 { known.persons.insert($0) } }
        }
        if knownViewerCount + known.persons.count > AnalyticsLimits.knownViewersCountMax
            || viewers[content]?.count ?? 0 >= AnalyticsLimits.knownRangesCountMax
            || viewers.count >= AnalyticsLimits.knownContentsCountMax
        {
            forgetAllViewers()
        }
        guard known.persons.count <= AnalyticsLimits.knownViewersCountMax else {
            return known.persons.count
        }
        knownViewerCount += known.persons.count
        viewers[content, default: []].append(known)
        contents[Int(content)].hasViewers = true
        return known.persons.count
    }

    func forgetAllViewers() {
        for content in viewers.keys { contents[Int(content)].hasViewers = false }
        viewers = [:]
        knownViewerCount = 0
    }
}
