/// What viewings come to.
extension ViewingIndex {
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

    @inline(__always)
    func forEachOtherPart(of number: Int32, _ body: (ViewingPart) -> Void) {
        guard viewings[Int(number)].isSplit, var next = partHeads[number] else { return }
        while next >= 0 {
            let other = otherParts[Int(next)]
            body(other.part)
            next = other.next
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
        let part = viewings[Int(number)].part
        if range?.contains(part.quarter) ?? true { sum.add(part) }
        if part.flags.isDisjoint(with: [.hasOtherParts, .hasPlayingTimes, .hasLongTimes]) {
            return
        }
        forEachOtherPart(of: number) { part in
            if range?.contains(part.quarter) ?? true { sum.add(part) }
        }
        if part.flags.contains(.hasPlayingTimes), var next = playingHeads[number] {
            while next >= 0 {
                let time = playingTimes[Int(next)]
                if range?.contains(time.quarter) ?? true {
                    sum.playing = (sum.playing ?? 0) + time.length
                }
                next = time.next
            }
        }
        if part.flags.contains(.hasLongTimes) {
            for time in longTimes[number] ?? [] where range?.contains(time.quarter) ?? true {
                sum.finalTime = max(sum.finalTime, time.finalTime)
                sum.add(position: time.position, at: time.positionAt, in: time.quarter)
            }
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

    @inline(__always)
    mutating func add(_ part: ViewingPart) {
        flags.formUnion(part.flags)
        finalTime = max(finalTime, part.finalTime)
        add(position: part.position, at: part.positionAt, in: part.quarter)
    }

    @inline(__always)
    mutating func add(position other: Int64, at offset: Int32, in quarter: Int32) {
        guard offset >= 0 else { return }
        let time = Int64(quarter) * ViewingPart.quarterLength + Int64(offset)
        if time > positionTime || time == positionTime && other > position {
            positionTime = time
            position = other
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
