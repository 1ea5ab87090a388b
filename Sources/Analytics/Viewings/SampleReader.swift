import Columns
import EventLog

/// Reads the rows of one unit as samples: what a text stands for is worked out once per dictionary entry
/// that occurs.
struct SampleReader {
    /// The columns that are read, in this order.
    static let columns: [EventColumn] = [
        .seq, .timestamp, .event, .contentId, .userId, .deviceId, .sessionId, .viewSessionId,
        .action,
        .fromContentId, .currentTime, .totalWatchTime, .watchTimeOnFrom, .startupTime,
        .playingTime, .completed, .rebufferCount,
    ]
    static let positions = columns.map { Int($0.rawValue) }

    let rowCount: Int
    private let isUnreadable: [Bool]
    private let seqs: [Int64]
    private let times: [Int64]
    private let kinds: Meanings<EventKind>
    private let actions: Meanings<EventAction>
    private var contents: Numbers
    private var froms: Numbers
    private var users: Numbers
    private var devices: Numbers
    private var sessions: Hashes
    private var viewSessions: Hashes
    private let positionsInContent: Lengths
    private let totalWatchTimes: Lengths
    private let watchTimesOnFrom: Lengths
    private let startupTimes: Lengths
    private let playingTimes: Lengths
    private let completed: Column
    private let rebufferCounts: Column

    /// - Parameters:
    ///   - block: of `columns`.
    ///   - key: keys the hashes of session ids.
    ///   - earlier: another unit of the same index, often with the same dictionaries.
    init(_ block: Block, key: UInt64, after earlier: SampleReader?) {
        rowCount = block.rowCount
        var isUnreadable: [Bool] = []
        if !block.unreadable.isEmpty {
            isUnreadable = Array(repeating: false, count: block.rowCount)
            for range in block.unreadable { for row in range { isUnreadable[row] = true } }
        }
        self.isUnreadable = isUnreadable
        func column(_ column: EventColumn) -> Column {
            block.columns[Self.columns.firstIndex(of: column)!]
        }
        seqs = column(.seq).integers
        times = column(.timestamp).integers
        kinds = Meanings(column(.event), none: .other) { EventKind(named: $0) }
        actions = Meanings(column(.action), none: .none) { EventAction(named: $0) }
        contents = Numbers(column(.contentId), after: earlier?.contents)
        froms = Numbers(column(.fromContentId), after: earlier?.froms)
        users = Numbers(column(.userId), after: earlier?.users)
        devices = Numbers(column(.deviceId), after: earlier?.devices)
        sessions = Hashes(column(.sessionId), key: key, after: earlier?.sessions)
        viewSessions = Hashes(
            column(.viewSessionId), key: ~key, after: earlier?.viewSessions)
        positionsInContent = Lengths(column(.currentTime))
        totalWatchTimes = Lengths(column(.totalWatchTime))
        watchTimesOnFrom = Lengths(column(.watchTimeOnFrom))
        startupTimes = Lengths(column(.startupTime))
        playingTimes = Lengths(column(.playingTime))
        completed = column(.completed)
        rebufferCounts = column(.rebufferCount)
    }

    /// Which rows are wanted: those with a number in `seqs`, of an impression or of all the others.
    func isWanted(_ row: Int, seqs wanted: ClosedRange<Int64>, impressions: Bool) -> Bool {
        guard row < seqs.count, wanted.contains(seqs[row]),
            isUnreadable.isEmpty || !isUnreadable[row]
        else { return false }
        return (kinds[row] == .impression) == impressions
    }

    func time(_ row: Int) -> Int64 { times[row] }

    /// What the event is of; -1 is nothing.
    mutating func content(_ row: Int, _ index: ViewingIndex) -> Int32 {
        kinds[row] == .swipe
            ? froms.number(row) { index.content($0) } : contents.number(row) { index.content($0) }
    }

    /// - Returns: `nil` for an event without content.
    mutating func sample(_ row: Int, _ index: ViewingIndex) -> EventSample? {
        let kind = kinds[row]
        let content = content(row, index)
        guard content >= 0 else { return nil }
        let view = viewSessions.hash(row)
        var sample = EventSample(
            time: times[row], content: content,
            user: users.number(row) { index.names.user($0) },
            device: devices.number(row) { index.names.device($0) },
            visit: view != 0 ? view : sessions.hash(row), hasViewSession: view != 0, kind: kind,
            action: actions[row])
        let swipe = watchTimesOnFrom.microseconds(row)
        sample.finalTime = max(totalWatchTimes.microseconds(row), swipe)
        switch kind {
        case .watchProgress: sample.position = positionsInContent.microseconds(row)
        case .swipe: sample.swipeTime = swipe
        case .playStart: sample.startupTime = startupTimes.value(row)
        case .viewEnd:
            sample.playingTime = playingTimes.microseconds(row)
            if case .bool(true) = completed[row] { sample.isCompleted = true }
            if case .int64(let count) = rebufferCounts[row], count > 0 { sample.hasStalled = true }
        case .other, .impression, .completion, .rebuffer, .error: break
        }
        return sample
    }
}

