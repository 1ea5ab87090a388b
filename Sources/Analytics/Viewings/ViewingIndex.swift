import Columns
import EventLog

/// All viewings of the stored events, and what they add up to: the figures of docs/Analytics.md without a
/// look at the events.
///
/// ```
/// key (content, visit, actor) → viewing → viewing …     one between two impressions
///   viewing                   → part → part …           one a quarter of an hour, nearly always one
/// content                     → its viewings, their totals
/// quarter of an hour          → viewings with a part in it; totals of those that have no other
/// actor (user, or device)     → its viewings
/// ```
/// It is filled event by event; what an event changes in any total is the difference of what its viewing came
/// to before and after. It is not safe to be used by two threads at once: `LiveFigures` guards it.
final class ViewingIndex {
    /// Somebody else who had part in a viewing, or another person of the same device.
    struct Extra {
        var person: Int32
        /// As sent; -1 is none.
        var user: Int32
        var device: Int32
        var time: Int64

        var quarter: Int32 { ViewingPart.quarter(of: time) }
    }

    struct Content {
        var totals = Totals()
        var viewings: [Int32] = []
        /// Whether `signals` has it.
        var hasSignals = false
    }

    struct Quarter {
        let number: Int32
        /// Counts are of all events; the rest is of viewings with no part elsewhere.
        var totals = Totals()
        /// Viewings with a part in it.
        var viewings: [Int32] = []
        /// Startup times in ms, and how often each came.
        var startups: [Double: Int] = [:]
    }

    struct PlayingTime {
        var quarter: Int32
        /// µs
        var length: Int64
    }

    private(set) var viewings: [Viewing] = []
    /// Second and later parts.
    private(set) var parts: [ViewingPart] = []
    private var keys = KeyTable()
    var contents: [Content] = []
    private(set) var quarters: [Quarter] = []
    private var quarterPlaces: [Int32: Int] = [:]
    private var lastQuarterPlace = -1
    /// Viewings of several parts; some are gone.
    private(set) var splits: [Int32] = []
    private(set) var whole = Totals()
    var days = ViewingDays()
    private(set) var extras: [Int32: [Extra]] = [:]
    /// By device: viewings with an `Extra` that is the device's, without a user. Some are gone.
    private(set) var extraViewings: [Int32: [Int32]] = [:]
    private(set) var playingTimes: [Int32: [PlayingTime]] = [:]
    var names: ViewingNames
    /// The first viewing of each key whose impressions came in an order that leaves open what belongs to
    /// which of them.
    var doubtful: Set<Int32> = []
    /// Persons of contents that were asked for; see `viewerCount`.
    var viewers: [Int32: KnownViewers] = [:]
    /// Signals of contents that were asked for; see `ViewingIndex+Signals.swift`.
    var signals: [Int32: KnownSignals] = [:]
    /// Events that were taken in, those without content too.
    var rowCount: Int64 = 0
    var stamps = PersonStamps()

    init(map: IdentityMap) { names = ViewingNames(map: map) }

    /// Bytes of memory, near enough.
    var memorySize: Int {
        viewings.capacity * (MemoryLayout<Viewing>.stride + 8) + parts.capacity * 48
            + keys.memorySize + names.memorySize + contents.capacity * 200
    }

    /// Takes in one event; those with an impression come before others of the same batch.
    func apply(_ sample: EventSample) {
        let quarter = ViewingPart.quarter(of: sample.time)
        let small = SmallCounts(of: sample)
        let place = place(of: quarter)
        whole.counts.add(small)
        days.count(small, startup: sample.startupTime, in: quarter)
        contents[Int(sample.content)].totals.counts.add(small)
        if contents[Int(sample.content)].hasSignals {
            signals[sample.content]?.count(small, in: quarter)
        }
        quarters[place].totals.counts.add(small)
        if sample.startupTime == sample.startupTime {
            quarters[place].startups[sample.startupTime, default: 0] += 1
        }
        applyToViewing(sample)
    }

    /// What of `apply` is done again when viewings are divided anew.
    func applyToViewing(_ sample: EventSample) {
        let quarter = ViewingPart.quarter(of: sample.time)
        let offset = Int32(
            truncatingIfNeeded: sample.time - Int64(quarter) * ViewingPart.quarterLength)
        let viewing = viewing(for: sample, quarter, offset)
        add(sample, to: viewing, quarter, offset)
        attribute(sample, to: viewing, quarter)
    }

