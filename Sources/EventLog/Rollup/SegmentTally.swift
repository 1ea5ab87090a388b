import Columns
import Synchronization

/// How many events of each type a segment has, in all or in each hour: what most charts of a whole store ask for.
///
/// It is counted by the way, when a question reads all rows of the segment, and kept with the segment, which
/// never changes. Unlike a rollup it is in no file and takes next to no room.
struct SegmentTally: Sendable {
    enum Key: Sendable, Hashable, CaseIterable {
        case event, eventByHour

        /// What is read to count it.
        var columns: [EventColumn] {
            switch self {
            case .event: [.event]
            case .eventByHour: [.event, .timestamp]
            }
        }

        /// The coarsest that tells these columns; `nil` if none does.
        init?(_ columns: some Sequence<Int>) {
            var isNarrow = true
            for position in columns {
                switch position {
                case Int(EventColumn.event.rawValue): break
                case Int(EventColumn.timestamp.rawValue): isNarrow = false
                default: return nil
                }
            }
            self = isNarrow ? .event : .eventByHour
        }
    }

    static let hour = TimePartition.Unit.hour.length
    /// Counts of one segment: more are not worth the room, and a rollup has them.
    static let countMax = 1 << 16

    let events: Column
    /// Some time of the hour that is not before the segment's first event nor after its last, in µs since
    /// 1970 UTC; null if all hours are counted together.
    let times: Column
    let counts: Column

    var rowCount: Int { counts.count }
}

/// The tallies of one segment, as far as somebody asked.
final class SegmentTallies: Sendable {
    private struct State {
        var known: [SegmentTally.Key: SegmentTally] = [:]
        /// Those that would be too large, or cannot be made.
        var given: Set<SegmentTally.Key> = []
    }
    private let state = Mutex(State())

    subscript(key: SegmentTally.Key) -> SegmentTally? { state.withLock { $0.known[key] } }

    /// Whether to count when all rows are read anyway.
    func isWanted(_ key: SegmentTally.Key) -> Bool {
        state.withLock { $0.known[key] == nil && !$0.given.contains(key) }
    }

    /// - Parameter tally: `nil`: there will be none.
    func note(_ tally: SegmentTally?, for key: SegmentTally.Key) {
        state.withLock { state in
            if let tally {
                state.known[key] = tally
            } else {
                state.given.insert(key)
            }
        }
    }
}

/// Counts the events of one segment while a question reads them, on several threads.
final class TallyMaker: Sendable {
    private struct State {
        var dictionary: StringDictionaryBuilder
        /// By number of the event type, the last for those without one, and by hour.
        var counts: [[Int64]] = []
        var unitsLeft: Int
    }

    let key: SegmentTally.Key
    private let segment: SegmentFile
    private let firstHour: Int64
    private let hourCount: Int
    private let state: Mutex<State>

    /// - Parameter unitCount: units that all rows are in.
    /// - Returns: `nil` if there would be too many counts.
    init?(_ key: SegmentTally.Key, of segment: SegmentFile, unitCount: Int, seed: UInt64) {
        self.key = key
        self.segment = segment
        let entry = segment.entry
        firstHour = entry.timestampMin.flooredHour
        let (hours, isTooLong) = entry.timestampMax.flooredHour
            .subtractingReportingOverflow(firstHour)
        hourCount = key == .event ? 1 : isTooLong ? .max : Int(hours).addingOne
        guard hourCount <= SegmentTally.countMax else { return nil }
        state = Mutex(
            State(dictionary: StringDictionaryBuilder(seed: seed), unitsLeft: unitCount))
    }

    /// Takes in a unit; each comes once.
    /// - Parameter block: of the key's columns.
    func add(_ block: Block) {
        guard block.unreadable.isEmpty, let own = count(block) else {
            return segment.tallies.note(nil, for: key)
        }
        let finished: State? = state.withLock { state in
            for (name, counts) in own {
                // The first entry stands for those without a type.
                let place = name.map { Int(state.dictionary.intern($0)) + 1 } ?? 0
                while state.counts.count <= place {
                    state.counts.append([Int64](repeating: 0, count: hourCount))
                }
                for hour in 0..<hourCount { state.counts[place][hour] &+= counts[hour] }
            }
            state.unitsLeft -= 1
            return state.unitsLeft == 0 ? state : nil
        }
        if let finished { segment.tallies.note(tally(finished), for: key) }
    }

    /// - Returns: `nil` if there are too many types.
    private func count(_ block: Block) -> [(name: String?, counts: [Int64])]? {
        var names: [String?] = [nil]
        var codes: [Int32] = []
        if case .string(let own, let dictionary) = block.columns[0].values {
            codes = own
            names += (0..<dictionary.count).map { dictionary[$0] }
        } else {
            codes = [Int32](repeating: -1, count: block.rowCount)
        }
        guard names.count <= SegmentTally.countMax / hourCount else { return nil }
        var counts = [Int64](repeating: 0, count: names.count * hourCount)
        if key == .event {
            for code in codes { counts[Int(code) + 1] &+= 1 }
        } else if case .int64(let times) = block.columns[1].values {
            for (code, time) in zip(codes, times) {
                let hour = Int(time.flooredHour &- firstHour)
                counts[(Int(code) + 1) * hourCount + min(max(hour, 0), hourCount - 1)] &+= 1
            }
        }
        return names.enumerated().compactMap { place, name in
            let own = Array(counts[place * hourCount..<(place + 1) * hourCount])
            return own.contains { $0 != 0 } ? (name, own) : nil
        }
    }

    private func tally(_ state: State) -> SegmentTally? {
        guard state.counts.count * hourCount <= SegmentTally.countMax else { return nil }
        var codes: [Int32] = []
        var times: [Int64] = []
        var numbers: [Int64] = []
        let entry = segment.entry
        for (place, counts) in state.counts.enumerated() {
            for (hour, count) in counts.enumerated() where count > 0 {
                codes.append(Int32(place) - 1)
                let start = (firstHour + Int64(hour)).multipliedReportingOverflow(
                    by: SegmentTally.hour
                ).partialValue
                times.append(min(max(start, entry.timestampMin), entry.timestampMax))
                numbers.append(count)
            }
        }
        return SegmentTally(
            events: Column(codes: codes, dictionary: state.dictionary.build()),
            times: key == .event
                ? Column(nulls: codes.count, type: .timestamp) : Column(timestamps: times),
            counts: Column(integers: numbers))
    }
}

extension Int64 {
    /// The hour that this time is in, counted from 1970 UTC; a time in µs.
    fileprivate var flooredHour: Int64 {
        let hour = self / SegmentTally.hour
        return self % SegmentTally.hour < 0 ? hour - 1 : hour
    }
}

extension Int {
    fileprivate var addingOne: Int { self == .max ? .max : self + 1 }
}
