package import Columns
import Synchronization

/// Attributes the rows of many blocks by one map; what is worked out for a pair of dictionaries serves
/// all blocks that have them, and the questions that follow.
package final class PersonResolvers: Sendable {
    /// What a pair of dictionaries became. It holds them, so that none that comes later has their place.
    private struct Entry {
        let users: StringDictionary
        let devices: StringDictionary
        let resolver: PersonResolver
        /// By number of the person; the first, nobody, is an empty text that no code means.
        let names: StringDictionary
        /// By number of the person: 0 or 1.
        let isAnonymous: [UInt8]

        /// Bytes that it takes besides the dictionaries, near enough.
        var size: Int {
            names.bytes.count + names.count * 48 + (users.count + devices.count) * 24
        }
    }

    private struct Kept {
        /// The one used last comes last.
        var entries: [Entry] = []
        var size = 0

        mutating func entry(_ users: StringDictionary, _ devices: StringDictionary) -> Entry? {
            guard
                let place = entries.lastIndex(where: {
                    $0.users === users && $0.devices === devices
                })
            else { return nil }
            let entry = entries.remove(at: place)
            entries.append(entry)
            return entry
        }

        mutating func append(_ entry: Entry) {
            entries.append(entry)
            size += entry.size
            while size > Limits.personCacheSizeMax, entries.count > 1 {
                size -= entries.removeFirst().size
            }
        }
    }

    let map: IdentityMap
    private let kept: Mutex<Kept>

    package init(_ map: IdentityMap) {
        self.map = map
        kept = Mutex(Kept())
    }

    private init(map: IdentityMap, _ kept: consuming Kept) {
        self.map = map
        self.kept = Mutex(kept)
    }

    /// The same by a later map, in which only these devices' events belong to others than before.
    func following(_ map: IdentityMap, changed devices: Set<IdentityName>) -> PersonResolvers {
        var kept = self.kept.withLock { $0 }
        kept.entries.removeAll { entry in
            devices.contains { entry.devices.code(of: $0.text) != nil }
        }
        kept.size = kept.entries.reduce(0) { $0 + $1.size }
        return PersonResolvers(map: map, kept)
    }

    /// Who did each row of a block, as a number in the list.
    /// - Parameter block: its first columns are userId, deviceId and timestamp.
    func persons(in block: Block) -> (numbers: [Int32], persons: [Person]) {
        guard case .int64(let times) = block.columns[2].values else { return ([], []) }
        let (users, userNames) = Self.codes(block.columns[0])
        let (devices, deviceNames) = Self.codes(block.columns[1])
        let resolver = entry(userNames, deviceNames).resolver
        return (
            resolver.resolve(users: users, devices: devices, times: times), resolver.persons
        )
    }

    /// - Returns: `personId` and `isAnonymous`; both null where there is neither a user nor a device.
    package func columns(users: Column, devices: Column, times: Column) -> (Column, Column) {
        let count = users.count
        guard case .int64(let times) = times.values else {
            return (Column(nulls: count, type: .string), Column(nulls: count, type: .bool))
        }
        let (userCodes, userNames) = Self.codes(users)
        let (deviceCodes, deviceNames) = Self.codes(devices)
        let entry = entry(userNames, deviceNames)
        var persons = [Int32](repeating: -1, count: count)
        var values = [UInt8](repeating: 0, count: count)
        var validity = [UInt8](repeating: 1, count: count)
        var hasNull = false
        for row in 0..<count {
            let person = entry.resolver.person(
                user: userCodes[row], device: deviceCodes[row], time: times[row])
            guard person > 0 else {
                validity[row] = 0
                hasNull = true
                continue
            }
            persons[row] = person
            values[row] = entry.isAnonymous[Int(person)]
        }
        return (
            Column(codes: persons, dictionary: entry.names),
            Column(bools: values, validity: hasNull ? validity : nil)
        )
    }

    private static func codes(_ column: Column) -> ([Int32], StringDictionary) {
        if case .string(let codes, let names) = column.values { return (codes, names) }
        return ([Int32](repeating: PersonResolver.noCode, count: column.count), .empty)
    }

    private func entry(_ users: StringDictionary, _ devices: StringDictionary) -> Entry {
        if let known = kept.withLock({ $0.entry(users, devices) }) { return known }
        let resolver = PersonResolver(
            map, devices: (0..<devices.count).lazy.map { devices[$0] },
            users: (0..<users.count).lazy.map { users[$0] })
        let entry = Entry(
            users: users, devices: devices, resolver: resolver,
            names: StringDictionary(
                resolver.persons.map { $0.id ?? "" }, isDistinct: true),
            isAnonymous: resolver.persons.map { $0.isAnonymous ? 1 : 0 })
        // Two threads may do the same work once; the one that comes later takes what is there, so that
        // blocks share a dictionary.
        return kept.withLock { kept in
            if let known = kept.entry(users, devices) { return known }
            kept.append(entry)
            return entry
        }
    }
}
