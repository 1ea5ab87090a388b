/// How events become viewings.
extension ViewingIndex {
    func viewing(for sample: EventSample, _ quarter: Int32, _ offset: Int32) -> Int32 {
        let key = sample.key
        guard let first = first(of: key) else {
            let number = append(sample, quarter, offset)
            keys.insert(number, key.hash) { [viewings] in viewings[Int($0)].key.hash }
            return number
        }
        if sample.hasViewSession { return first }
        return sample.kind == .impression
            ? viewing(ofImpression: sample, first, quarter, offset)
            : viewing(at: sample.time, first)
    }

    /// The one that began last by then, or the first one.
    private func viewing(at time: Int64, _ first: Int32) -> Int32 {
        guard viewings[Int(first)].flags.contains(.hasNextLook) else { return first }
        var earliest = first
        var earliestStart = start(of: first)
        var found: Int32 = -1
        var foundStart = Int64.min
        forEachLook(from: first) { number in
            let start = start(of: number)
            if start < earliestStart { (earliest, earliestStart) = (number, start) }
            if start <= time, found < 0 || start > foundStart {
                (found, foundStart) = (number, start)
            }
        }
        return found >= 0 ? found : earliest
    }

    private func viewing(
        ofImpression sample: EventSample, _ first: Int32, _ quarter: Int32, _ offset: Int32
    ) -> Int32 {
        let time = sample.time
        let before = viewing(at: time, first)
        let start = start(of: before)
        if start == time { return before }
        if start == .max {
            // All that there is came before the first impression is known, and belongs to it.
            setStart(time, of: before)
            return before
        }
        // What others have of the time from this impression on would be this one's.
        let isOpen = start < time ? lastTime(of: before) >= time : firstTime(of: before) < start
        if isOpen { doubtful.insert(first) }
        let number = append(sample, quarter, offset)
        if viewings[Int(first)].flags.contains(.hasNextLook) {
            nextLooks[number] = nextLooks[first]
            viewings[Int(number)].flags.insert(.hasNextLook)
        }
        nextLooks[first] = number
        viewings[Int(first)].flags.insert(.hasNextLook)
        return number
    }

    private func append(_ sample: EventSample, _ quarter: Int32, _ offset: Int32) -> Int32 {
        let number = Int32(viewings.count)
        viewings.appendSlowly(
            Viewing(
                sample, ViewingPart(quarter: quarter, offset: offset),
                nextOfSender: names.link(number, sender: sample.sender)))
        order.append(content: sample.content)
        if order.shouldArrange {
            order.arrange(count: viewings.count) { [viewings] in viewings[$0].content }
        }
        let place = quarters.place(of: quarter)
        quarters[place].viewings.appendSlowly(number)
        return number
    }

    /// The time of a viewing's impression; `Int64.max`: it has none (yet).
    func start(of number: Int32) -> Int64 {
        let viewing = viewings[Int(number)]
        guard viewing.flags.contains(.isStarted) else { return .max }
        return viewing.flags.contains(.hasOwnStart)
            ? starts[number] ?? .max : viewing.part.firstTime
    }

    func setStart(_ time: Int64, of number: Int32) {
        starts[number] = time
        viewings[Int(number)].flags.formUnion([.isStarted, .hasOwnStart])
    }

    /// A viewing and all others of its key, if it is the first one.
    @inline(__always)
    func forEachLook(from first: Int32, _ body: (Int32) -> Void) {
        var number = first
        while true {
            body(number)
            guard viewings[Int(number)].flags.contains(.hasNextLook), let next = nextLooks[number]
            else { return }
            number = next
        }
    }

    /// The first viewing of the same key with its impression in a range.
    func nextLook(after number: Int32, in range: Range<Int32>) -> Int32? {
        guard let first = first(of: viewings[Int(number)].key) else { return nil }
        var found: Int32?
        var foundStart = Int64.max
        forEachLook(from: first) { next in
            let start = start(of: next)
            if next != number, start != .max, range.contains(ViewingPart.quarter(of: start)),
                found == nil || start < foundStart
            {
                (found, foundStart) = (next, start)
            }
        }
        return found
    }

    /// The viewing of a key that the others of it follow.
    func first(of key: ViewingKey) -> Int32? {
        viewings.withUnsafeBufferPointer { viewings in
            keys.find(key.hash) { number in
                let viewing = viewings[Int(number)]
                return viewing.visit == key.visit && viewing.key == key
                    && !viewing.flags.contains(.isGone)
            }
        }
    }

    /// Takes the viewings of a key out of all totals of viewings, for their events to be applied again.
    func removeViewings(ofKeyWith first: Int32) {
        var all: [Int32] = []
        forEachLook(from: first) { all.append($0) }
        for number in all {
            let viewing = viewings[Int(number)]
            let outcome = outcome(of: number)
            whole.subtract(outcome)
            contents[Int(viewing.content)].totals.subtract(outcome)
            let place = quarters.place(of: viewing.part.quarter)
            if !viewing.isSplit { quarters[place].totals.subtract(outcome) }
            if !viewing.flags.contains(.crossesDays) {
                days.subtract(outcome, in: viewing.part.quarter)
            }
            forgetPersons(of: number)
            viewings[Int(number)].flags.insert(.isGone)
            extras[number] = nil
            longTimes[number] = nil
            playingHeads[number] = nil
            starts[number] = nil
            forgetViewers(of: viewing.content)
            forgetSignals(of: viewing.content)
        }
    }
}
