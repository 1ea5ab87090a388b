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
        .playingTime, .completed, .rebufferCount, .rebufferDuration, .errorType, .errorCode,
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
    private let stalls: Lengths
    private var actionLabels: Numbers
    private var errorTypes: Numbers
    private var errorCodes: Numbers

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
        stalls = Lengths(column(.rebufferDuration))
        actionLabels = Numbers(column(.action), after: earlier?.actionLabels)
        errorTypes = Numbers(column(.errorType), after: earlier?.errorTypes)
        errorCodes = Numbers(column(.errorCode), after: earlier?.errorCodes)
    }

    /// Whether a row can be read and has a number in `seqs`.
    func isWanted(_ row: Int, seqs wanted: ClosedRange<Int64>) -> Bool {
        row < seqs.count && wanted.contains(seqs[row])
            && (isUnreadable.isEmpty || !isUnreadable[row])
    }

    func kind(_ row: Int) -> EventKind { kinds[row] }
    func time(_ row: Int) -> Int64 { times[row] }

    /// Stands for the session of a row; 0: it has none.
    mutating func session(_ row: Int) -> UInt64 { sessions.hash(row) }

    /// `nil` if nothing of the row is counted so.
    mutating func detail(_ row: Int, _ index: ViewingIndex) -> EventDetail? {
        let kind = kinds[row]
        let action = actionLabels.number(row) { index.names.label($0) }
        guard action >= 0 || kind == .rebuffer || kind == .error else { return nil }
        var detail = EventDetail(time: times[row], action: action, stall: .nan)
        if kind == .rebuffer { detail.stall = stalls.value(row) }
        if kind == .error {
            detail.failure = (
                content: contents.number(row) { index.content($0) },
                type: errorTypes.number(row) { index.names.label($0) },
                code: errorCodes.number(row) { index.names.label($0) }
            )
        }
        return detail
    }

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

extension ViewingIndex {
    /// The number of a content, which is known from then on.
    func content(_ bytes: UnsafeRawBufferPointer) -> Int32 {
        guard !bytes.isEmpty else { return -1 }
        let number = names.content(bytes)
        if Int(number) == contents.count {
            contents.appendSlowly(Content())
            order.addContent()
        }
        return number
    }
}

extension Column {
    fileprivate var integers: [Int64] {
        if case .int64(let values) = values { values } else { [] }
    }
}