    private func place(of quarter: Int32) -> Int {
        if lastQuarterPlace >= 0, quarters[lastQuarterPlace].number == quarter {
            return lastQuarterPlace
        }
        if let place = quarterPlaces[quarter] {
            lastQuarterPlace = place
            return place
        }
        quarters.append(Quarter(number: quarter))
        quarterPlaces[quarter] = quarters.count - 1
        lastQuarterPlace = quarters.count - 1
        return lastQuarterPlace
    }
}

/// How events become viewings.
extension ViewingIndex {
    private func viewing(for sample: EventSample, _ quarter: Int32, _ offset: Int32) -> Int32 {
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
        guard viewings[Int(first)].nextLook >= 0 else { return first }
        var earliest = first
        var found: Int32 = -1
        var number = first
        while number >= 0 {
            let start = viewings[Int(number)].start
            if start < viewings[Int(earliest)].start { earliest = number }
            if start <= time, found < 0 || start > viewings[Int(found)].start { found = number }
            number = viewings[Int(number)].nextLook
        }
        return found >= 0 ? found : earliest
    }

    private func viewing(
        ofImpression sample: EventSample, _ first: Int32, _ quarter: Int32, _ offset: Int32
    ) -> Int32 {
        let time = sample.time
        let before = viewing(at: time, first)
        let start = viewings[Int(before)].start
        if start == time { return before }
        if start == .max {
            // All that there is came before the first impression is known, and belongs to it.
            viewings[Int(before)].start = time
            return before
        }
        // What others have of the time from this impression on would be this one's.
        let isOpen = start < time ? lastTime(of: before) >= time : firstTime(of: before) < start
        if isOpen { doubtful.insert(first) }
        let number = append(sample, quarter, offset)
        viewings[Int(number)].nextLook = viewings[Int(first)].nextLook
        viewings[Int(first)].nextLook = number
        return number
    }

    private func append(_ sample: EventSample, _ quarter: Int32, _ offset: Int32) -> Int32 {
        let number = Int32(viewings.count)
        var viewing = Viewing(
            content: sample.content, user: sample.user, device: sample.device,
            visit: sample.visit, start: sample.kind == .impression ? sample.time : .max,
            part: ViewingPart(quarter: quarter, offset: offset))
        if sample.hasViewSession { viewing.flags.insert(.hasViewSession) }
        viewing.nextOfActor = names.link(number, user: sample.user, device: sample.device)
        viewings.append(viewing)
        contents[Int(sample.content)].viewings.append(number)
        quarters[place(of: quarter)].viewings.append(number)
        return number
    }

    /// Takes the viewings of a key out of all totals of viewings, for their events to be applied again.
    func removeViewings(ofKeyWith first: Int32) {
        var number = first
        while number >= 0 {
            let place = Int(number)
            let outcome = outcome(of: number)
            whole.subtract(outcome)
            contents[Int(viewings[place].content)].totals.subtract(outcome)
            if !viewings[place].isSplit {
                quarters[self.place(of: viewings[place].part.quarter)].totals.subtract(outcome)
            }
            if !viewings[place].flags.contains(.crossesDays) {
                days.subtract(outcome, in: viewings[place].part.quarter)
            }
            days.forgetAllPersons()
            viewings[place].flags.insert(.isGone)
            extras[number] = nil
            playingTimes[number] = nil
            forgetViewers(of: viewings[place].content)
            forgetSignals(of: viewings[place].content)
            number = viewings[place].nextLook
        }
    }
}

