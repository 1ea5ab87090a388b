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
            var keys = KeySet()
            var numbers = NumberSet()
            try forEach(table, seed, observer) { key in
                if key.high % passCount == pass, let known = keys.insert(key) {
                    counts.repeatedEvents += 1
                    counts.add(example: max(known.seq, key.seq))
                }
                if UInt64(bitPattern: key.seq) % passCount == pass, !numbers.insert(key.seq) {
                    counts.repeatedNumbers += 1
                    counts.add(example: key.seq)
                }
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

/// Events by their ids, which are as good as random: the place of each is known from its id.
private struct KeySet {
    private var keys: [RepetitionAudit.Key] = []
    /// Positions in `keys` and one more; 0 is free. A power of two, at least twice as many as there are keys.
    private var table = [UInt32](repeating: 0, count: 1 << 16)

    /// - Returns: the one that is there already and stays, if there is one.
    mutating func insert(_ key: RepetitionAudit.Key) -> RepetitionAudit.Key? {
        if keys.count * 2 >= table.count { grow() }
        var place = Int(truncatingIfNeeded: key.low) & (table.count - 1)
        while table[place] != 0 {
            let known = keys[Int(table[place]) - 1]
            if known.isSameEvent(as: key) { return known }
            place = (place + 1) & (table.count - 1)
        }
        keys.append(key)
        table[place] = UInt32(keys.count)
        return nil
    }

    private mutating func grow() {
        table = [UInt32](repeating: 0, count: table.count * 4)
        for (position, key) in keys.enumerated() {
            var place = Int(truncatingIfNeeded: key.low) & (table.count - 1)
            while table[place] != 0 { place = (place + 1) & (table.count - 1) }
            table[place] = UInt32(position + 1)
        }
    }
}

/// Numbers that stand close together mostly: a bit for each, in pages of 65,536. In files of others they need not;
/// then each is kept by itself.
private struct NumberSet {
    /// 64 MiB.
    private static let pageCountMax = 8192

    private var scattered: Set<Int64> = []
    private var pages: [Int64: [UInt64]] = [:]
    /// The one that was asked for last, taken out of `pages`.
    private var page: (number: Int64, bits: [UInt64])?

    /// - Returns: `false` if it is there already.
    mutating func insert(_ number: Int64) -> Bool {
        let own = number >> 16
        if page?.number != own {
            guard pages.count < Self.pageCountMax || pages[own] != nil else {
                return scattered.insert(number).inserted
            }
            if let page { pages[page.number] = page.bits }
            page = (own, pages.removeValue(forKey: own) ?? [UInt64](repeating: 0, count: 1024))
        }
        let (word, bit) = (Int(number >> 6 & 1023), UInt64(1) << UInt64(number & 63))
        guard let bits = page?.bits[word], bits & bit == 0 else { return false }
        page?.bits[word] |= bit
        return true
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
