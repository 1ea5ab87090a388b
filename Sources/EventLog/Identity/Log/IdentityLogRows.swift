import Columns

/// Finds, among events that are about to go, those without which other persons would be worked out, and
/// leaves of them what says so.
///
/// Logins, logouts and administrators' records all stay. Of the events that name a user and a device
/// those of one hour, between two logouts and on one side of an unlink, say one thing: that the two
/// were seen together. The first and the last stay, and each that was earlier than all that had arrived before it,
/// for questions about what was known then.
struct IdentityLogRows {
    /// What is known, for the logouts in it.
    let map: IdentityMap

    private static let names: Set<String> = ["identify", "clear", "alias", "unalias", "unlink"]
    private static let administrative: Set<String> = ["alias", "unalias", "unlink"]

    private struct Group: Hashable {
        var user: Int32
        var device: Int32
        var hour: Int64
        var epoch: Int
        var isUnlinked: Bool
    }

    private struct Span {
        var earliest: Int64
        var latest: Int64
        var latestRow: Int
    }

    /// - Parameter isKept: by row in the order of the inputs: those that do not go; `nil`: all go.
    /// - Returns: by row, whether it is to be kept for what it says about persons.
    func wanted(_ reader: MergeReader, except isKept: [Bool]? = nil) throws -> [Bool] {
        guard case .int64(let times) = try reader.column(.timestamp).values,
            case .int64(let seqs) = try reader.column(.seq).values
        else { return [] }
        let (events, eventNames) = try reader.column(.event).codesOrNulls
        let (users, userNames) = try reader.column(.userId).codesOrNulls
        let (devices, deviceNames) = try reader.column(.deviceId).codesOrNulls
        let isNamed = (0..<eventNames.count).map { Self.names.contains(eventNames[$0]) }
        let isUser = (0..<userNames.count).map { Self.isName(userNames[$0], .user) }
        let isDevice = (0..<deviceNames.count).map { Self.isName(deviceNames[$0], .device) }
        var links: [Int32: DeviceLinks?] = [:]
        var spans: [Group: Span] = [:]
        var isWanted = [Bool](repeating: false, count: times.count)
        for row in seqs.indices.sorted(by: { seqs[$0] < seqs[$1] }) where isKept?[row] != true {
            if events[row] >= 0, isNamed[Int(events[row])] {
                isWanted[row] = true
                continue
            }
            let (user, device, time) = (users[row], devices[row], times[row])
            guard user >= 0, device >= 0, isUser[Int(user)], isDevice[Int(device)] else { continue }
            let known = links[device] ?? map.links(of: deviceNames[Int(device)])
            links[device] = .some(known)
            let group = Group(
                user: user, device: device,
                hour: TimePartition(.hour, containing: time).number,
                epoch: known?.epoch(at: time) ?? 0,
                isUnlinked: known?.isUnlinked(userNames[Int(user)], at: time) ?? false)
            guard var span = spans[group] else {
                spans[group] = Span(earliest: time, latest: time, latestRow: row)
                isWanted[row] = true
                continue
            }
            if time < span.earliest {
                span.earliest = time
                isWanted[row] = true
            } else if time > span.latest {
                span.latest = time
                span.latestRow = row
            } else {
                continue
            }
            spans[group] = span
        }
        for span in spans.values { isWanted[span.latestRow] = true }
        return isWanted
    }

    private static func isName(_ text: String, _ field: IdentityRecordError.Field) -> Bool {
        (try? IdentityRecord.check(text, field)) != nil
    }

    // MARK: What is left of them

    private static let keptColumns: Set<EventColumn> = [
        .seq, .timestamp, .receivedAt, .event, .userId, .deviceId, .flags,
    ]

    /// A column of the rows as they are kept; `nil`: as it is.
    static func column(_ position: Int, _ reader: MergeReader) throws -> Column? {
        let column = position < EventColumn.count ? EventColumn.allCases[position] : nil
        if let column, keptColumns.contains(column) { return nil }
        if column == .extra { return try extra(reader) }
        let (type, count) = (reader.type(of: position), reader.rowCount)
        guard column?.isRequired == true else { return Column(nulls: count, type: type) }
        return type == .string
            ? Column(
                codes: [Int32](repeating: 0, count: count), dictionary: StringDictionary([""]))
            : Column(integers: [Int64](repeating: 0, count: count))
    }

    /// Only administrators' records have something there that says who is who.
    private static func extra(_ reader: MergeReader) throws -> Column {
        let (events, names) = try reader.column(.event).codesOrNulls
        let isNeeded = (0..<names.count).map { administrative.contains(names[$0]) }
        let (codes, texts) = try reader.column(.extra).codesOrNulls
        return Column(
            codes: codes.indices.map { row in
                events[row] >= 0 && isNeeded[Int(events[row])] ? codes[row] : -1
            }, dictionary: texts)
    }
}

extension DeviceLinks {
    /// Whether links of a user at this time do not count.
    fileprivate func isUnlinked(_ user: String, at time: Int64) -> Bool {
        guard !unlinks.isEmpty else { return false }
        let (index, isFound) = position(of: IdentityName(user))
        return isFound && (unlinkTime(of: index).map { time <= $0 } ?? false)
    }
}
