/// Attributes the rows of a block: everything that takes a search is done once per dictionary entry.
///
/// ```
/// user code    → person                                    userPersons
/// device code  → person, if it is always the same          onlyPersons
///              → intervals starts[i] ..< starts[i + 1]     deviceStarts
///                interval: from when, person               times, persons
/// ```
/// Most devices have one interval, and then a row costs a look at one array or two.
package struct PersonResolver: Sendable {
    /// The code of a row without a value.
    package static let noCode: Int32 = -1
    private static let nobody: Int32 = -1
    /// It takes a look at something else.
    private static let unknown: Int32 = -2
    /// What `resolve` returns stands here; distinct.
    package private(set) var persons: [Person] = []
    /// By user code; `unknown`: a placeholder.
    private var userPersons: [Int32] = []
    /// By device code; `unknown`: it takes a search.
    private var onlyPersons: [Int32] = []
    /// By device code, and one more.
    private var deviceStarts: [Int32] = [0]
    private var intervalTimes: [Int64] = []
    private var intervalPersons: [Int32] = []

    /// - Parameters:
    ///   - devices: the entries of the column deviceId's dictionary.
    ///   - users: those of userId.
    package init(
        _ map: IdentityMap, devices: some Sequence<String>, users: some Sequence<String>,
        mode: PersonMode = .resolved
    ) {
        var numbers: [Person: Int32] = [.none: Self.nobody]
        var persons: [Person] = []
        func number(of person: Person) -> Int32 {
            if let known = numbers[person] { return known }
            let number = Int32(persons.count)
            persons.append(person)
            numbers[person] = number
            return number
        }
        for user in users {
            userPersons.append(map.person(ofUser: user, mode: mode).map(number) ?? Self.unknown)
        }
        for device in devices {
            if device.utf8.isEmpty {
                intervalTimes.append(.min)
                intervalPersons.append(Self.nobody)
            } else {
                for interval in map.intervals(of: device, mode: mode) {
                    intervalTimes.append(interval.start)
                    intervalPersons.append(number(of: interval.person))
                }
            }
            let count = intervalTimes.count - Int(deviceStarts[deviceStarts.count - 1])
            onlyPersons.append(
                count == 1 ? intervalPersons[intervalPersons.count - 1] : Self.unknown)
            deviceStarts.append(Int32(intervalTimes.count))
        }
        self.persons = persons
    }

    /// The persons of a block's rows, as positions in `persons`; nobody is -1.
    /// - Parameters:
    ///   - users: codes of the rows' userId, `noCode` where there is none.
    ///   - times: effective, µs since 1970 UTC.
    /// - Precondition: the three have one count, and codes are less than what their dictionaries have.
    package func resolve(users: [Int32], devices: [Int32], times: [Int64]) -> [Int32] {
        let count = times.count
        precondition(users.count == count && devices.count == count)
        return [Int32](unsafeUninitializedCapacity: count) { target, initialized in
            // Unchecked in this loop alone, for codes come from columns that were checked when they were
            // decoded.
            users.withUnsafeBufferPointer { users in
                devices.withUnsafeBufferPointer { devices in
                    userPersons.withUnsafeBufferPointer { userPersons in
                        onlyPersons.withUnsafeBufferPointer { onlyPersons in
                            for row in 0..<count {
                                let user = users[row]
                                var person = user < 0 ? Self.unknown : userPersons[Int(user)]
                                if person < Self.nobody {
                                    let device = devices[row]
                                    person = device < 0 ? Self.nobody : onlyPersons[Int(device)]
                                    if person < Self.nobody {
                                        person = search(device, times[row])
                                    }
                                }
                                (target.baseAddress! + row).initialize(to: person)
                            }
                        }
                    }
                }
            }
            initialized = count
        }
    }

    /// Of a device with several intervals.
    private func search(_ device: Int32, _ time: Int64) -> Int32 {
        intervalPersons[interval(device, time)]
    }

    private func interval(_ device: Int32, _ time: Int64) -> Int {
        var low = Int(deviceStarts[Int(device)])
        var high = Int(deviceStarts[Int(device) &+ 1])
        while high &- low > 1 {
            let middle = (low &+ high) &>> 1
            if intervalTimes[middle] <= time { low = middle } else { high = middle }
        }
        return low
    }

    /// Which interval of a device decides who did each of the rows; -1 where the time does not matter.
    /// - Parameters: as of `resolve`.
    func intervals(users: [Int32], devices: [Int32], times: [Int64]) -> [Int32] {
        times.indices.map { row in
            let (user, device) = (users[row], devices[row])
            guard device >= 0, user < 0 || userPersons[Int(user)] < Self.nobody,
                onlyPersons[Int(device)] < Self.nobody
            else { return Self.noCode }
            return Int32(interval(device, times[row]))
        }
    }
}
