/// What the tables `identity` and `persons` show of a map.
extension IdentityMap {
    /// From `start` until `end` (`nil`: open) and within one epoch, events of a device that have no user
    /// are `person`'s.
    struct DeviceInterval: Sendable, Hashable {
        var epoch: Int
        /// µs since 1970 UTC; `Int64.min`: since ever.
        var start: Int64
        var end: Int64?
        var person: Person
    }

    /// Some devices that are looked at together.
    enum Piece: Sendable {
        case page(DevicePage)
        case device(IdentityName)
    }

    /// All devices, or those of these names that there are.
    func pieces(_ names: [IdentityName]?) -> [Piece] {
        guard let names else {
            var pieces: [Piece] = []
            devices.forEachPage { pieces.append(.page($0)) }
            return pieces
        }
        return Set(names).sorted().filter { knows(device: $0.text) }.map { .device($0) }
    }

    func forEach(in piece: Piece, _ body: (IdentityName, DeviceLinks) -> Void) {
        switch piece {
        case .page(let page):
            page.forEach { body(IdentityName(Array($0)), page.links(at: $1)) }
        case .device(let name):
            if let links = links(of: name.text) { body(name, links) }
        }
    }

    /// Ascending; of two neighbours, the epoch or the person is another.
    func intervals(
        of device: IdentityName, _ links: DeviceLinks, mode: PersonMode
    ) -> [DeviceInterval] {
        var result: [DeviceInterval] = []
        func begin(_ epoch: Int, _ start: Int64, _ person: Person) {
            if let last = result.last, last.epoch == epoch, last.person == person { return }
            if !result.isEmpty { result[result.count - 1].end = start }
            result.append(DeviceInterval(epoch: epoch, start: start, person: person))
        }
        func anonymous(_ epoch: Int) -> Person { .anonymous(device: device.text, epoch: epoch) }
        switch mode {
        case .raw:
            // A logout at the least time leaves nothing of the first epoch.
            for epoch in (links.clears.first == .min ? 1 : 0)...links.clears.count {
                begin(epoch, links.start(ofEpoch: epoch), anonymous(epoch))
            }
        case .resolved:
            for interval in links.intervals(claimWindow: options.claimWindow) {
                let user = interval.user.map { Person.user(canonical(links.users[$0].text)) }
                begin(interval.epoch, interval.start, user ?? anonymous(interval.epoch))
            }
        }
        return result
    }

    /// A person who is a user, and the devices that belong to it.
    struct KnownPerson: Sendable {
        /// The id by which the person goes.
        var name: IdentityName
        var userIds: [IdentityName]
        var deviceCount = 0
        /// The first and the last link that counts; `nil` without a device.
        var firstLink: Int64?
        var lastLink: Int64?
    }

    /// Everybody who is linked to a device that is not shared, or whom an alias names.
    ///
    /// In no particular order. Costs a look at every device, and about 200 bytes of memory a person.
    func knownPersons(mode: PersonMode) -> [KnownPerson] {
        var persons: [KnownPerson] = []
        var places: [IdentityName: Int] = [:]
        if mode == .resolved {
            for (name, users) in aliases.persons.sorted(by: { $0.key < $1.key }) {
                places[name] = persons.count
                persons.append(KnownPerson(name: name, userIds: users.sorted()))
            }
        }
        devices.forEach { _, links in
            guard !links.isShared else { return }
            var own: Set<IdentityName> = []
            for run in [links.explicit, links.implicit].joined() {
                let user = links.users[run.user]
                let name = mode == .resolved ? aliases.root(of: user) : user
                let place: Int
                if let known = places[name] {
                    place = known
                } else {
                    place = persons.count
                    places[name] = place
                    persons.append(KnownPerson(name: name, userIds: [name]))
                }
                if own.insert(name).inserted { persons[place].deviceCount += 1 }
                persons[place].firstLink = min(persons[place].firstLink ?? run.first, run.first)
                persons[place].lastLink = max(persons[place].lastLink ?? run.last, run.last)
            }
        }
        return persons
    }
}
