/// What the tables `identity` and `persons` show of a map.
extension IdentityMap {
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
