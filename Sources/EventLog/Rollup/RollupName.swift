/// Where a rollup lies below its table's folder: `2026/11/21/<source>.<kind>-<n>.parquet`, in the place of
/// its segment and with the beginning of its name, so that the catalog alone says what it was made of.
struct RollupName: Hashable {
    enum Kind: String, Hashable {
        /// All events of a segment, which stays: the rollup counts while the segment is live.
        case live
        /// What a segment lost for good: it counts once the segment is not live.
        case expired
    }

    /// Path of the segment, relative to the folder of the events.
    var source: String
    var kind: Kind
    /// The version of the table that it came with: so no two files ever have the same name.
    var version: Int64

    private static let suffix = ".parquet"

    init(source: String, kind: Kind, version: Int64) {
        self.source = source
        self.kind = kind
        self.version = version
    }

    /// - Returns: `nil` for paths that we did not make.
    init?(path: String) {
        let parts = path.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[2] == "parquet" else { return nil }
        let ending = parts[1].split(separator: "-", omittingEmptySubsequences: false)
        guard ending.count == 2, let kind = Kind(rawValue: String(ending[0])),
            let version = Int64(ending[1]), version >= 0
        else { return nil }
        source = parts[0] + Self.suffix
        self.kind = kind
        self.version = version
    }

    var path: String {
        source.dropLast(Self.suffix.utf8.count) + ".\(kind.rawValue)-\(version)" + Self.suffix
    }
}