/// How a viewing grows.
extension ViewingIndex {
    private func add(
        _ sample: EventSample, to number: Int32, _ quarter: Int32, _ offset: Int32
    ) {
        let place = Int(number)
        let before = outcome(of: number)
        let known = contents[Int(sample.content)].hasSignals ? share(of: number, before) : nil
        let wasSplit = viewings[place].isSplit
        if viewings[place].part.quarter != quarter || !viewings[place].part.add(sample, at: offset)
        {
            addToOtherPart(sample, number, quarter, offset)
        }
        if sample.playingTime != EventSample.none {
            playingTimes[number, default: []].append(
                PlayingTime(quarter: quarter, length: sample.playingTime))
        }
        let after = outcome(of: number)
        if let known { replaceShare(of: number, known, after) }
        whole.subtract(before)
        whole.add(after)
        contents[Int(sample.content)].totals.subtract(before)
        contents[Int(sample.content)].totals.add(after)
        addToDay(number, quarter, before, after)
        let own = self.place(of: viewings[place].part.quarter)
        if !wasSplit { quarters[own].totals.subtract(before) }
        if viewings[place].isSplit {
            if !wasSplit { splits.append(number) }
        } else {
            quarters[own].totals.add(after)
        }
    }

    private func addToDay(
        _ number: Int32, _ quarter: Int32, _ before: ViewingOutcome, _ after: ViewingOutcome
    ) {
        let place = Int(number)
        guard !viewings[place].flags.contains(.crossesDays) else { return }
        let own = viewings[place].part.quarter
        days.subtract(before, in: own)
        if ViewingDays.day(of: own) == ViewingDays.day(of: quarter) {
            days.add(after, in: own)
        } else {
            viewings[place].flags.insert(.crossesDays)
            days.addCrossing(number)
        }
    }

    private func addToOtherPart(
        _ sample: EventSample, _ number: Int32, _ quarter: Int32, _ offset: Int32
    ) {
        var isKnown = viewings[Int(number)].part.quarter == quarter
        var part = viewings[Int(number)].part.next
        while part >= 0 {
            if parts[Int(part)].quarter == quarter {
                isKnown = true
                if parts[Int(part)].add(sample, at: offset) { return }
            }
            part = parts[Int(part)].next
        }
        var new = ViewingPart(quarter: quarter, offset: offset)
        _ = new.add(sample, at: offset)
        if isKnown { new.person = ownPerson(of: number, in: quarter) }
        new.next = viewings[Int(number)].part.next
        viewings[Int(number)].part.next = Int32(parts.count)
        parts.append(new)
        if !isKnown { quarters[place(of: quarter)].viewings.append(number) }
    }

    private func attribute(_ sample: EventSample, to number: Int32, _ quarter: Int32) {
        let person = names.person(user: sample.user, device: sample.device, at: sample.time)
        guard person >= 0 else { return }
        let viewing = viewings[Int(number)]
        let isOwn =
            sample.user == viewing.user && (sample.user >= 0 || sample.device == viewing.device)
        let known = isOwn ? ownPerson(of: number, in: quarter) : -1
        if person == known { return }
        if isOwn, known < 0 {
            note(person, viewing.content, quarter)
            return setPerson(person, of: number, in: quarter)
        }
        addExtra(
            Extra(
                person: person, user: sample.user, device: sample.device, time: sample.time),
            to: number)
    }

    private func ownPerson(of number: Int32, in quarter: Int32) -> Int32 {
        let part = viewings[Int(number)].part
        if part.quarter == quarter { return part.person }
        var person: Int32 = -1
        forEachOtherPart(of: number) { if $0.quarter == quarter { person = $0.person } }
        return person
    }

    func addExtra(_ extra: Extra, to number: Int32) {
        let isKnown = extras[number]?.contains {
            $0.person == extra.person && $0.user == extra.user
                && (extra.user >= 0 || $0.device == extra.device) && $0.quarter == extra.quarter
        }
        if isKnown == true { return }
        days.forgetPersons(in: extra.quarter)
        extras[number, default: []].append(extra)
        if extra.user < 0, extra.device >= 0 {
            extraViewings[extra.device, default: []].append(number)
        }
        viewings[Int(number)].flags.insert(.hasExtras)
        note(extra.person, viewings[Int(number)].content, extra.quarter)
    }

    /// Somebody else has an event of a content.
    private func note(_ person: Int32, _ content: Int32, _ quarter: Int32) {
        viewers[content]?.persons.insert(person)
        if contents[Int(content)].hasSignals { signals[content]?.note(person, in: quarter) }
    }

    /// Whose the events of a content are is to be looked up again.
    func forgetViewers(of content: Int32) {
        viewers[content] = nil
        if contents[Int(content)].hasSignals { signals[content]?.persons = nil }
    }

