/// Brings the runs into the one form that their links have.
extension DeviceLinks {
    /// A known point on the device's time line.
    private struct Mark {
        enum Kind { case clear, implicit, explicit }
        var time: Int64
        /// -1 for a clear, which comes before all links of its time.
        var user: Int
        var kind: Kind
        /// The last link of the run of which this is the first, if links between are not kept.
        var through: Int64?

        static func precedes(_ a: Mark, _ b: Mark) -> Bool {
            if a.time != b.time { return a.time < b.time }
            if (a.kind == .clear) != (b.kind == .clear) { return a.kind == .clear }
            return a.user > b.user
        }
    }

    /// Joins runs of a user that nothing separates, parts runs that something does, sorts everything.
    ///
    /// Costs the number of runs times its logarithm, whatever was changed before.
    mutating func settle() {
        if !isShared {
            formImplicitRuns()
            formExplicitRuns()
        }
        dropUnusedUsers()
        Self.sort(&explicit)
        Self.sort(&implicit)
    }

    private static func sort(_ runs: inout [Run]) {
        guard runs.count > 1 else { return }
        runs.sort { $0.first != $1.first ? $0.first < $1.first : $0.user > $1.user }
    }

    /// One run for each user and epoch.
    private mutating func formImplicitRuns() {
        guard implicit.count > 1 || !clears.isEmpty else { return }
        var parts: [(epoch: Int, run: Run)] = []
        parts.reserveCapacity(implicit.count)
        for run in implicit {
            let first = epoch(at: run.first)
            let last = epoch(at: run.last)
            if first == last {
                parts.append((first, run))
            } else {
                noteGap(of: run.user, in: run)
                parts.append((first, Run(user: run.user, at: run.first)))
                parts.append((last, Run(user: run.user, at: run.last)))
            }
        }
        parts.sort { a, b in
            if a.epoch != b.epoch { return a.epoch < b.epoch }
            return a.run.user < b.run.user
        }
        implicit.removeAll(keepingCapacity: true)
        var epoch = -1
        for part in parts {
            if part.epoch == epoch, implicit[implicit.count - 1].user == part.run.user {
                implicit[implicit.count - 1].extend(over: part.run)
            } else {
                implicit.append(part.run)
                epoch = part.epoch
            }
        }
    }

    private mutating func formExplicitRuns() {
        guard let run = explicit.first else { return }
        if explicit.count == 1, run.first == run.last || (clears.isEmpty && users.count == 1) {
            return
        }
        var formed: [Run] = []
        var current: Run?
        // A run of before whose end is ahead, with links within that are not known. Whether it stays whole
        // shows at its end; if it does not, those links are asked for.
        var open: ClosedRange<Int64>?
        func end(_ run: Run?) {
            guard let run else { return }
            formed.append(run)
            guard let known = open else { return }
            gaps.append(
                Gap(user: users[run.user], from: known.lowerBound, through: known.upperBound))
            open = nil
        }
        for mark in sortedMarks() {
            switch mark.kind {
            case .clear:
                end(current)
                current = nil
            case .implicit:
                guard let run = current, run.user != mark.user else { continue }
                end(run)
                current = nil
            case .explicit:
                if var run = current, run.user == mark.user {
                    if run.last < mark.time {
                        run.hasInterior = run.hasInterior || run.first < run.last
                        run.last = mark.time
                    }
                    if let whole = open, whole.upperBound <= mark.time {
                        run.hasInterior = true
                        open = nil
                    }
                    current = run
                } else {
                    end(current)
                    current = Run(user: mark.user, at: mark.time)
                }
                if let through = mark.through { open = mark.time...through }
            }
        }
        end(current)
        explicit = formed
    }

    private func sortedMarks() -> [Mark] {
        var marks: [Mark] = []
        marks.reserveCapacity(clears.count + implicit.count + explicit.count * 2)
        for time in clears { marks.append(Mark(time: time, user: -1, kind: .clear)) }
        for run in implicit {
            marks.append(Mark(time: run.first, user: run.user, kind: .implicit))
        }
        for run in explicit {
            marks.append(
                Mark(
                    time: run.first, user: run.user, kind: .explicit,
                    through: run.hasInterior ? run.last : nil))
            guard run.first < run.last else { continue }
            marks.append(Mark(time: run.last, user: run.user, kind: .explicit))
        }
        marks.sort(by: Mark.precedes)
        return marks
    }
}
