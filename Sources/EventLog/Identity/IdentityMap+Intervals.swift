/// A part of a device's time line: within one epoch, events without a user are `person`'s from `start`
/// until `end`.
struct DeviceInterval: Sendable, Hashable {
    var epoch: Int
    /// µs since 1970 UTC; `Int64.min`: from the beginning.
    var start: Int64
    /// Where the next begins; `nil`: it has not ended.
    var end: Int64?
    var person: Person
}

extension IdentityMap {
    /// Whether any record was applied.
    package var isUsed: Bool { devices.count > 0 || !aliases.records.isEmpty }

    /// Ids of users that go by another, and its person, ascending by id.
    var renamedUsers: [(user: IdentityName, person: Person)] {
        aliases.renamed.map { ($0.user, .user($0.root.text)) }
    }

    /// Calls `body` with every device that a record names, and its intervals.
    func forEachDevice(_ body: (IdentityName, [DeviceInterval]) throws -> Void) rethrows {
        try devices.forEach { device, links in
            try body(device, intervals(of: device, links, mode: .resolved))
        }
    }

    /// Ascending, without gaps; of two neighbours, the epoch or the person is another.
    func intervals(
        of device: IdentityName, _ links: DeviceLinks, mode: PersonMode
    ) -> [DeviceInterval] {
        let name = device.text
        var result: [DeviceInterval] = []
        func begin(_ epoch: Int, _ start: Int64, _ person: Person) {
            if let last = result.last, last.epoch == epoch, last.person == person { return }
            if !result.isEmpty { result[result.count - 1].end = start }
            result.append(DeviceInterval(epoch: epoch, start: start, person: person))
        }
        switch mode {
        case .raw:
            // A logout at the least time leaves nothing of the first epoch.
            for epoch in (links.clears.first == .min ? 1 : 0)...links.clears.count {
                let person = Person.anonymous(device: name, epoch: epoch)
                begin(epoch, links.start(ofEpoch: epoch), person)
            }
        case .resolved:
            var user: Int?
            for interval in links.intervals(claimWindow: options.claimWindow) {
                // Most devices have one link, and an interval before and after it.
                if let last = result.last, last.epoch == interval.epoch, user == interval.user {
                    continue
                }
                user = interval.user
                begin(
                    interval.epoch, interval.start, person(of: interval, links, device: name))
            }
        }
        return result
    }

    /// To whom an interval of a device belongs.
    func person(
        of interval: DeviceLinks.Interval, _ links: DeviceLinks, device: String
    ) -> Person {
        interval.user.map { .user(aliases.root(of: links.users[$0]).text) }
            ?? .anonymous(device: device, epoch: interval.epoch)
    }
}
