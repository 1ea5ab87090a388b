/// Forgetting a person (specification, section 4.7).
extension IdentityMap {
    /// Where the person of a user id has been: its ids, and each of its devices with the times at which
    /// events without a user were the person's. Costs a look at every device.
    func whereabouts(
        ofPersonOf user: String
    ) -> (users: [IdentityName], devices: [(IdentityName, [DeviceInterval])]) {
        let root = aliases.root(of: IdentityName(user))
        let users = aliases.users(of: root)
        let own = Set(users)
        let person = Person.user(root.text)
        var found: [(IdentityName, [DeviceInterval])] = []
        devices.forEach { device, links in
            guard links.users.contains(where: own.contains) else { return }
            found.append(
                (
                    device,
                    intervals(of: device, links, mode: .resolved).filter { $0.person == person }
                ))
        }
        return (users, found)
    }

    /// Forgets these users, as if no record had ever named them.
    ///
    /// Whose the other events of their devices are does not change: what was the latest link before an
    /// event, or the first one of its epoch, is so without theirs. Only a device that too many users shared
    /// may now be shared by few enough; its links are then asked for again (`questions`).
    /// - Parameter whole: devices of which no other record and no event is left.
    /// - Returns: devices that are shared no more.
    @discardableResult
    mutating func erase(
        _ users: Set<IdentityName>, devices whole: Set<IdentityName> = []
    ) -> Set<IdentityName> {
        aliases.remove(users)
        var named: [IdentityName] = []
        devices.forEach { device, links in
            if whole.contains(device) || links.users.contains(where: users.contains) {
                named.append(device)
            }
        }
        let gone = openQuestions.filter { question in
            question.user.map { users.contains(IdentityName($0)) } ?? false
        }
        openQuestions.subtract(gone)
        var entry = IdentityWriter()
        var scratch = IdentityWriter()
        var unshared: Set<IdentityName> = []
        for device in named {
            let hash = IdentityName.hash(device.bytes.span, key: options.hashKey)
            guard var links = devices.links(of: device.bytes, hash: hash) else { continue }
            links.erase(users, usersMax: options.sharedDeviceUsersMax)
            let gaps = links.gaps
            links.gaps = []
            if whole.contains(device) || links.isEmpty {
                devices.remove(device.bytes, hash: hash)
                if whole.contains(device) {
                    openQuestions = openQuestions.filter { IdentityName($0.device) != device }
                }
            } else {
                devices.update(
                    device.bytes, hash: hash, entry: &entry, scratch: &scratch
                ) { $0 = links }
            }
            for gap in gaps { ask(gap, of: device.bytes) }
            if !gaps.isEmpty { unshared.insert(device) }
        }
        return unshared
    }
}

extension DeviceLinks {
    /// Whether nothing is known of the device.
    fileprivate var isEmpty: Bool {
        clears.isEmpty && unlinks.isEmpty && explicit.isEmpty && implicit.isEmpty && !isShared
    }

    fileprivate mutating func erase(_ names: Set<IdentityName>, usersMax: Int) {
        let gone = Set(users.indices.filter { names.contains(users[$0]) })
        explicit.removeAll { gone.contains($0.user) }
        implicit.removeAll { gone.contains($0.user) }
        unlinks.removeAll { gone.contains($0.user) }
        dropUnusedUsers()
        if isShared, linkedUserCount <= usersMax { leaveShared() }
        settle()
    }
}