extension Column {
    fileprivate var integers: [Int64] {
        if case .int64(let values) = values { values } else { [] }
    }
}

/// What each text of a column means to us.
private struct Meanings<Meaning> {
    let codes: [Int32]
    let byCode: [Meaning]
    let none: Meaning

    init(_ column: Column, none: Meaning, _ meaning: (String) -> Meaning) {
        self.none = none
        guard case .string(let codes, let dictionary) = column.values else {
            (self.codes, byCode) = ([], [])
            return
        }
        self.codes = codes
        byCode = (0..<dictionary.count).map { meaning(dictionary[$0]) }
    }

    subscript(row: Int) -> Meaning {
        guard row < codes.count, codes[row] >= 0 else { return none }
        return byCode[Int(codes[row])]
    }
}

/// The numbers of names, looked for when they first occur.
private struct Numbers {
    private let codes: [Int32]
    private let dictionary: StringDictionary
    private var byCode: [Int32]
    private static let unknown: Int32 = -2

    init(_ column: Column, after earlier: Numbers?) {
        guard case .string(let codes, let dictionary) = column.values else {
            (codes, dictionary, byCode) = ([], .empty, [])
            return
        }
        self.codes = codes
        self.dictionary = dictionary
        if let earlier, earlier.dictionary === dictionary {
            byCode = earlier.byCode
            return
        }
        byCode = Array(repeating: Self.unknown, count: dictionary.count)
    }

    mutating func number(_ row: Int, _ find: (UnsafeRawBufferPointer) -> Int32) -> Int32 {
        guard row < codes.count else { return -1 }
        let code = Int(codes[row])
        guard code >= 0 else { return -1 }
        if byCode[code] == Self.unknown { byCode[code] = dictionary.withBytes(at: code, find) }
        return byCode[code]
    }
}

/// Hashes that stand for texts; 0 is none.
private struct Hashes {
    private let codes: [Int32]
    private let dictionary: StringDictionary
    private var byCode: [UInt64]
    private let key: UInt64

    init(_ column: Column, key: UInt64, after earlier: Hashes?) {
        self.key = key
        guard case .string(let codes, let dictionary) = column.values else {
            (codes, dictionary, byCode) = ([], .empty, [])
            return
        }
        self.codes = codes
        self.dictionary = dictionary
        if let earlier, earlier.dictionary === dictionary {
            byCode = earlier.byCode
            return
        }
        byCode = Array(repeating: 0, count: dictionary.count)
    }

    mutating func hash(_ row: Int) -> UInt64 {
        guard row < codes.count else { return 0 }
        let code = Int(codes[row])
        guard code >= 0 else { return 0 }
        if byCode[code] == 0 {
            byCode[code] = max(
                1, dictionary.withBytes(at: code) { ByteHash.hash64($0, seed: key) })
        }
        return byCode[code]
    }
}

/// Numbers with a fraction, of which any may be missing.
private struct Lengths {
    private let values: [Double]
    private let validity: [UInt8]?

    init(_ column: Column) {
        if case .double(let values) = column.values {
            self.values = values
        } else {
            values = []
        }
        validity = column.validity
    }

    /// Not a number where there is none.
    func value(_ row: Int) -> Double {
        guard row < values.count, validity.map({ $0[row] != 0 }) ?? true else { return .nan }
        return values[row]
    }

    func microseconds(_ row: Int) -> Int64 { EventSample.microseconds(value(row)) }
}

extension StringDictionary {
    fileprivate func withBytes<Result>(
        at code: Int, _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result {
        bytes.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[range(at: code)])) }
    }
}

extension ViewingIndex {
    /// The number of a content, which is known from then on.
    func content(_ bytes: UnsafeRawBufferPointer) -> Int32 {
        guard !bytes.isEmpty else { return -1 }
        let number = names.content(bytes)
        if Int(number) == contents.count { contents.append(Content()) }
        return number
    }
}
