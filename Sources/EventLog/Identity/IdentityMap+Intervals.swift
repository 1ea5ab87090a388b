/// A part of a device's time line: events without a user are `person`'s from `start` until `end`.
struct DeviceInterval: Hashable {
    /// µs since 1970 UTC; `Int64.min`: from the beginning.
    var start: Int64
    /// Where the next begins; `nil`: it has not ended.
    var end: Int64?
    var epoch: Int
    var person: Person
}

extension IdentityMap {
    /// Whether any record was applied.
    package var isUsed: Bool { devices.count > 0 || !aliases.records.isEmpty }

    /// Ids of users that go by another, and its person, ascending by id.
    var renamedUsers: [(user: IdentityName, person: Person)] {
        aliases.renamed.map { ($0.user, .user($0.root.text)) }
    }

    /// Calls `body` with every device that a record names, and its intervals: ascending, without gaps, no
    /// two neighbours with the same epoch and person.
    func forEachDevice(_ body: (IdentityName, [DeviceInterval]) throws -> Void) rethrows {
        try devices.forEach { device, links in
            let name = device.text
            var result: [DeviceInterval] = []
            for interval in links.intervals(claimWindow: options.claimWindow) {
                let person = person(of: interval, links, device: name)
                if let last = result.last {
                    if last.epoch == interval.epoch, last.person == person { continue }
                    result[result.count - 1].end = interval.start
                }
                result.append(
                    DeviceInterval(
                        start: interval.start, end: nil, epoch: interval.epoch, person: person))
            }
            try body(device, result)
        }
    }

    /// To whom an interval of a device belongs.
    func person(
        of interval: DeviceLinks.Interval, _ links: DeviceLinks, device: String
    ) -> Person {
        interval.user.map { .user(aliases.root(of: links.users[$0]).text) }
            ?? .anonymous(device: device, epoch: interval.epoch)
    }
}
