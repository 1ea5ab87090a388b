import Columns
import EventLog

/// Numbers for contents, users, devices and persons, and who is who among them.
struct ViewingNames {
    private(set) var map: IdentityMap
    private(set) var contents = NameTable()
    private(set) var users = NameTable()
    private(set) var devices = NameTable()
    private(set) var persons = NameTable()
    /// Actions, types and codes of errors: whatever is counted by its name alone.
    private(set) var labels = NameTable()

    /// By user; -1: a placeholder, who is nobody.
    private var userPersons: [Int32] = []
    /// By device; `several`: see `intervals`.
    private var devicePersons: [Int32] = []
    private var intervals: [Int32: [(start: Int64, person: Int32)]] = [:]
    /// The newest viewing of a user, of a device; -1 is none.
    private(set) var userHeads: [Int32] = []
    private(set) var deviceHeads: [Int32] = []
    private var actors = ActorLists()

    private static let several: Int32 = -2

    init(map: IdentityMap) { self.map = map }

    var memorySize: Int {
        contents.memorySize + users.memorySize + devices.memorySize + persons.memorySize
            + labels.memorySize + actors.memorySize + intervals.memorySize + intervals.count * 80
            + (userPersons.capacity + devicePersons.capacity) * 4
            + (userHeads.capacity + deviceHeads.capacity) * 4
    }

    /// A new content has the number that the count was.
    mutating func content(_ bytes: UnsafeRawBufferPointer) -> Int32 { contents.intern(bytes) }

    mutating func label(_ bytes: UnsafeRawBufferPointer) -> Int32 { labels.intern(bytes) }

    /// - Returns: -1 for a placeholder.
    mutating func user(_ bytes: UnsafeRawBufferPointer) -> Int32 {
        let number = Int(users.intern(bytes))
        if number == userPersons.count {
            userHeads.appendSlowly(-1)
            userPersons.appendSlowly(-1)
            resolve(user: number)
        }
        return userPersons[number] < 0 ? -1 : Int32(number)
    }

    /// - Returns: -1 for an empty text.
    mutating func device(_ bytes: UnsafeRawBufferPointer) -> Int32 {
        guard !bytes.isEmpty else { return -1 }
        let number = Int(devices.intern(bytes))
        if number == devicePersons.count {
            deviceHeads.appendSlowly(-1)
            devicePersons.appendSlowly(-1)
            resolve(device: number)
        }
        return Int32(number)
    }

    /// Puts a viewing in front of its sender's.
    /// - Returns: the one that was there.
    mutating func link(_ viewing: Int32, sender: Int32) -> Int32 {
        guard sender >= 0 else { return -1 }
        let place = Int(sender >> 1)
        if sender & 1 == 0 {
            defer { userHeads[place] = viewing }
            return userHeads[place]
        }
        defer { deviceHeads[place] = viewing }
        return deviceHeads[place]
    }

    func person(user: Int32, device: Int32, at time: Int64) -> Int32 {
        if user >= 0 { return userPersons[Int(user)] }
        return device >= 0 ? person(ofDevice: device, at: time) : -1
    }

    func person(ofDevice device: Int32, at time: Int64) -> Int32 {
        let person = devicePersons[Int(device)]
        guard person == Self.several, let list = intervals[device] else { return person }
        return list.last { $0.start <= time }?.person ?? list[0].person
    }

    /// The senders whose viewings may be a person's: the first of their viewings.
    func heads(ofPerson person: Int32) -> [Int32] {
        actors.actors(of: person).map { actor in
            actor & 1 == 0 ? userHeads[Int(actor >> 1)] : deviceHeads[Int(actor >> 1)]
        }
    }

    private mutating func number(of person: Person) -> Int32 {
        person.id.map { persons.intern($0) } ?? -1
    }

    private mutating func resolve(user: Int) {
        guard let person = map.person(ofUser: users[user]) else { return }
        let number = number(of: person)
        userPersons[user] = number
        actors.note(Int32(user) * 2, of: number)
    }

    private mutating func resolve(device: Int) {
        let found = map.intervals(of: devices[device]).map { interval in
            (start: interval.start, person: number(of: interval.person))
        }
        devicePersons[device] = found.count == 1 ? found[0].person : Self.several
        if found.count != 1 || intervals[Int32(device)] != nil {
            intervals[Int32(device)] = found.count == 1 ? nil : found
        }
        for interval in found { actors.note(Int32(device) * 2 + 1, of: interval.person) }
    }

    /// Goes on with a later map.
    /// - Parameter changed: devices whose events may be others' now; `nil`: any, and users too.
    /// - Returns: the known ones among them, all if `nil`.
    mutating func follow(_ map: IdentityMap, changed: [String]?) -> [Int32] {
        self.map = map
        guard let changed else {
            for user in 0..<users.count { resolve(user: user) }
            for device in 0..<devices.count { resolve(device: device) }
            return (0..<Int32(devices.count)).map { $0 }
        }
        return changed.compactMap { name in
            guard let device = devices.number(of: name) else { return nil }
            resolve(device: Int(device))
            return device
        }
    }

    func contentNumber(_ id: String) -> Int32? { contents.number(of: id) }
    func personNumber(_ id: String) -> Int32? { persons.number(of: id) }
}

/// By person: users (2 n) and devices (2 n + 1) that were theirs once; it takes a look at the viewing.
private struct ActorLists {
    private struct Link {
        var actor: Int32
        /// -1 is none.
        var next: Int32
    }

    private var heads: [Int32] = []
    private var links: [Link] = []

    var memorySize: Int {
        heads.capacity * 4 + links.capacity * MemoryLayout<Link>.stride
    }

    mutating func note(_ actor: Int32, of person: Int32) {
        guard person >= 0 else { return }
        while heads.count <= Int(person) { heads.appendSlowly(-1) }
        var place = heads[Int(person)]
        while place >= 0 {
            if links[Int(place)].actor == actor { return }
            place = links[Int(place)].next
        }
        links.appendSlowly(Link(actor: actor, next: heads[Int(person)]))
        heads[Int(person)] = Int32(links.count - 1)
    }

    func actors(of person: Int32) -> [Int32] {
        guard Int(person) < heads.count else { return [] }
        var actors: [Int32] = []
        var place = heads[Int(person)]
        while place >= 0 {
            actors.append(links[Int(place)].actor)
            place = links[Int(place)].next
        }
        return actors
    }
}
