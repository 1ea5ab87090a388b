/// Attributes the rows of a block: everything that takes a search is done once per dictionary entry.
///
/// ```
/// user code    → person                                    userPersons
/// device code  → intervals starts[i] ..< starts[i + 1]     deviceStarts
///                interval: from when, person               times, persons
/// ```
/// Most devices have one interval, and then a row costs a look at three arrays.
package struct PersonResolver: Sendable {
    /// The code of a row without a value.
    package static let noCode: Int32 = -1
    /// What `person` returns stands here; distinct; the first is `.none`.
    package private(set) var persons: [Person] = [.none]
    /// By user code; -1: a placeholder.
    private var userPersons: [Int32] = []
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
        var numbers: [Person: Int32] = [.none: 0]
        var persons: [Person] = [.none]
        func number(of person: Person) -> Int32 {
            if let known = numbers[person] { return known }
            let number = Int32(persons.count)
            persons.append(person)
            numbers[person] = number
            return number
        }
        for user in users {
            userPersons.append(map.person(ofUser: user, mode: mode).map(number) ?? Self.noCode)
        }
        for device in devices {
            if device.utf8.isEmpty {
                intervalTimes.append(.min)
                intervalPersons.append(0)
            } else {
                for interval in map.intervals(of: device, mode: mode) {
                    intervalTimes.append(interval.start)
                    intervalPersons.append(number(of: interval.person))
                }
            }
            deviceStarts.append(Int32(intervalTimes.count))
        }
        self.persons = persons
    }

    /// The number of the person in `persons`.
    /// - Parameters:
    ///   - user: code of the row's userId, `noCode` if it has none.
    ///   - time: effective, µs since 1970 UTC.
    @inline(__always)
    package func person(user: Int32, device: Int32, time: Int64) -> Int32 {
        if user >= 0 {
            let person = userPersons[Int(user)]
            if person >= 0 { return person }
        }
        guard device >= 0 else { return 0 }
        var low = Int(deviceStarts[Int(device)])
        var high = Int(deviceStarts[Int(device) &+ 1])
        while high &- low > 1 {
            let middle = (low &+ high) &>> 1
            if intervalTimes[middle] <= time { low = middle } else { high = middle }
        }
        return intervalPersons[low]
    }

    /// The persons of a block's rows, as numbers in `persons`.
    /// - Precondition: the three have one count.
    package func resolve(users: [Int32], devices: [Int32], times: [Int64]) -> [Int32] {
        precondition(users.count == devices.count && users.count == times.count)
        var result = [Int32](repeating: 0, count: times.count)
        for row in times.indices {
            result[row] = person(user: users[row], device: devices[row], time: times[row])
        }
        return result
    }
}
