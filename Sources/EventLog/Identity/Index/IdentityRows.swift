import Columns

/// Finds what stored events say about identity: `identify`, `clear`, who was seen on which device, and the
/// records of administrators (specification, section 4.1).
///
/// The events themselves are the log of identity records, so they are written, numbered, deduplicated and
/// kept by what does that for all events. Of a pair of user and device that a block has many events
/// of, the map needs the first and the last, and to know whether there are others: three records say
/// that. Where a logout or an unlink can part them, all are handed over.
struct IdentityRows {
    /// The columns that are read, in this order.
    static let columns: [EventColumn] = [.event, .userId, .deviceId, .timestamp, .seq]
    static let positions = columns.map { Int($0.rawValue) }

    /// Rows with these numbers are read.
    let seqs: ClosedRange<Int64>
    let map: IdentityMap
    /// Only rows that had arrived by then, in µs since 1970 UTC; `nil`: all.
    var arrivedBy: Int64?
    /// Whether links may be left out that the map need not know.
    var leavesOut = true

    private enum Kind { case ordinary, identify, clear, administrative }

    /// A user code and a device code.
    private struct Pair: Hashable {
        var user: Int32
        var device: Int32
    }

    /// Rows of a pair.
    private struct Span {
        var first: Int
        var last: Int
        /// Any other.
        var inner: Int?
    }

    func records(in unit: any ScanUnit) throws -> [IdentityRecord] {
        let arrival = arrivedBy == nil ? [] : [Int(EventColumn.receivedAt.rawValue)]
        let block = try unit.read(Self.positions + arrival)
        guard case .int64(let times) = block.columns[3].values,
            case .int64(let numbers) = block.columns[4].values
        else { return [] }
        let (events, eventNames) = block.columns[0].codesOrNulls
        let (users, userNames) = block.columns[1].codesOrNulls
        let (devices, deviceNames) = block.columns[2].codesOrNulls
        let seqs = seqs
        var isAsked = numbers.map(seqs.contains)
        for range in block.unreadable {
            for row in range { isAsked[row] = false }
        }
        if let arrivedBy {
            guard case .int64(let arrivals) = block.columns[5].values else { return [] }
            for row in isAsked.indices where arrivals[row] > arrivedBy { isAsked[row] = false }
        }
        let kinds = (0..<eventNames.count).map { Self.kind(eventNames, $0) }
        let administration =
            kinds.contains(.administrative) ? try AdministrativeRows(of: unit) : nil
        /// An event that is only called like an administrator's is an ordinary one.
        func kind(of row: Int) -> Kind {
            let kind = events[row] < 0 ? .ordinary : kinds[Int(events[row])]
            guard kind == .administrative else { return kind }
            return administration?.contains(row) == true ? kind : .ordinary
        }
        let isUser = (0..<userNames.count).map { Self.isName(userNames[$0], .user) }
        let isDevice = (0..<deviceNames.count).map { Self.isName(deviceNames[$0], .device) }
        var records: [IdentityRecord] = []
        var spans: [Pair: Span] = [:]
        var partedHere: Set<String> = []
        for row in 0..<block.rowCount where isAsked[row] {
            let kind = kind(of: row)
            let seq = UInt64(numbers[row])
            if kind == .administrative {
                guard
                    let record = administration?.record(
                        row, named: eventNames[Int(events[row])], time: times[row], seq: seq)
                else { continue }
                if record.kind == .unlink { partedHere.insert(record.device) }
                records.append(record)
                continue
            }
            let device = devices[row]
            guard device >= 0, isDevice[Int(device)] else { continue }
            let user = users[row]
            let isNamed = user >= 0 && isUser[Int(user)]
            switch kind {
            case .clear:
                let name = deviceNames[Int(device)]
                partedHere.insert(name)
                records.append(.clear(device: name, time: times[row], seq: seq))
            case .identify where isNamed:
                records.append(
                    .identify(
                        device: deviceNames[Int(device)], user: userNames[Int(user)],
                        time: times[row], seq: seq))
            case .ordinary where isNamed && map.options.takesImplicitLinks:
                Self.note(row, of: Pair(user: user, device: device), times, &spans)
            case .identify, .ordinary, .administrative: continue
            }
        }
        var inFull: Set<Pair> = []
        for (pair, span) in spans {
            let device = deviceNames[Int(pair.device)]
            if span.inner != nil,
                !leavesOut || partedHere.contains(device) || map.isParted(device: device)
            {
                inFull.insert(pair)
                continue
            }
            for row in [span.first, span.last, span.inner] {
                guard let row else { continue }
                records.append(
                    .implicit(
                        device: device, user: userNames[Int(pair.user)], time: times[row],
                        seq: UInt64(numbers[row])))
                if span.first == span.last { break }
            }
        }
        guard !inFull.isEmpty else { return records }
        for row in 0..<block.rowCount
        where inFull.contains(Pair(user: users[row], device: devices[row])) {
            guard isAsked[row], kind(of: row) == .ordinary else { continue }
            records.append(
                .implicit(
                    device: deviceNames[Int(devices[row])], user: userNames[Int(users[row])],
                    time: times[row], seq: UInt64(numbers[row])))
        }
        return records
    }

    private static func note(
        _ row: Int, of pair: Pair, _ times: [Int64], _ spans: inout [Pair: Span]
    ) {
        guard var span = spans[pair] else {
            spans[pair] = Span(first: row, last: row)
            return
        }
        if times[row] < times[span.first] {
            if span.first != span.last { span.inner = span.first }
            span.first = row
        } else if times[row] > times[span.last] {
            if span.first != span.last { span.inner = span.last }
            span.last = row
        } else if times[row] != times[span.first], times[row] != times[span.last] {
            span.inner = row
        } else {
            return
        }
        spans[pair] = span
    }

    private static func isName(_ text: String, _ field: IdentityRecordError.Field) -> Bool {
        (try? IdentityRecord.check(text, field)) != nil
    }

    private static func kind(_ names: StringDictionary, _ code: Int) -> Kind {
        switch names[code] {
        case "identify": .identify
        case "clear": .clear
        case "alias", "unalias", "unlink": .administrative
        default: .ordinary
        }
    }
}

extension IdentityMap {
    /// Whether logouts or unlinks part what is known of the device, so that every link matters.
    func isParted(device: String) -> Bool {
        guard let links = links(of: device) else { return false }
        return !links.clears.isEmpty || !links.unlinks.isEmpty
    }
}
