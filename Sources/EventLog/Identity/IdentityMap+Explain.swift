/// Why an event is attributed to somebody (for `eventlog person explain`).
package struct IdentityExplanation: Sendable, Hashable {
    /// The rules of the specification, section 4.2; the names are told to people and programs.
    package enum Rule: String, Sendable {
        /// 1: the event names its user.
        case userGiven
        /// 2a: nobody was linked to the device in this epoch.
        case noLink
        /// 2b: the latest link before or at the event.
        case latestLink
        /// 2c: the first link of the epoch, later than the event, claims it.
        case firstLinkClaims
        /// As 2c, but the link is further ahead than the claim window.
        case beyondClaimWindow
        /// The device has more users than the guard allows (section 4.3).
        case sharedDevice
        /// 3: neither a user nor a device.
        case nobody
    }

    /// The link that decides. Records that repeat it are not told apart.
    package struct Link: Sendable, Hashable {
        package var user: String
        package var time: Int64
        /// `identify`, or `implicit`: an ordinary event with user and device.
        package var kind: IdentityRecord.Kind
    }

    package struct Alias: Sendable, Hashable {
        package var from: String
        package var to: String
        package var seq: UInt64
    }

    package struct Unlink: Sendable, Hashable {
        package var user: String
        /// Links up to and including this time do not count.
        package var time: Int64
    }

    package var rule: Rule
    package var person: Person
    /// The userId that was sent, if it stands for nobody.
    package var placeholder: String?
    package var link: Link?
    /// The epoch of the device that contains the event, and when it began (`nil`: at the beginning).
    package var epoch: Int?
    package var epochStart: Int64?
    /// How the user id leads to the person's.
    package var aliases: [Alias] = []
    /// Unlinks of this device.
    package var unlinks: [Unlink] = []
    /// What has to be read again before this is exact.
    package var questions: [IdentityQuestion] = []
}

/// What is known of a device.
package struct DeviceExplanation: Sendable, Hashable {
    package var device: String
    package var isShared: Bool
    /// Users with links; of a shared device only those that are kept: the guard's number and one more.
    package var users: [String]
    /// When each epoch but the first began.
    package var clears: [Int64]
    package var unlinks: [IdentityExplanation.Unlink]
    package var intervals: [PersonInterval]
}

/// What is known of a user.
package struct UserExplanation: Sendable, Hashable {
    package var user: String
    package var person: Person
    package var aliases: [IdentityExplanation.Alias]
    /// All ids of the same person, ascending.
    package var sameAs: [String]
    /// Devices linked to any of them; a shared one if it keeps them.
    package var devices: [String]
}

extension IdentityMap {
    package func explain(device: String?, user: String?, time: Int64) -> IdentityExplanation {
        var explanation = IdentityExplanation(rule: .nobody, person: .none)
        if let user {
            if let person = person(ofUser: user) {
                explanation.rule = .userGiven
                explanation.person = person
                explanation.aliases = aliasPath(of: user)
                return explanation
            }
            explanation.placeholder = user
        }
        guard let device, !device.utf8.isEmpty else { return explanation }
        explanation.person = resolve(device: device, user: nil, time: time)
        explanation.questions = questions.filter { $0.device.utf8.elementsEqual(device.utf8) }
        explanation.rule = .noLink
        explanation.epoch = 0
        guard let links = links(of: device) else { return explanation }
        let epoch = links.epoch(at: time)
        explanation.epoch = epoch
        explanation.epochStart = epoch == 0 ? nil : links.start(ofEpoch: epoch)
        explanation.unlinks = Self.unlinks(of: links)
        let intervals = links.intervals(claimWindow: options.claimWindow)
        if links.isShared {
            explanation.rule = .sharedDevice
        } else if let own = intervals.last(where: { $0.start <= time }), let user = own.user {
            explanation.rule = own.isClaim ? .firstLinkClaims : .latestLink
            explanation.link = Self.link(own, of: links)
            explanation.aliases = aliasPath(of: links.users[user].text)
        } else if let next = intervals.first(where: { $0.epoch == epoch && $0.user != nil }) {
            explanation.rule = .beyondClaimWindow
            explanation.link = Self.link(next, of: links)
        }
        return explanation
    }

    private static func link(
        _ interval: DeviceLinks.Interval, of links: DeviceLinks
    ) -> IdentityExplanation.Link? {
        guard let user = interval.user, let time = interval.link else { return nil }
        return IdentityExplanation.Link(
            user: links.users[user].text, time: time,
            kind: interval.kind == .explicit ? .identify : .implicit)
    }

    private static func unlinks(of links: DeviceLinks) -> [IdentityExplanation.Unlink] {
        links.unlinks.map {
            IdentityExplanation.Unlink(user: links.users[$0.user].text, time: $0.time)
        }
    }

    private func aliasPath(of user: String) -> [IdentityExplanation.Alias] {
        aliases.path(from: IdentityName(user)).map {
            IdentityExplanation.Alias(from: $0.from.text, to: $0.to.text, seq: $0.seq)
        }
    }

    /// All ids of the person whose `user` is one, ascending.
    package func userIds(ofPersonOf user: String) -> [String] {
        aliases.users(of: aliases.root(of: IdentityName(user))).map(\.text)
    }

    /// Whether the device has more users than the guard allows.
    package func isShared(device: String) -> Bool { links(of: device)?.isShared ?? false }

    package func explain(device: String) -> DeviceExplanation {
        let links = links(of: device) ?? DeviceLinks()
        return DeviceExplanation(
            device: device, isShared: links.isShared,
            users: links.users.indices.filter(links.isLinked).map { links.users[$0].text },
            clears: links.clears, unlinks: Self.unlinks(of: links),
            intervals: intervals(of: device))
    }

    /// Looks at every device.
    package func explain(user: String) -> UserExplanation {
        let name = IdentityName(user)
        let root = aliases.root(of: name)
        let ids = aliases.users(of: root)
        let same = Set(ids)
        var linked: [IdentityName] = []
        devices.forEach { device, links in
            let isLinked = links.users.indices.contains {
                same.contains(links.users[$0]) && links.isLinked($0)
            }
            if isLinked { linked.append(device) }
        }
        return UserExplanation(
            user: user, person: person(ofUser: user) ?? .none, aliases: aliasPath(of: user),
            sameAs: ids.map(\.text), devices: linked.sorted().map(\.text))
    }
}
