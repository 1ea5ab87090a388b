package import Columns
import Parquet

/// Finds events that are in a store more than once, its journal included, and numbers that two events have.
///
/// Goes through the segments as often as memory asks for, each time for a part of the ids.
package struct RepetitionAudit {
    package struct Counts: Sendable, Hashable {
        /// Events whose producer and eventId another, earlier one has too.
        package var repeatedEvents = 0
        /// Events with the number of another.
        package var repeatedNumbers = 0
        /// Numbers of such events, some of them, ascending.
        package var examples: [Int64] = []
    }

    fileprivate struct Key {
        var high: UInt64
        var low: UInt64
        var seq: Int64

        func isSameEvent(as other: Key) -> Bool { high == other.high && low == other.low }
    }

    /// Of examples.
    static let exampleCountMax = 10

    /// - Parameters:
    ///   - observer: is told what could not be read, and is not compared.
    ///   - keyCountMax: in tests other than `Limits.auditKeyCountMax`.
    package static func run(
        _ table: EventsTable, observer: ScanObserver, keyCountMax: Int = Limits.auditKeyCountMax
    ) throws -> Counts {
        var counts = Counts()
        let total = Int(clamping: table.rowCount)
        let passCount = UInt64(max(1, (total + keyCountMax - 1) / keyCountMax))
        let seed = UInt64.random(in: .min ... .max)
        for pass in 0..<passCount {
            var keys = EventKeys()
            var numbers = NumberSet()
            try forEach(table, seed, observer) { key in
                if key.high % passCount == pass { keys.append(key) }
                if UInt64(bitPattern: key.seq) % passCount == pass, !numbers.insert(key.seq) {
                    counts.repeatedNumbers += 1
                    counts.add(example: key.seq)
                }
            }
            keys.forEachRepetition {
                counts.repeatedEvents += 1
                counts.add(example: $0.seq)
            }
        }
        counts.trim()
        return counts
    }

    private static func forEach(
        _ table: EventsTable, _ seed: UInt64, _ observer: ScanObserver, _ take: (Key) -> Void
    ) throws {
        let positions = [EventColumn.producer, .eventId, .seq].map { Int($0.rawValue) }
        let scan = try table.unhidden.scan(
            ScanRequest(columns: positions, bounds: [], observer: observer))
        for unit in scan.units {
            let block = try unit.read(positions)
            guard case .string(let producerCodes, let producers) = block.columns[0].values,
                case .string(let idCodes, let ids) = block.columns[1].values,
                case .int64(let numbers) = block.columns[2].values
            else { continue }
            var hashers: [Int32: EventIdentityHasher] = [:]
            for row in numbers.indices
            where producerCodes[row] >= 0 && idCodes[row] >= 0
                && !block.unreadable.contains(where: { $0.contains(row) })
            {
                let code = producerCodes[row]
                let hasher =
                    hashers[code]
                    ?? EventIdentityHasher(producer: producers[Int(code)], key: seed)
                hashers[code] = hasher
                let identity = hasher.identity(ofText: ids, Int(idCodes[row]))
                take(Key(high: identity.high, low: identity.low, seq: numbers[row]))
            }
        }
    }
}

/// Events by their ids, which are as good as random: first by a byte of them, so that what is looked up together fits
/// a processor's cache.
private struct EventKeys {
    private var parts = [[RepetitionAudit.Key]](repeating: [], count: 256)

    mutating func append(_ key: RepetitionAudit.Key) {
        parts[Int(truncatingIfNeeded: key.low >> 56)].append(key)
    }

    /// Hands over the later of each two keys of one event, by number.
    func forEachRepetition(_ take: (RepetitionAudit.Key) -> Void) {
        // Positions in a part and one more; 0 is free.
        var table: [UInt32] = []
        for part in parts {
            let bits = Int.bitWidth - (part.count * 2).leadingZeroBitCount
            let mask = (1 << bits) - 1
            if table.count != mask + 1 {
                table = [UInt32](repeating: 0, count: mask + 1)
            } else {
                for place in table.indices { table[place] = 0 }
            }
            keys: for (position, key) in part.enumerated() {
                var place = Int(truncatingIfNeeded: key.low) & mask
                while table[place] != 0 {
                    let known = part[Int(table[place]) - 1]
                    if known.isSameEvent(as: key) {
                        take(known.seq > key.seq ? known : key)
                        continue keys
                    }
                    place = (place + 1) & mask
                }
                table[place] = UInt32(position + 1)
            }
        }
    }
}

extension RepetitionAudit.Counts {
    fileprivate mutating func add(example: Int64) {
        examples.append(example)
        if examples.count > 2 * RepetitionAudit.exampleCountMax { trim() }
    }

    fileprivate mutating func trim() {
        examples = Array(Set(examples).sorted().prefix(RepetitionAudit.exampleCountMax))
    }
}

extension EventsTable {
    /// Hidden events too.
    fileprivate var unhidden: EventsTable {
        EventsTable(columns: columns, segments: segments, tail: tail)
    }

    /// Those of several, which are only looked at in columns that all segments have: of files that were given together.
    package static func joined(_ tables: [EventsTable]) -> EventsTable? {
        guard let first = tables.first else { return nil }
        return EventsTable(
            columns: first.columns, segments: tables.flatMap(\.segments),
            tail: tables.flatMap(\.tail))
    }
}
