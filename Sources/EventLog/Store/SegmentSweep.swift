/// Removes what interrupted seals and compactions left below `events/`: segments that no commit names, and
/// temporary files. Nothing else would ever remove them.
///
/// While all segments that the catalog names are there, each event that it covers is in one of them, and no
/// other file is needed; what it does not cover is in the journal, so this is for a start that found no
/// damage. While one is missing, only such files go that cannot stand for it: those of events
/// that come after what the catalog covers, or of the same ones as a segment that it names.
struct SegmentSweep {
    let disk: any Disk
    let directory: String
    let state: CatalogState
    /// Paths of files that may go later, but not now.
    var kept: Set<String> = []

    /// Years, months and days, as `SegmentName` makes them.
    private static let depth = 3

    /// - Returns: the number of files removed.
    @discardableResult
    func run() throws(DiskError) -> Int {
        let live = Set(state.segments.map { joinPath(directory, $0.path) })
        let found = try files()
        let isComplete = live.isSubset(of: found)
        let numbers = Set(
            live.compactMap {
                SegmentName.numbers(ofFileNamed: splitPath($0).name).map(String.init)
            })
        var count = 0
        for path in found where !live.contains(path) && !kept.contains(path) {
            let name = splitPath(path).name
            guard let own = SegmentName.numbers(ofFileNamed: name) else {
                guard isTemporaryName(name) else { continue }
                try disk.unlink(path)
                count += 1
                continue
            }
            if isComplete || isAfterCatalog(name) || numbers.contains(String(own)) {
                try disk.unlink(path)
                count += 1
            }
        }
        return count
    }

    /// All files where segments are, with their paths from the store on.
    func files() throws(DiskError) -> [String] { try files(in: directory, depth: 0) }

    private func files(in path: String, depth: Int) throws(DiskError) -> [String] {
        var files: [String] = []
        for name in try disk.list(path) {
            let inner = joinPath(path, name)
            if depth == Self.depth {
                files.append(inner)
            } else if name.utf8.allSatisfy({ 0x30...0x39 ~= $0 }) {
                files += try self.files(in: inner, depth: depth + 1)
            }
        }
        return files
    }

    private func isAfterCatalog(_ name: String) -> Bool {
        guard let firstSeq = SegmentName.firstSeq(ofFileNamed: name) else { return false }
        return firstSeq > state.journalPosition
    }
}
