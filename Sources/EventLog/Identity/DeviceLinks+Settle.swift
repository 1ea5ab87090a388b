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
        if !isShared { formExplicitRuns() }
        dropUnusedUsers()
        Self.sort(&explicit)
        Self.sort(&implicit)
    }

    private static func sort(_ runs: inout [Run]) {
        guard runs.count > 1 else { return }
        runs.sort { $0.first != $1.first ? $0.first < $1.first : $0.user > $1.user }
    }

    private mutating func formExplicitRuns() {
        guard let run = explicit.first else { return }
        if explicit.count == 1, run.first == run.last || (clears.isEmpty && users.count == 1) {
            return
        }
        var formed: [Run] = []
        var current: Run?
        var through: Int64?
        func end(_ run: Run?) {
            guard let run else { return }
            formed.append(run)
            if let through {
                let gap = Gap(user: users[run.user], from: run.last, through: through)
                gaps.append(gap)
            }
        }
        for mark in sortedMarks() {
            switch mark.kind {
            case .clear:
                end(current)
                current = nil
                through = nil
            case .implicit:
                guard let run = current, run.user != mark.user else { continue }
                end(run)
                current = nil
                through = nil
            case .explicit:
                if var run = current, run.user == mark.user {
                    let hasInterior = run.hasInterior || through != nil || run.first < run.last
                    run.last = mark.time
                    run.hasInterior = hasInterior
                    current = run
                } else {
                    end(current)
                    current = Run(user: mark.user, at: mark.time)
                }
                through = mark.through
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
