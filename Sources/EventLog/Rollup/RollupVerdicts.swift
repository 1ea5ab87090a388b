import Columns

/// What is known of rollups as of one identity map: whether their rows are each of one person. A later map in
/// which some devices became others' goes on with it.
struct RollupVerdicts {
    private struct Verdict {
        let isWhole: Bool
        /// Devices that became others' since, of which nobody has looked yet whether they are in it.
        var doubts: Set<IdentityName> = []
    }
    /// By path.
    private var verdicts: [String: Verdict] = [:]

    /// Devices to be looked for; beyond so many it is quicker to look at all rows again.
    static let doubtCountMax = 1_000

    mutating func doubt(_ devices: Set<IdentityName>) {
        guard !devices.isEmpty else { return }
        for (path, var verdict) in verdicts {
            verdict.doubts.formUnion(devices)
            verdicts[path] = verdict.doubts.count <= Self.doubtCountMax ? verdict : nil
        }
    }

    /// - Returns: `nil` if it is not known, or not any more.
    mutating func verdict(on rollup: RollupFile) -> Bool? {
        let path = rollup.file.path
        guard let verdict = verdicts[path] else { return nil }
        if verdict.doubts.isEmpty { return verdict.isWhole }
        guard !verdict.doubts.contains(where: { rollup.file.mightContain($0.text, in: .deviceId) })
        else { return nil }
        verdicts[path]?.doubts = []
        return verdict.isWhole
    }

    mutating func keep(_ isWhole: Bool, on rollup: RollupFile) {
        verdicts[rollup.file.path] = Verdict(isWhole: isWhole)
    }
}

extension RollupFile {
    /// Looks at who did the rows, some rows at a time, in the pieces in which questions read them.
    /// - Parameter body: is given userId, deviceId, the time of the row's first event and how long after it
    ///   the last was; returns whether to go on.
    /// - Returns: whether it went on to the end, without meeting damage.
    func forEachActor(
        _ body: (_ users: Column, _ devices: Column, _ times: [Int64], _ spans: [Int64]) -> Bool
    ) -> Bool {
        let columns = [RollupColumn.userId, .deviceId, .timestamp, .timeSpan].map(\.definition)
        let table = EventsTable(columns: columns, segments: [file], tail: [])
        let observer = ScanObserver()
        let request = ScanRequest(columns: [0, 1, 2, 3], bounds: [], observer: observer)
        guard let scan = try? table.scan(request) else { return false }
        for unit in scan.units {
            guard let block = try? unit.read(request.columns), block.unreadable.isEmpty,
                case .int64(let times) = block.columns[2].values,
                case .int64(let spans) = block.columns[3].values
            else {
                markDamaged()
                return false
            }
            guard body(block.columns[0], block.columns[1], times, spans) else { return false }
        }
        return observer.damage.isEmpty
    }
}
