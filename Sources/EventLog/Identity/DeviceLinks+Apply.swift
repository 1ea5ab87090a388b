/// Takes in records, in any order and as often as they come; `settle` ends each batch.
extension DeviceLinks {
    enum LinkKind: Sendable { case explicit, implicit }

    /// A link of `name` at `time`.
    /// - Parameter usersMax: the guard; 0: none.
    mutating func link(_ name: IdentityName, at time: Int64, _ kind: LinkKind, usersMax: Int) {
        if isShared { return linkShared(name, at: time, kind) }
        let index = index(adding: name)
        if let unlinked = unlinkTime(of: index), time <= unlinked { return }
        // A run of its own until `settle` joins it to its neighbours: looking for them now would cost the
        // number of runs for each link.
        switch kind {
        case .explicit: explicit.append(Run(user: index, at: time))
        case .implicit: implicit.append(Run(user: index, at: time))
        }
        if usersMax > 0, users.count > usersMax, linkedUserCount > usersMax {
            becomeShared()
        }
    }

    /// Runs of both kinds; links that `settle` has not seen are runs of their own.
    var runCount: Int { explicit.count + implicit.count }

    /// A new epoch begins at `time`.
    mutating func clear(at time: Int64) {
        let place = epoch(at: time)
        if place > 0, clears[place - 1] == time { return }
        // `settle` cuts the runs.
        clears.insert(time, at: place)
    }

    /// Links of `name` up to and including `time` do not count, whether they came or are yet to come.
    mutating func unlink(_ name: IdentityName, through time: Int64) {
        let user = index(adding: name)
        if let place = unlinks.firstIndex(where: { $0.user >= user }) {
            if unlinks[place].user == user {
                guard unlinks[place].time < time else { return }
                unlinks[place].time = time
            } else {
                unlinks.insert(Unlink(user: user, time: time), at: place)
            }
        } else {
            unlinks.append(Unlink(user: user, time: time))
        }
        let wasLinked = isLinked(user)
        explicit = cut(explicit, of: user, through: time)
        implicit = cut(implicit, of: user, through: time)
        if isShared && wasLinked && !isLinked(user) { leaveShared() }
    }

    private mutating func cut(_ runs: [Run], of user: Int, through time: Int64) -> [Run] {
        var kept: [Run] = []
        for run in runs {
            if run.user != user || run.first > time {
                kept.append(run)
            } else if run.last > time {
                noteGap(of: user, in: run)
                kept.append(Run(user: user, at: run.last))
            }
        }
        return kept
    }

    /// The links inside `run` matter from now on.
    mutating func noteGap(of user: Int, in run: Run) {
        guard run.hasInterior else { return }
        gaps.append(Gap(user: users[user], from: run.first, through: run.last))
    }
}

extension DeviceLinks.Run {
    /// Takes in links of the same user with nothing between that would separate them.
    mutating func extend(over other: DeviceLinks.Run) {
        extend(to: other.first)
        extend(to: other.last)
        hasInterior = hasInterior || other.hasInterior
    }

    private mutating func extend(to time: Int64) {
        if time < first {
            hasInterior = hasInterior || first < last
            first = time
        } else if time > last {
            hasInterior = hasInterior || first < last
            last = time
        } else if time != first && time != last {
            hasInterior = true
        }
    }
}
