/// The shared-device guard (specification, section 4.3).
extension DeviceLinks {
    /// Keeps of each user the last link of each kind.
    mutating func becomeShared() {
        isShared = true
        explicit = Self.lasts(of: explicit)
        implicit = Self.lasts(of: implicit)
    }

    private static func lasts(of runs: [Run]) -> [Run] {
        var lasts: [Int: Int64] = [:]
        for run in runs { lasts[run.user] = max(run.last, lasts[run.user] ?? run.last) }
        return lasts.map { Run(user: $0.key, at: $0.value) }
    }

    /// Of the users only those with the smallest ids stay: as many as there are.
    mutating func linkShared(_ name: IdentityName, at time: Int64, _ kind: LinkKind) {
        let (place, isFound) = position(of: name)
        if isFound, let unlinked = unlinkTime(of: place), time <= unlinked { return }
        var user = place
        if !isFound || !isLinked(place) {
            guard let largest = users.indices.last(where: isLinked), name < users[largest] else {
                return
            }
            explicit.removeAll { $0.user == largest }
            implicit.removeAll { $0.user == largest }
            user = index(adding: name)
        }
        switch kind {
        case .explicit: Self.keepLast(in: &explicit, user, time)
        case .implicit: Self.keepLast(in: &implicit, user, time)
        }
    }

    private static func keepLast(in runs: inout [Run], _ user: Int, _ time: Int64) {
        guard let place = runs.firstIndex(where: { $0.user == user }) else {
            return runs.append(Run(user: user, at: time))
        }
        let last = max(time, runs[place].last)
        runs[place] = Run(user: user, at: last)
    }

    /// One of the users who were kept is gone, so that there may be too few now. What is known of the
    /// others stands, and all links of the device have to be applied again.
    mutating func leaveShared() {
        isShared = false
        gaps.append(Gap(user: nil, from: .min, through: .max))
    }
}
