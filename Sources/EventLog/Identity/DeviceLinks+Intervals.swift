/// The rules 2a to 2c of the specification, section 4.2, for all times at once.
extension DeviceLinks {
    /// From `start` until the next interval begins, anonymous events are `user`'s.
    struct Interval: Sendable, Hashable {
        var start: Int64
        var epoch: Int
        /// Position in `users`; `nil`: the anonymous person of the epoch.
        var user: Int?
        /// The link that says so.
        var link: Int64?
        var kind: LinkKind
        var isClaim: Bool
    }

    private struct Link {
        var time: Int64
        var user: Int
        var kind: LinkKind
    }

    /// Intervals from `Int64.min` on, with ascending starts, at least one for each epoch.
    func intervals(claimWindow: Int64?) -> [Interval] {
        var intervals: [Interval] = []
        func begin(_ interval: Interval) {
            if let last = intervals.last, last.start == interval.start { intervals.removeLast() }
            intervals.append(interval)
        }
        let links = isShared ? [] : links()
        var place = 0
        for epoch in 0...clears.count {
            let start = start(ofEpoch: epoch)
            let end = epoch < clears.count ? clears[epoch] : nil
            begin(
                Interval(
                    start: start, epoch: epoch, user: nil, link: nil, kind: .explicit,
                    isClaim: false))
            var isFirst = true
            while place < links.count, end.map({ links[place].time < $0 }) ?? true {
                let link = links[place]
                place += 1
                // Of several links at one instant the last wins, forwards and backwards.
                if place < links.count, links[place].time == link.time { continue }
                var interval = Interval(
                    start: link.time, epoch: epoch, user: link.user, link: link.time,
                    kind: link.kind, isClaim: false)
                if isFirst {
                    isFirst = false
                    interval.isClaim = true
                    interval.start = max(start, Self.reach(from: link.time, back: claimWindow))
                    if interval.start < link.time { begin(interval) }
                    interval.isClaim = false
                    interval.start = link.time
                }
                begin(interval)
            }
        }
        return intervals
    }

    /// How far back a first link claims.
    private static func reach(from time: Int64, back window: Int64?) -> Int64 {
        guard let window else { return .min }
        let (reach, isPastEnd) = time.subtractingReportingOverflow(window)
        return isPastEnd ? .min : reach
    }

    /// What links, in order: the firsts of all runs.
    private func links() -> [Link] {
        var links: [Link] = []
        links.reserveCapacity(explicit.count + implicit.count)
        var next = 0
        for run in explicit {
            while next < implicit.count, precedes(implicit[next], run) {
                links.append(
                    Link(time: implicit[next].first, user: implicit[next].user, kind: .implicit))
                next += 1
            }
            links.append(Link(time: run.first, user: run.user, kind: .explicit))
        }
        for run in implicit[next...] {
            links.append(Link(time: run.first, user: run.user, kind: .implicit))
        }
        return links
    }

    /// Of equal ones the explicit is the last, and the one that is named.
    private func precedes(_ implicit: Run, _ explicit: Run) -> Bool {
        implicit.first != explicit.first
            ? implicit.first < explicit.first : implicit.user >= explicit.user
    }
}
