/// Removes what interrupted seals left below `events/`: segments that no commit names, and temporary
/// files. Nothing else would ever remove them.
///
/// A segment is taken for left over only if its name says that all its events come after those that
/// the catalog covers. They are in the journal then; so this is for a start that found no damage.
struct SegmentSweep {
    let disk: any Disk
    let directory: String
    let state: CatalogState

    /// Years, months and days, as `SegmentName` makes them.
    private static let depth = 3

    /// - Returns: the number of files removed.
    @discardableResult
    func run() throws(DiskError) -> Int {
        let live = Set(state.segments.map { joinPath(directory, $0.path) })
        return try run(directory, depth: 0, live)
    }

    private func run(_ path: String, depth: Int, _ live: Set<String>) throws(DiskError) -> Int {
        var count = 0
        for name in try disk.list(path) {
            let inner = joinPath(path, name)
            if depth < Self.depth {
                guard name.utf8.allSatisfy({ 0x30...0x39 ~= $0 }) else { continue }
                count += try run(inner, depth: depth + 1, live)
            } else if isTemporaryName(name) || !live.contains(inner) && isAfterCatalog(name) {
                try disk.unlink(inner)
                count += 1
            }
        }
        return count
    }

    private func isAfterCatalog(_ name: String) -> Bool {
        guard let firstSeq = SegmentName.firstSeq(ofFileNamed: name) else { return false }
        return firstSeq > state.journalPosition
    }
}
