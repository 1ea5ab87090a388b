/// All sessions together, in the order in which their lines arrive.
///
/// Only the sessions that are open are in memory. A late line is held back for a minute to a day, a
/// duplicate comes again within ten minutes, as clients that were offline and retry do.
struct Feed {
    /// What is due: a number into one of the two lists, so that the queue moves few bytes.
    private enum Turn: BitwiseCopyable {
        case session(Int)
        case held(Int)
    }

    private let world: World
    private let start: Int64
    /// ms between the starts of two sessions.
    private let interval: Double
    private let late: Double
    private let duplicates: Double
    private var random: RandomStream
    private var queue = TimeQueue<Turn>()
    private var sessions: [Session] = []
    private var freeSessions: [Int] = []
    /// A line that comes late, or once more.
    private struct Held {
        var line: [UInt8]
        var isLate = false
        /// Common to both copies of a line that comes late and twice; `nil`: it is there already.
        var pair: Int?
        var isCopy = false
    }

    private var held: [Held] = []
    /// Pairs of which neither copy has come yet.
    private var openPairs: Set<Int> = []
    private var pairCount = 0
    private var freeHeld: [Int] = []
    private var begun = 0
    /// Lines that have come late.
    private(set) var lateCount = 0
    /// Lines that have come once more.
    private(set) var duplicateCount = 0
    /// When the last line came.
    private(set) var lastTime: Int64
    var sessionCount: Int { begun }

    /// Events of a mean session, as it turns out: only the pace of time depends on it.
    private static let eventsPerSession = 36.0

    init(world: World, start: Int64, span: Int64, events: Int, late: Double, duplicates: Double) {
        self.world = world
        self.start = start
        lastTime = start
        interval = Double(span) * Self.eventsPerSession / Double(max(1, events))
        self.late = late
        self.duplicates = duplicates
        random = RandomStream(seed: world.seed, stream: UInt64.max)
    }

    /// Appends the next line that arrives.
    mutating func next(_ out: inout LineWriter, _ scratch: inout LineWriter) {
        while true {
            let opening = start + Int64(Double(begun) * interval)
            if (queue.firstTime ?? Int64.max) > opening {
                open(at: opening)
                continue
            }
            guard let (time, turn) = queue.pop() else { continue }
            lastTime = max(lastTime, time)
            switch turn {
            case .held(let index):
                out.raw(held[index].line)
                count(held[index])
                held[index].line = []
                freeHeld.append(index)
                return
            case .session(let index):
                scratch.removeAll()
                if sessions[index].step(world, &scratch) {
                    queue.push(.session(index), at: sessions[index].due)
                } else {
                    freeSessions.append(index)
                }
                var copyAt: Int64?
                if random.chance(duplicates) { copyAt = time + 1 + Int64(random.below(600_000)) }
                if random.chance(late) {
                    let delay = random.unit()
                    let wait = 60_000 + delay * delay * delay * 86_340_000
                    var late = Held(line: scratch.bytes, isLate: true)
                    if let copyAt {
                        late.pair = pairCount
                        openPairs.insert(pairCount)
                        pairCount += 1
                        let copy = Held(line: scratch.bytes, pair: late.pair, isCopy: true)
                        hold(copy, until: copyAt)
                    }
                    hold(late, until: time + Int64(wait))
                    continue
                }
                if let copyAt { hold(Held(line: scratch.bytes, isCopy: true), until: copyAt) }
                out.raw(scratch.bytes)
                return
            }
        }
    }

    private mutating func open(at time: Int64) {
        let session = Session(number: begun, at: time, world: world)
        begun += 1
        let index = freeSessions.popLast() ?? sessions.count
        if index == sessions.count { sessions.append(session) } else { sessions[index] = session }
        queue.push(.session(index), at: time)
    }

    private mutating func count(_ held: Held) {
        if held.isLate { lateCount += 1 }
        if let pair = held.pair {
            if openPairs.remove(pair) == nil { duplicateCount += 1 }
        } else if held.isCopy {
            duplicateCount += 1
        }
    }

    private mutating func hold(_ line: Held, until time: Int64) {
        let index = freeHeld.popLast() ?? held.count
        if index == held.count { held.append(line) } else { held[index] = line }
        queue.push(.held(index), at: time)
    }
}

/// A queue by time, first come first served within a millisecond: a binary heap.
struct TimeQueue<Element: BitwiseCopyable> {
    private struct Entry: BitwiseCopyable {
        var time: Int64
        var order: Int
        var element: Element

        func precedes(_ other: Entry) -> Bool { (time, order) < (other.time, other.order) }
    }

    private var heap: [Entry] = []
    private var order = 0

    var firstTime: Int64? { heap.first?.time }

    mutating func push(_ element: Element, at time: Int64) {
        heap.append(Entry(time: time, order: order, element: element))
        order += 1
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].precedes(heap[parent]) else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    mutating func pop() -> (time: Int64, element: Element)? {
        guard let first = heap.first else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            var parent = 0
            while true {
                var child = 2 * parent + 1
                guard child < heap.count else { break }
                if child + 1 < heap.count, heap[child + 1].precedes(heap[child]) { child += 1 }
                guard heap[child].precedes(heap[parent]) else { break }
                heap.swapAt(child, parent)
                parent = child
            }
        }
        return (first.time, first.element)
    }
}
