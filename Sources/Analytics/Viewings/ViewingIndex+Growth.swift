/// How a viewing grows.
extension ViewingIndex {
    func add(_ sample: EventSample, to number: Int32, _ quarter: Int32, _ offset: Int32) {
        let place = Int(number)
        let before = outcome(of: number)
        let hadOtherParts = viewings[place].isSplit
        let known = contents[Int(sample.content)].hasSignals ? share(of: number, before) : nil
        if ViewingPart.hasRoom(for: sample.finalTime), ViewingPart.hasRoom(for: sample.position) {
            addToParts(sample, number, quarter, offset)
        } else {
            var short = sample
            (short.finalTime, short.position) = (EventSample.none, EventSample.none)
            addToParts(short, number, quarter, offset)
            addLongTime(sample, number, quarter, offset)
        }
        if sample.playingTime != EventSample.none {
            playingTimes.appendSlowly(
                PlayingTime(
                    length: sample.playingTime, quarter: quarter,
                    next: playingHeads[number] ?? -1))
            playingHeads[number] = Int32(playingTimes.count - 1)
            viewings[place].flags.insert(.hasPlayingTimes)
        }
        let after = outcome(of: number)
        if let known { replaceShare(of: number, known, after) }
        if before != after || hadOtherParts != viewings[place].isSplit
            || viewings[place].part.quarter != quarter
        {
            count(number, quarter, before, after, wasSplit: hadOtherParts)
        }
    }

    /// Puts what a viewing comes to in the place of what it was.
    private func count(
        _ number: Int32, _ quarter: Int32, _ before: ViewingOutcome, _ after: ViewingOutcome,
        wasSplit: Bool
    ) {
        let viewing = viewings[Int(number)]
        whole.subtract(before)
        whole.add(after)
        contents[Int(viewing.content)].totals.subtract(before)
        contents[Int(viewing.content)].totals.add(after)
        addToDay(number, quarter, before, after)
        let own = quarters.place(of: viewing.part.quarter)
        if !wasSplit { quarters[own].totals.subtract(before) }
        if viewing.isSplit {
            if !wasSplit { splits.appendSlowly(number) }
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

    private func addToParts(
        _ sample: EventSample, _ number: Int32, _ quarter: Int32, _ offset: Int32
    ) {
        let place = Int(number)
        let flags = viewings[place].flags
        if viewings[place].part.quarter == quarter {
            // Where the first event is the impression, it is so no more.
            if offset < viewings[place].part.first, flags.contains(.isStarted),
                !flags.contains(.hasOwnStart)
            {
                setStart(viewings[place].part.firstTime, of: number)
            }
            if viewings[place].part.add(sample, at: offset) { return }
        }
        addToOtherPart(sample, number, quarter, offset)
    }

    private func addToOtherPart(
        _ sample: EventSample, _ number: Int32, _ quarter: Int32, _ offset: Int32
    ) {
        var isKnown = viewings[Int(number)].part.quarter == quarter
        let head = viewings[Int(number)].isSplit ? partHeads[number] ?? -1 : -1
        var part = head
        while part >= 0 {
            if otherParts[Int(part)].part.quarter == quarter {
                isKnown = true
                if otherParts[Int(part)].part.add(sample, at: offset) { return }
            }
            part = otherParts[Int(part)].next
        }
        var new = ViewingPart(quarter: quarter, offset: offset)
        _ = new.add(sample, at: offset)
        if isKnown { new.person = ownPerson(of: number, in: quarter) }
        partHeads[number] = Int32(otherParts.count)
        viewings[Int(number)].flags.insert(.hasOtherParts)
        otherParts.appendSlowly(OtherPart(part: new, next: head))
        if !isKnown {
            let place = quarters.place(of: quarter)
            quarters[place].viewings.appendSlowly(number)
        }
    }

    private func addLongTime(
        _ sample: EventSample, _ number: Int32, _ quarter: Int32, _ offset: Int32
    ) {
        viewings[Int(number)].flags.insert(.hasLongTimes)
        var times = longTimes.removeValue(forKey: number) ?? []
        let place =
            times.firstIndex { $0.quarter == quarter }
            ?? {
                times.append(LongTime(quarter: quarter))
                return times.count - 1
            }()
        times[place].finalTime = max(times[place].finalTime, sample.finalTime)
        if sample.position != EventSample.none,
            offset > times[place].positionAt
                || offset == times[place].positionAt && sample.position > times[place].position
        {
            times[place].positionAt = offset
            times[place].position = sample.position
        }
        longTimes[number] = times
    }
}
