/// Removes what interrupted seals and squashes left below `events/`: segments that no commit names, and
/// temporary files. Nothing else would ever remove them.
///
/// A segment is taken for left over only if its name says that all its events come after those that
/// the catalog covers (they are in the journal then; so this is for a start that found no damage), or
/// that they are those of a segment that the catalog names.
struct SegmentSweep {
    let disk: any Disk
    let directory: String
    let state: CatalogState

    /// Years, months and days, as `SegmentName` makes them.
    private static let depth = 3

    /// - Returns: the number of files removed.
    @discardableResult
    func run() throws(DiskError) -> Int {
        var live = Live()
        for segment in state.segments {
            live.paths.insert(joinPath(directory, segment.path))
            let name = segment.path.split(separator: "/").last.map(String.init) ?? ""
            if let numbers = SegmentName.numbers(ofFileNamed: name) {
                live.numbers.insert(String(numbers))
            }
        }
        return try run(directory, depth: 0, live)
    }

    private struct Live {
        var paths: Set<String> = []
        /// As `SegmentName.numbers` gives them.
        var numbers: Set<String> = []
    }

    private func run(_ path: String, depth: Int, _ live: Live) throws(DiskError) -> Int {
        var count = 0
        for name in try disk.list(path) {
            let inner = joinPath(path, name)
            if depth < Self.depth {
                guard name.utf8.allSatisfy({ 0x30...0x39 ~= $0 }) else { continue }
                count += try run(inner, depth: depth + 1, live)
            } else if isTemporaryName(name)
                || !live.paths.contains(inner) && (isAfterCatalog(name) || isReplaced(name, live))
            {
                try disk.unlink(inner)
                count += 1
            }
        }
        return count
    }

    private func isReplaced(_ name: String, _ live: Live) -> Bool {
        SegmentName.numbers(ofFileNamed: name).map { live.numbers.contains(String($0)) } ?? false
    }

    private func isAfterCatalog(_ name: String) -> Bool {
        guard let firstSeq = SegmentName.firstSeq(ofFileNamed: name) else { return false }
        return firstSeq > state.journalPosition
    }
}
