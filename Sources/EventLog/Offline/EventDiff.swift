package import Columns

/// Which events two tables do not have in common, by producer and eventId, and which differ in what `EventDump`
/// writes of them: the number, the time of arrival and the sender's process may be others.
///
/// Goes through both as often as memory asks for, each time for a part of the ids.
package struct EventDiff {
    package enum Side: String, Sendable, Codable {
        case onlyInA, onlyInB, differsInA, differsInB
    }

    package struct Counts: Sendable, Hashable {
        package var onlyInA = 0
        package var onlyInB = 0
        package var different = 0
        package var same = 0
    }

    private struct Known {
        var fingerprint: UInt64
        var isInBoth = false
        var isDifferent = false
    }

    private let a: EventsTable
    private let b: EventsTable
    private let observers: (a: ScanObserver, b: ScanObserver)
    private let keyCountMax: Int
    private let key = UInt64.random(in: .min ... .max)
    private var json = EventJSON()

    /// - Parameters:
    ///   - observers: are told what could not be read: such events count as not there.
    ///   - keyCountMax: in tests other than `Limits.auditKeyCountMax`.
    package init(
        _ a: EventsTable, _ b: EventsTable, observers: (a: ScanObserver, b: ScanObserver),
        keyCountMax: Int = Limits.auditKeyCountMax
    ) {
        (self.a, self.b) = (a, b)
        self.observers = observers
        self.keyCountMax = keyCountMax
    }

    /// - Parameter take: is given each event that is not in both alike, as a line of NDJSON; `nil`: only the
    ///   counts are wanted.
    package mutating func run(
        _ take: ((Side, ArraySlice<UInt8>) throws -> Void)? = nil
    ) throws -> Counts {
        var counts = Counts()
        let passCount = UInt64(max(1, (Int(a.rowCount) + keyCountMax - 1) / keyCountMax))
        for pass in 0..<passCount {
            func isOfPass(_ identity: EventIdentity) -> Bool { identity.high % passCount == pass }
            var known: [EventIdentity: Known] = [:]
            try forEach(a, observers.a, isOfPass) { known[$0] = Known(fingerprint: Self.hash($1)) }
            try forEach(b, observers.b, isOfPass) { identity, line in
                guard let entry = known[identity] else {
                    counts.onlyInB += 1
                    try take?(.onlyInB, line)
                    return
                }
                known[identity]?.isInBoth = true
                guard entry.fingerprint != Self.hash(line) else { return }
                known[identity]?.isDifferent = true
                try take?(.differsInB, line)
            }
            for entry in known.values {
                if !entry.isInBoth {
                    counts.onlyInA += 1
                } else if entry.isDifferent {
                    counts.different += 1
                } else {
                    counts.same += 1
                }
            }
            guard let take else { continue }
            known = known.filter { !$1.isInBoth || $1.isDifferent }
            if known.isEmpty { continue }
            // What was told of A before must not be told to the observer twice: it keeps each once.
            try forEach(a, observers.a, { known[$0] != nil }) { identity, line in
                try take(known[identity]?.isDifferent == true ? .differsInA : .onlyInA, line)
            }
        }
        return counts
    }

    private mutating func forEach(
        _ table: EventsTable, _ observer: ScanObserver, _ isWanted: (EventIdentity) -> Bool,
        _ take: (EventIdentity, ArraySlice<UInt8>) throws -> Void
    ) throws {
        let all = Array(table.columns.indices)
        let scan = try table.scan(ScanRequest(columns: all, bounds: [], observer: observer))
        var line: [UInt8] = []
        for unit in scan.units {
            let block = try unit.read(all)
            let producer = block.columns[Int(EventColumn.producer.rawValue)]
            let ids = block.columns[Int(EventColumn.eventId.rawValue)]
            guard case .string(let producerCodes, let producers) = producer.values,
                case .string(let idCodes, let texts) = ids.values
            else { continue }
            var hashers: [Int32: EventIdentityHasher] = [:]
            for row in 0..<block.rowCount
            where producerCodes[row] >= 0 && idCodes[row] >= 0
                && !block.unreadable.contains(where: { $0.contains(row) })
            {
                let code = producerCodes[row]
                let hasher =
                    hashers[code] ?? EventIdentityHasher(producer: producers[Int(code)], key: key)
                hashers[code] = hasher
                let identity = hasher.identity(ofText: texts, Int(idCodes[row]))
                guard isWanted(identity) else { continue }
                line.removeAll(keepingCapacity: true)
                do {
                    try json.append(row: row, of: block, table.columns, to: &line)
                } catch let error as JSONError {
                    observer.report(
                        Damage(file: table.name, rowCount: 1, message: "extra: \(error.message)"))
                    continue
                }
                try take(identity, line[...])
            }
        }
    }

    private static func hash(_ line: ArraySlice<UInt8>) -> UInt64 {
        var hasher = Hasher()
        hasher.combine(line)
        return UInt64(bitPattern: Int64(hasher.finalize()))
    }
}
