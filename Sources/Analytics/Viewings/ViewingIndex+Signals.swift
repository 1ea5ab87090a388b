/// Signals of one content within the window, kept up event by event while they are asked for.
struct KnownSignals {
    /// The window, in quarters of an hour.
    let range: Range<Int32>
    /// What the sums depend on besides the viewings.
    let basis: SignalBasis
    var totals = Totals()
    /// Of viewings, each times 2^((first event - `basis.time`) / half-life).
    var sums = SignalSums()
    /// The time of the newest first event of a viewing.
    var newestFirst = Int64.min
    /// Different persons with an event; `nil`: to be looked up again.
    var persons: Set<Int32>?

    mutating func count(_ counts: SmallCounts, in quarter: Int32) {
        if range.contains(quarter) { totals.counts.add(counts) }
    }

    mutating func note(_ person: Int32, in quarter: Int32) {
        if range.contains(quarter) { persons?.insert(person) }
    }
}

struct SignalBasis {
    /// µs since 1970 UTC, where an event counts as it is.
    let time: Int64
    /// µs
    let halfLife: Int64
    /// Of the content, in s.
    let duration: Double?
}

/// Sums over viewings, each times what is left of it.
struct SignalSums {
    var viewings = 0.0
    /// s
    var watched = 0.0
    var completed = 0.0
    var engagement = 0.0

    mutating func add(_ other: SignalSums, times factor: Double) {
        viewings += factor * other.viewings
        watched += factor * other.watched
        completed += factor * other.completed
        engagement += factor * other.engagement
    }
}

/// What one viewing adds to signals.
struct SignalShare {
    var outcome: ViewingOutcome
    /// µs since 1970 UTC
    var first: Int64
    var sums: SignalSums
}

extension ViewingIndex {
    /// How a viewing lies to the window of known signals.
    enum KnownShare {
        case outside
        case inside(SignalShare)
        /// Some of it is outside: the sums of its content are made anew.
        case across
    }

    /// What a viewing is of the known signals of its content; `nil` if they are not known.
    /// - Parameter outcome: of the viewing, in all.
    func share(of number: Int32, _ outcome: ViewingOutcome) -> KnownShare? {
        let viewing = viewings[Int(number)]
        guard let known = signals[viewing.content] else { return nil }
        return share(of: number, viewing, outcome, in: known.range, known.basis)
    }

    private func share(
        of number: Int32, _ viewing: Viewing, _ outcome: @autoclosure () -> ViewingOutcome,
        in range: Range<Int32>, _ basis: SignalBasis
    ) -> KnownShare {
        let isIn = range.contains(viewing.part.quarter)
        if viewing.isSplit {
            var (isWithin, isSomewhere) = (isIn, isIn)
            forEachOtherPart(of: number) { part in
                if range.contains(part.quarter) { isSomewhere = true } else { isWithin = false }
            }
            guard isSomewhere else { return .outside }
            guard isWithin,
                viewing.flags.contains(.hasViewSession)
                    || !viewing.flags.contains(.isStarted)
                    || range.contains(ViewingPart.quarter(of: start(of: number)))
            else { return .across }
        } else if !isIn {
            return .outside
        }
        return .inside(share(of: number, outcome(), basis.duration))
    }

    private func share(
        of number: Int32, _ outcome: ViewingOutcome, _ duration: Double?
    ) -> SignalShare {
        var sums = SignalSums()
        if outcome.isViewing {
            let watched = Double(outcome.watched) / 1e6
            sums.viewings = 1
            sums.watched = watched
            sums.completed = outcome.isCompleted ? 1 : 0
            sums.engagement = EngagementWeights.engagement(
                watched: watched, duration: duration, isCompleted: outcome.isCompleted,
                hasAction: hasAction(number), isReturn: false)
        }
        return SignalShare(outcome: outcome, first: firstTime(of: number), sums: sums)
    }

    /// Puts what a viewing is now in the place of what it was.
    /// - Parameter outcome: of the viewing as it is now, in all.
    func replaceShare(of number: Int32, _ before: KnownShare, _ outcome: ViewingOutcome) {
        let content = viewings[Int(number)].content
        guard case let after? = share(of: number, outcome),
            let place = signals.index(forKey: content)
        else {
            return
        }
        if case .across = before { return forgetSignals(of: content) }
        if case .across = after { return forgetSignals(of: content) }
        if case .inside(let share) = before { signals.values[place].subtract(share) }
        if case .inside(let share) = after { signals.values[place].add(share) }
    }

