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
        /// By position of the person.
        let names: StringDictionary
        /// The same: 0 or 1.
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
    let mode: PersonMode
    private let kept: Mutex<Kept>
    /// Where the persons of all entries are numbered, so that questions compare numbers.
    private let domain: @Sendable () -> StringDomain
    /// Devices that became others' since segments were squashed; `nil`: no squash holds.
    private let watch: SquashWatch?
    /// By segment, what was found out about its squash.
    private let squashes = Mutex<[String: PersonSquash?]>([:])
    /// What was found out about rollups.
    private let rollups: Mutex<RollupVerdicts>

    /// - Parameter domain: of the strings of dictionaries that are made now.
    convenience init(
        _ map: IdentityMap, mode: PersonMode = .resolved, watch: SquashWatch? = nil,
        domain: @escaping @Sendable () -> StringDomain
    ) {
        self.init(map, mode, Kept(), RollupVerdicts(), watch, domain)
    }

    private init(
        _ map: IdentityMap, _ mode: PersonMode, _ kept: consuming Kept,
        _ rollups: consuming RollupVerdicts, _ watch: SquashWatch?,
        _ domain: @escaping @Sendable () -> StringDomain
    ) {
        self.map = map
        self.mode = mode
        self.kept = Mutex(kept)
        self.rollups = Mutex(rollups)
        self.watch = watch
        self.domain = domain
    }

    /// The same by a later map, in which only these devices' events belong to others than before.
    func following(
        _ map: IdentityMap, changed devices: Set<IdentityName>, _ watch: SquashWatch?
    ) -> PersonResolvers {
        var kept = self.kept.withLock { $0 }
        kept.entries.removeAll { entry in
            devices.contains { entry.devices.code(of: $0.text) != nil }
        }
        kept.size = kept.entries.reduce(0) { $0 + $1.size }
        var rollups = self.rollups.withLock { $0 }
        rollups.doubt(devices)
        return PersonResolvers(map, mode, kept, rollups, watch, domain)
    }

    /// The persons that a segment has itself, if by this map they are right.
    func squash(of segment: SegmentFile) -> PersonSquash? {
        guard let watch else { return nil }
        if let known = squashes.withLock({ $0[segment.path] }) { return known }
        var squash = try? segment.open().squash
        if let found = squash {
            let isRight =
                found.rules == PersonSquash.rules(of: map.options)
                && watch.changed(after: found.position).map { devices in
                    !devices.contains { segment.mightContain($0, in: .deviceId) }
                } == true
            if !isRight { squash = nil }
        }
        squashes.withLock { $0[segment.path] = .some(squash) }
        return squash
    }

    /// Whether each row of a rollup is of one person, so that its first event tells who did all of it.
    func isWhole(_ rollup: RollupFile) -> Bool {
        let known = rollups.withLock { $0.verdict(on: rollup) }
        if let known { return known }
        let isWhole = rollup.forEachActor { users, devices, times, spans in
            let (userCodes, userNames) = users.codesOrNulls
            let (deviceCodes, deviceNames) = devices.codesOrNulls
            let resolver = entry(userNames, deviceNames).resolver
            let ends = zip(times, spans).map { $0 &+ $1 }
            return resolver.intervals(users: userCodes, devices: deviceCodes, times: times)
                == resolver.intervals(users: userCodes, devices: deviceCodes, times: ends)
        }
        if !isWhole, mode == .resolved { rollup.markSplit() }
        rollups.withLock { $0.keep(isWhole, on: rollup) }
        return isWhole
    }

    /// Who did each row of a block, as a position in the list; -1: nobody.
    /// - Parameter block: its first columns are userId, deviceId and timestamp.
    func persons(in block: Block) -> (numbers: [Int32], persons: [Person]) {
        guard case .int64(let times) = block.columns[2].values else { return ([], []) }
        let (users, userNames) = block.columns[0].codesOrNulls
        let (devices, deviceNames) = block.columns[1].codesOrNulls
        let resolver = entry(userNames, deviceNames).resolver
        return (
            resolver.resolve(users: users, devices: devices, times: times), resolver.persons
        )
    }

    /// - Returns: `personId`, null where there is neither a user nor a device.
    package func persons(users: Column, devices: Column, times: Column) -> Column {
        guard case .int64(let times) = times.values else {
            return Column(nulls: users.count, type: .string)
        }
        let (userCodes, userNames) = users.codesOrNulls
        let (deviceCodes, deviceNames) = devices.codesOrNulls
        let entry = entry(userNames, deviceNames)
        return Column(
            codes: entry.resolver.resolve(users: userCodes, devices: deviceCodes, times: times),
            dictionary: entry.names)
    }

    /// - Parameter persons: as `persons` gave them for the same rows.
    /// - Returns: `isAnonymous`, null where `personId` is.
    package func isAnonymous(_ persons: Column, users: Column, devices: Column) -> Column {
        guard case .string(let codes, _) = persons.values else {
            return Column(nulls: persons.count, type: .bool)
        }
        let entry = entry(users.codesOrNulls.names, devices.codesOrNulls.names)
        var values = [UInt8](repeating: 0, count: codes.count)
        var validity = [UInt8](repeating: 1, count: codes.count)
        var hasNull = false
        for row in codes.indices {
            if codes[row] >= 0 {
                values[row] = entry.isAnonymous[Int(codes[row])]
            } else {
                validity[row] = 0
                hasNull = true
            }
        }
        return Column(bools: values, validity: hasNull ? validity : nil)
    }

    /// The same for persons that a segment has itself: no user is shown with such a name (`Person.id`).
    static func isAnonymous(named persons: Column) -> Column {
        guard case .string(let codes, let names) = persons.values else {
            return Column(nulls: persons.count, type: .bool)
        }
        let prefix = Array("anon:".utf8)
        var validity = [UInt8](repeating: 1, count: codes.count)
        let values = codes.indices.map { row -> UInt8 in
            guard codes[row] >= 0 else {
                validity[row] = 0
                return 0
            }
            return names.bytes[names.range(at: Int(codes[row]))].starts(with: prefix) ? 1 : 0
        }
        return Column(bools: values, validity: validity.contains(0) ? validity : nil)
    }

    private func entry(_ users: StringDictionary, _ devices: StringDictionary) -> Entry {
        if let known = kept.withLock({ $0.entry(users, devices) }) { return known }
        let resolver = PersonResolver(
            map, devices: (0..<devices.count).lazy.map { devices[$0] },
            users: (0..<users.count).lazy.map { users[$0] }, mode: mode)
        let persons = resolver.persons
        let names = StringDictionary(persons.map { $0.id ?? "" }, isDistinct: true)
        names.join(domain())
        let entry = Entry(
            users: users, devices: devices, resolver: resolver, names: names,
            isAnonymous: persons.map { $0.isAnonymous ? 1 : 0 })
        // Two threads may do the same work once; the one that comes later takes what is there, so that
        // blocks share a dictionary.
        return kept.withLock { kept in
            if let known = kept.entry(users, devices) { return known }
            kept.append(entry)
            return entry
        }
    }
}

extension Column {
    /// Codes and strings of a column of texts; without any, the code of a null in each row.
    var codesOrNulls: (codes: [Int32], names: StringDictionary) {
        if case .string(let codes, let names) = values { return (codes, names) }
        return ([Int32](repeating: PersonResolver.noCode, count: count), .empty)
    }
}
