import DequeModule

/// Builds a state from a checkpoint, if there is one, and the commits after it, taken in order.
struct DeltaReplay {
    private var tableID: String?
    private var leaves: [CatalogLeaf] = []
    private var properties: [String: String] = [:]
    private var journalPosition: Int64 = 0
    private var movesPosition: Int64 = 0
    private var hasProtocol = false
    private var segments: [String: SegmentEntry] = [:]
    /// As in the state, so that those to be forgotten are at the front.
    private var removed: Deque<RemovedSegment> = []
    private var removedPaths: Set<String> = []
    private var chain: ChainHead?
    /// Versions of which the link does not go on from the one before.
    private(set) var breaks: [Int64] = []

    /// - Parameter head: of the checkpoint that it begins with.
    mutating func begin(after head: ChainHead) { chain = head }

    /// Takes in a whole commit.
    mutating func apply(_ commit: [DeltaStep]) {
        var now: Int64?
        for step in commit {
            if case .info(let time, _) = step { now = time }
            apply(step)
        }
        if let now { forgetRemovals(at: now) }
    }

    /// Takes in a row of a checkpoint.
    mutating func apply(_ step: DeltaStep) {
        switch step {
        case .supported: hasProtocol = true
        case .table(let id, let leaves, let properties):
            tableID = id
            self.leaves = leaves
            self.properties = properties
        case .position(let position): journalPosition = position
        case .movesPosition(let position): movesPosition = position
        case .add(let entry):
            segments[entry.path] = entry
            forgetRemoval(of: entry.path)
        case .remove(let path, let size, let time):
            let segment = segments.removeValue(forKey: path)
            forgetRemoval(of: path)
            remember(
                RemovedSegment(
                    path: path, size: size ?? segment?.size ?? 0, deletionTimestamp: time))
        case .info(_, let link?):
            if let chain, chain.digest != link.previous { breaks.append(link.version) }
            chain = ChainHead(link, after: chain)
        case .info(_, nil): break
        }
    }

    private mutating func remember(_ segment: RemovedSegment) {
        removedPaths.insert(segment.path)
        // Nearly always the last: only a clock that went back makes it another place.
        var place = removed.endIndex
        while place > 0, Self.isOrdered(segment, removed[place - 1]) { place -= 1 }
        removed.insert(segment, at: place)
    }

    /// Paths are hardly ever used again.
    private mutating func forgetRemoval(of path: String) {
        guard removedPaths.remove(path) != nil else { return }
        removed.removeAll { $0.path == path }
    }

    private mutating func forgetRemovals(at now: Int64) {
        while let first = removed.first, Self.isForgotten(first.deletionTimestamp, at: now) {
            removed.removeFirst()
            removedPaths.remove(first.path)
        }
    }

    /// Each commit forgets what was removed long before it, by its own clock: so a state depends on
    /// the commits alone.
    static func isForgotten(_ deletionTimestamp: Int64, at now: Int64) -> Bool {
        let (limit, overflows) = now.subtractingReportingOverflow(Limits.removedSegmentAge)
        return !overflows && deletionTimestamp < limit
    }

    func state(version: Int64, file: String) throws(CatalogError) -> CatalogState {
        guard let tableID, hasProtocol else {
            throw .damaged(file: file, line: 1, message: "no protocol or no metaData up to here")
        }
        return CatalogState(
            version: version, tableID: tableID, leaves: leaves,
            segments: DeltaReplay.ordered(Array(segments.values)),
            removed: Array(removed), journalPosition: journalPosition,
            movesPosition: movesPosition, properties: properties, chain: chain)
    }

    static func ordered(_ segments: [SegmentEntry]) -> [SegmentEntry] {
        segments.sorted { ($0.seqMin, $0.path) < ($1.seqMin, $1.path) }
    }

    static func ordered(_ removed: [RemovedSegment]) -> [RemovedSegment] {
        removed.sorted(by: isOrdered)
    }

    private static func isOrdered(_ one: RemovedSegment, _ other: RemovedSegment) -> Bool {
        (one.deletionTimestamp, one.path) < (other.deletionTimestamp, other.path)
    }
}
