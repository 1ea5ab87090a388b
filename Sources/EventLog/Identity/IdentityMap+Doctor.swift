/// What looks wrong about the identity records (for `eventlog identity doctor`).
package struct IdentityDiagnosis: Sendable, Hashable {
    package struct Mega: Sendable, Hashable {
        package var person: Person
        package var deviceCount: Int
    }

    package var deviceCount = 0
    /// Devices whose anonymous events are nobody's, ascending.
    package var sharedDevices: [String] = []
    /// Persons with more devices than asked about, most devices first. Shared devices do not count.
    package var megaPersons: [Mega] = []
    /// Aliases that were refused, since both ends were one person already.
    package var loops: [IdentityExplanation.Alias] = []
    /// Users that devices are linked to and that are devices themselves, ascending.
    package var sameIds: [String] = []
    /// What has to be read again before the map is exact.
    package var questions: [IdentityQuestion] = []
    /// Events whose user id was a placeholder, by the placeholder (lower case, trimmed).
    package var placeholders: [String: UInt64] = [:]
}

/// How often which placeholder was sent as a user id: counted by the caller, since repeats count too.
package struct PlaceholderCounts: Sendable, Hashable {
    package private(set) var counts: [String: UInt64] = [:]

    package init() {}

    /// - Returns: whether `user` is a placeholder, and was counted.
    @discardableResult
    package mutating func count(_ user: String, times: UInt64 = 1) -> Bool {
        guard let word = UserPlaceholder.word(in: user) else { return false }
        counts[word, default: 0] += times
        return true
    }
}

extension IdentityMap {
    /// Looks at every device.
    /// - Parameter personDevicesMax: a person with more devices is reported.
    package func diagnose(
        personDevicesMax: Int, placeholders: PlaceholderCounts = PlaceholderCounts()
    ) -> IdentityDiagnosis {
        var diagnosis = IdentityDiagnosis()
        diagnosis.deviceCount = deviceCount
        diagnosis.placeholders = placeholders.counts
        diagnosis.questions = questions
        diagnosis.loops = aliases.loops.map {
            IdentityExplanation.Alias(from: $0.from.text, to: $0.to.text, seq: $0.seq)
        }
        var shared: [IdentityName] = []
        var counts: [IdentityName: Int] = [:]
        var same: Set<IdentityName> = []
        devices.forEach { device, links in
            for user in links.users.indices where links.isLinked(user) {
                if isDevice(links.users[user]) { same.insert(links.users[user]) }
            }
            if links.isShared { return shared.append(device) }
            var persons: Set<IdentityName> = []
            for user in links.users.indices where links.isLinked(user) {
                persons.insert(aliases.root(of: links.users[user]))
            }
            for person in persons { counts[person, default: 0] += 1 }
        }
        diagnosis.sameIds = same.sorted().map(\.text)
        diagnosis.sharedDevices = shared.sorted().map(\.text)
        diagnosis.megaPersons = counts.filter { $0.value > personDevicesMax }
            .sorted { $0.value != $1.value ? $0.value > $1.value : $0.key < $1.key }
            .map { .init(person: .user($0.key.text), deviceCount: $0.value) }
        return diagnosis
    }

    /// Whether any record names a device of this name.
    private func isDevice(_ name: IdentityName) -> Bool {
        let hash = IdentityName.hash(name.bytes.span, key: options.hashKey)
        return devices.contains(name.bytes, hash: hash)
    }
}