    /// Of all parts in a quarter: there may be two.
    func setPerson(_ person: Int32, of number: Int32, in quarter: Int32) {
        days.forgetPersons(in: quarter)
        if viewings[Int(number)].part.quarter == quarter {
            viewings[Int(number)].part.person = person
        }
        var next = viewings[Int(number)].part.next
        while next >= 0 {
            if parts[Int(next)].quarter == quarter { parts[Int(next)].person = person }
            next = parts[Int(next)].next
        }
    }

    func setExtras(_ list: [Extra], of number: Int32) {
        days.forgetAllPersons()
        extras[number] = list
    }

    func firstTime(of number: Int32) -> Int64 {
        var time = viewings[Int(number)].part.firstTime
        forEachOtherPart(of: number) { time = min(time, $0.firstTime) }
        return time
    }

    func lastTime(of number: Int32) -> Int64 {
        var time = viewings[Int(number)].part.lastTime
        forEachOtherPart(of: number) { time = max(time, $0.lastTime) }
        return time
    }

    func forEachOtherPart(of number: Int32, _ body: (ViewingPart) -> Void) {
        var next = viewings[Int(number)].part.next
        while next >= 0 {
            let part = parts[Int(next)]
            body(part)
            next = part.next
        }
    }

    /// What a viewing comes to, in all or in a range of quarters.
    func outcome(of number: Int32, in range: Range<Int32>? = nil) -> ViewingOutcome {
        var sum = PartSum()
        add(number, in: range, to: &sum)
        return sum.outcome
    }

    /// What several come to as one.
    func outcome(of numbers: [Int32], in range: Range<Int32>?) -> ViewingOutcome {
        var sum = PartSum()
        for number in numbers { add(number, in: range, to: &sum) }
        return sum.outcome
    }

    private func add(_ number: Int32, in range: Range<Int32>?, to sum: inout PartSum) {
        let viewing = viewings[Int(number)]
        if range?.contains(viewing.part.quarter) ?? true { sum.add(viewing.part) }
        if viewing.isSplit {
            forEachOtherPart(of: number) { part in
                if range?.contains(part.quarter) ?? true { sum.add(part) }
            }
        }
        guard !playingTimes.isEmpty, let times = playingTimes[number] else { return }
        for time in times where range?.contains(time.quarter) ?? true {
            sum.playing = (sum.playing ?? 0) + time.length
        }
    }

    /// The first viewing of the same key with its impression in a range.
    func nextLook(after number: Int32, in range: Range<Int32>) -> Int32? {
        var next = first(of: viewings[Int(number)].key) ?? -1
        var found: Int32?
        while next >= 0 {
            let start = viewings[Int(next)].start
            if next != number, start != .max, range.contains(ViewingPart.quarter(of: start)),
                found.map({ start < viewings[Int($0)].start }) ?? true
            {
                found = next
            }
            next = viewings[Int(next)].nextLook
        }
        return found
    }

    /// The viewing of a key that the others of it follow.
    private func first(of key: ViewingKey) -> Int32? {
        keys.find(key.hash) {
            let viewing = viewings[Int($0)]
            return viewing.key == key && !viewing.flags.contains(.isGone)
        }
    }
}

/// Parts of one viewing put together.
private struct PartSum {
    var flags: ViewingPart.Flags = []
    var finalTime = EventSample.none
    var position = EventSample.none
    var positionTime = Int64.min
    /// µs, as `viewEnd` events say; `nil`: none did.
    var playing: Int64?

    mutating func add(_ part: ViewingPart) {
        flags.formUnion(part.flags)
        finalTime = max(finalTime, part.finalTime)
        guard part.positionAt >= 0 else { return }
        let time = Int64(part.quarter) * ViewingPart.quarterLength + Int64(part.positionAt)
        if time > positionTime || time == positionTime && part.position > position {
            positionTime = time
            position = part.position
        }
    }

    var outcome: ViewingOutcome {
        let watched = max(finalTime, position)
        let length = watched == EventSample.none ? 0 : watched
        return ViewingOutcome(
            isViewing: flags.contains(.isViewing), isCompleted: flags.contains(.isCompleted),
            hasStalled: flags.contains(.hasStalled), watched: length, playing: playing ?? length)
    }
}
