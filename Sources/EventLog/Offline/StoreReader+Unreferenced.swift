extension StoreReader {
    /// A file where segments are that the catalog does not name as one.
    package struct UnreferencedFile: Sendable, Hashable {
        /// From the store on.
        package var path: String
        /// Whether it was a segment and stays for a while for those who read it; else an interrupted seal or
        /// compaction left it, or somebody is writing it now.
        package var isReplaced: Bool
    }

    /// Files that are no damage: the next start removes what it need not keep.
    /// - Parameter path: of the store.
    package static func unreferencedFiles(
        path: String
    ) throws(StoreError) -> [UnreferencedFile] {
        do {
            let disk = try PosixDisk(readingOnly: path)
            guard let state = try CatalogLog(on: disk, directory: "events").load() else {
                return []
            }
            let live = Set(state.segments.map { joinPath("events", $0.path) })
            let replaced = Set(state.removed.map { joinPath("events", $0.path) })
            return try SegmentSweep(disk: disk, directory: "events", state: state).files()
                .filter { !live.contains($0) }.sorted()
                .map { UnreferencedFile(path: $0, isReplaced: replaced.contains($0)) }
        } catch is CatalogError {
            // Which files it names nobody knows; the reader tells of it.
            return []
        } catch {
            throw StoreError(error)
        }
    }
}
