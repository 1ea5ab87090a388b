import Columns

/// Whose events an erasure takes: what was a person's when it was asked for (specification, section 4.7).
///
/// It says of each stored row, by itself, whether it goes. So it hides rows from queries at once, finds them
/// in segments later, and does either again after a crash.
package struct ErasureScope: Sendable, Hashable, Codable {
    /// A device, and when events without a user were the person's.
    struct Device: Sendable, Hashable, Codable {
        var name: String
        var spans: [Span]
        /// Nobody else has events of it: not even its logouts stay.
        var isWhole = false
    }

    /// From `start` until before `end`, in µs since 1970 UTC.
    struct Span: Sendable, Hashable, Codable {
        var start: Int64
        /// `nil`: without end.
        var end: Int64?

        func contains(_ time: Int64) -> Bool { start <= time && end.map { time < $0 } ?? true }
    }

    /// The receipt's.
    package let id: String
    /// All ids of the person, ascending.
    package let users: [String]
    var devices: [Device]
    /// From the first to the last of the person's events, in µs since 1970 UTC; `nil`: there is none, or
    /// nobody has looked.
    package var times: ClosedRange<Int64>?
    /// Events with greater numbers came after the request.
    let seqMax: Int64
    /// When it was asked for, in µs since 1970 UTC.
    package let requestedAt: Int64
}

extension ErasureScope {
    /// What decides whether a row goes.
    static let columns: [EventColumn] = [.seq, .userId, .deviceId, .timestamp, .event]
    static let positions = columns.map { Int($0.rawValue) }

    /// Whether each row goes.
    /// - Parameters:
    ///   - block: its first columns are `columns`.
    ///   - administration: reads what the administrators' records of the rows say.
    func rows(
        of block: Block, _ administration: () throws -> AdministrativeRows
    ) rethrows -> [Bool] {
        guard case .int64(let seqs) = block.columns[0].values,
            case .int64(let times) = block.columns[3].values
        else { return [] }
        let (users, userNames) = block.columns[1].codesOrNulls
        let (devices, deviceNames) = block.columns[2].codesOrNulls
        let (events, eventNames) = block.columns[4].codesOrNulls
        let own = Set(self.users.map(IdentityName.init))
        let byName = Dictionary(
            self.devices.map { (IdentityName($0.name), $0) },
            uniquingKeysWith: { first, _ in first })
        /// Per entry of the dictionaries, of which there are fewer than rows.
        enum User { case own, other, nobody }
        let isUser = (0..<userNames.count).map { code -> User in
            let name = userNames[code]
            if own.contains(IdentityName(name)) { return .own }
            return UserPlaceholder.matches(name) ? .nobody : .other
        }
        let device = (0..<deviceNames.count).map { byName[IdentityName(deviceNames[$0])] }
        let isAdministrative = (0..<eventNames.count).map {
            ["alias", "unalias", "unlink"].contains(eventNames[$0])
        }
        let records = isAdministrative.contains(true) ? try administration() : nil
        return (0..<block.rowCount).map { row in
            guard seqs[row] <= seqMax else { return false }
            let user = users[row] < 0 ? .nobody : isUser[Int(users[row])]
            if user == .own { return true }
            if events[row] >= 0, isAdministrative[Int(events[row])],
                let record = records?.record(
                    row, named: eventNames[Int(events[row])], time: times[row], seq: 0),
                own.contains(IdentityName(record.user)) || own.contains(IdentityName(record.toUser))
            {
                return true
            }
            guard user == .nobody, devices[row] >= 0, let device = device[Int(devices[row])] else {
                return false
            }
            if device.isWhole { return true }
            return device.spans.contains { $0.contains(times[row]) }
        }
    }

    /// Of rows that go, the logouts from devices that others have events of, too: they part the others' events
    /// still.
    /// - Parameter block: its first columns are `columns`.
    func sharedLogouts(among rows: [Int], of block: Block) -> [Int] {
        let (devices, deviceNames) = block.columns[2].codesOrNulls
        let (events, eventNames) = block.columns[4].codesOrNulls
        return rows.filter { row in
            events[row] >= 0 && eventNames[Int(events[row])] == "clear" && devices[row] >= 0
                && !wholeDevices.contains(IdentityName(deviceNames[Int(devices[row])]))
        }
    }

    /// Whether a row of a rollup goes: it is of one person.
    /// - Parameter time: of its first event, in µs since 1970 UTC.
    func takes(user: String?, device: String?, time: Int64) -> Bool {
        if let user, !UserPlaceholder.matches(user) {
            let name = IdentityName(user)
            return users.contains { IdentityName($0) == name }
        }
        guard let device else { return false }
        let name = IdentityName(device)
        return devices.contains { own in
            IdentityName(own.name) == name
                && (own.isWhole || own.spans.contains { $0.contains(time) })
        }
    }
}
