/// What is kept of the identity records of one device: enough for every answer, and no more.
///
/// ```
/// time        ──────────────────────────────────────────────────────────▶
/// clears                      │                    │                        cut it into epochs
/// explicit    [u1 ···· u1]    │ [u2··u2] [u1] [u2] │                        runs
/// implicit    [u1 ··········] │    [u2 ·······u2]  │ [u3]                   one per user and epoch
/// ```
///
/// A *run* stands for all links of one user between its first and its last, both of which are known by
/// their time. Those within do not matter, and are not kept:
/// - `explicit`: a run goes on until a clear or another user's link comes between. Links are ordered by
///   time, then by user id descending: of those at one instant the smallest id is the last, and wins.
/// - `implicit`: of one user's ordinary events in one epoch only the earliest links, the run's first.
///
/// A record that comes late, inside a run, makes them matter. If there are any (`hasInterior`), a *gap*
/// is noted: the stored records between two times have to be applied again. Until that is done the two
/// known ends stand for the run. Afterwards the value is again what the set of records says.
///
/// A *shared* device (more users than the guard allows) attributes nothing: it keeps the guard's number
/// of users and one more, those with the smallest ids, each with the time of the last link only. That
/// is bounded, and enough to know when an unlink ends it; then everything is a gap.
struct DeviceLinks: Sendable, Hashable {
    struct Run: Sendable, Hashable {
        /// Position in `users`.
        var user: Int
        var first: Int64
        var last: Int64
        /// Whether there are links at other times between the two.
        var hasInterior = false

        init(user: Int, first: Int64, last: Int64, hasInterior: Bool = false) {
            self.user = user
            self.first = first
            self.last = last
            self.hasInterior = hasInterior
        }

        init(user: Int, at time: Int64) { self.init(user: user, first: time, last: time) }

        func contains(_ time: Int64) -> Bool { first <= time && time <= last }
    }

    /// The latest unlink of a user: links up to and including `time` do not count.
    struct Unlink: Sendable, Hashable {
        var user: Int
        var time: Int64
    }

    /// Stored links that have to be applied again: of `user`, or of everybody, between two times.
    struct Gap: Sendable, Hashable {
        var user: IdentityName?
        var from: Int64
        var through: Int64
    }

    /// Ascending; those that runs or unlinks refer to.
    var users: [IdentityName] = []
    /// Ascending, distinct. A record at the time of a clear belongs to the new epoch.
    var clears: [Int64] = []
    /// By user.
    var unlinks: [Unlink] = []
    var explicit: [Run] = []
    var implicit: [Run] = []
    var isShared = false
    /// What the last changes made necessary. It is handed over, and not part of the value.
    var gaps: [Gap] = []

    init() {}

    /// The number of the epoch that contains `time`, from 0.
    func epoch(at time: Int64) -> Int {
        var low = 0
        var high = clears.count
        while low < high {
            let middle = (low + high) / 2
            if clears[middle] <= time { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Where the epoch begins; `Int64.min` for the first.
    func start(ofEpoch epoch: Int) -> Int64 { epoch == 0 ? .min : clears[epoch - 1] }

    /// The time of the latest unlink of a user.
    func unlinkTime(of user: Int) -> Int64? {
        unlinks.first { $0.user == user }?.time
    }

    /// Whether any link of the user counts.
    func isLinked(_ user: Int) -> Bool {
        explicit.contains { $0.user == user } || implicit.contains { $0.user == user }
    }

    var linkedUserCount: Int {
        // A device without unlinks has no user without links.
        unlinks.isEmpty ? users.count : users.indices.reduce(0) { $0 + (isLinked($1) ? 1 : 0) }
    }

    /// The position of a user; where it belongs, if it is not there.
    func position(of name: IdentityName) -> (index: Int, isFound: Bool) {
        var low = 0
        var high = users.count
        while low < high {
            let middle = (low + high) / 2
            if users[middle] == name { return (middle, true) }
            if users[middle] < name { low = middle + 1 } else { high = middle }
        }
        return (low, false)
    }

    /// The position of a user, who is added if need be.
    mutating func index(adding name: IdentityName) -> Int {
        let (index, isFound) = position(of: name)
        guard !isFound else { return index }
        users.insert(name, at: index)
        renumber { $0 >= index ? $0 + 1 : $0 }
        return index
    }

    /// Drops the users that nothing refers to.
    mutating func dropUnusedUsers() {
        var isUsed = [Bool](repeating: false, count: users.count)
        for run in explicit { isUsed[run.user] = true }
        for run in implicit { isUsed[run.user] = true }
        for unlink in unlinks { isUsed[unlink.user] = true }
        guard isUsed.contains(false) else { return }
        var numbers: [Int] = []
        var kept: [IdentityName] = []
        for (user, name) in users.enumerated() {
            numbers.append(kept.count)
            if isUsed[user] { kept.append(name) }
        }
        users = kept
        renumber { numbers[$0] }
    }

    private mutating func renumber(_ number: (Int) -> Int) {
        for index in explicit.indices { explicit[index].user = number(explicit[index].user) }
        for index in implicit.indices { implicit[index].user = number(implicit[index].user) }
        for index in unlinks.indices { unlinks[index].user = number(unlinks[index].user) }
    }
}