    func forgetSignals(of content: Int32) {
        guard contents[Int(content)].hasSignals else { return }
        signals[content] = nil
        contents[Int(content)].hasSignals = false
    }

    /// Signals of a content in a window; `persons` are known in it.
    /// - Parameters:
    ///   - range: the window, in quarters of an hour.
    ///   - halfLife: µs
    ///   - duration: of the content, in s.
    ///   - now: µs since 1970 UTC.
    /// - Returns: with sums as of now.
    func signals(
        ofContent content: Int32, in range: Range<Int32>, halfLife: Int64, duration: Double?,
        now: Int64
    ) -> (totals: Totals, viewerCount: Int, sums: SignalSums) {
        var known = signals.removeValue(forKey: content)
        if known?.range != range || known?.basis.halfLife != halfLife
            || known?.basis.duration != duration
        {
            let basis = SignalBasis(time: now, halfLife: halfLife, duration: duration)
            known = sum(ofContent: content, in: range, basis)
        }
        guard var known else { preconditionFailure("signals were made") }
        if known.persons == nil {
            var persons: Set<Int32> = []
            order.forEach(of: content) { number in
                guard isLive(number) else { return }
                forEachPerson(of: number, in: range) { if $0 >= 0 { persons.insert($0) } }
            }
            known.persons = persons
        }
        let sums =
            known.newestFirst > now
            // What is ahead of the clock counts once, not more.
            ? exactSums(ofContent: content, in: range, known.basis, now: now)
            : known.sums(at: now)
        if signals.count >= AnalyticsLimits.knownSignalsCountMax {
            for other in signals.keys { contents[Int(other)].hasSignals = false }
            signals = [:]
        }
        let answer = (known.totals, known.persons?.count ?? 0, sums)
        contents[Int(content)].hasSignals = true
        signals[content] = known
        return answer
    }

    private func sum(
        ofContent content: Int32, in range: Range<Int32>, _ basis: SignalBasis
    ) -> KnownSignals {
        var known = KnownSignals(range: range, basis: basis)
        known.totals = totals(ofContent: content, in: range)
        forEachShare(ofContent: content, in: range, basis) { share in
            known.sums.add(share.sums, times: basis.factor(of: share.first))
            known.newestFirst = max(known.newestFirst, share.first)
        }
        return known
    }

    private func exactSums(
        ofContent content: Int32, in range: Range<Int32>, _ basis: SignalBasis, now: Int64
    ) -> SignalSums {
        let current = SignalBasis(time: now, halfLife: basis.halfLife, duration: basis.duration)
        var sums = SignalSums()
        forEachShare(ofContent: content, in: range, basis) { share in
            sums.add(share.sums, times: current.factor(of: min(share.first, now)))
        }
        return sums
    }

    private func forEachShare(
        ofContent content: Int32, in range: Range<Int32>, _ basis: SignalBasis,
        _ body: (SignalShare) -> Void
    ) {
        order.forEach(of: content) { number in
            let viewing = viewings[Int(number)]
            guard !viewing.flags.contains(.isGone) else { return }
            switch share(of: number, viewing, outcome(of: number), in: range, basis) {
            case .outside: break
            case .inside(let share): body(share)
            case .across: body(share(of: number, outcome(of: number, in: range), basis.duration))
            }
        }
    }
}

extension KnownSignals {
    fileprivate mutating func add(_ share: SignalShare) {
        totals.add(share.outcome)
        sums.add(share.sums, times: basis.factor(of: share.first))
        newestFirst = max(newestFirst, share.first)
    }

    fileprivate mutating func subtract(_ share: SignalShare) {
        totals.subtract(share.outcome)
        sums.add(share.sums, times: -basis.factor(of: share.first))
    }

    /// What is left at a later time.
    fileprivate func sums(at now: Int64) -> SignalSums {
        var left = SignalSums()
        left.add(sums, times: 1 / basis.factor(of: now))
        return left
    }
}
