import Columns
import FoundationEssentials

/// `erasure/` and `receipts/` of a store.
///
/// ```
/// erasure/key             by which ids become hashes
/// erasure/tombstones      whose old events are refused
/// erasure/ers_….request   whom an erasure is about that is not done yet: it has ids in it
/// erasure/snapshots       where snapshots were made, and when
/// receipts/ers_….json     what became of it
/// ```
/// Those of JSON have the checksum of `CheckedJSON`.
struct ErasureDirectory {
    static let path = "erasure"
    static let receiptPath = "receipts"
    static let snapshotsPath = "erasure/snapshots"
    private static let suffix = ".request"

    let disk: any Disk

    /// A snapshot that may hold what is erased later.
    struct Snapshot: Codable, Hashable {
        var directory: String
        /// µs since 1970 UTC.
        var madeAt: Int64
    }

    struct Loaded: Sendable {
        var key: ErasureKey?
        /// In the order in which they were asked for.
        var scopes: [ErasureScope] = []
        /// With those of the scopes.
        var tombstones = Tombstones()
        var damage: [Damage] = []
    }

    /// What is known of erasures. Changes nothing.
    func load() throws(DiskError) -> Loaded {
        var loaded = Loaded()
        if let bytes = try read(ErasureKey.path) {
            loaded.key = ErasureKey(bytes)
            if loaded.key == nil {
                loaded.damage.append(Self.lost(ErasureKey.path))
            }
        }
        if loaded.key != nil, let bytes = try read(TombstoneFile.path) {
            if let tombstones = TombstoneFile.tombstones(bytes) {
                loaded.tombstones = tombstones
            } else {
                loaded.damage.append(Self.lost(TombstoneFile.path))
            }
        }
        for name in try disk.list(Self.path)
        where name.hasSuffix(Self.suffix) && !isTemporaryName(name) {
            let path = joinPath(Self.path, name)
            guard let bytes = try read(path) else { continue }
            guard let checked = CheckedJSON.checked(bytes),
                let scope = try? JSONDecoder().decode(ErasureScope.self, from: Data(checked)),
                scope.id + Self.suffix == name
            else {
                loaded.damage.append(
                    Damage(
                        file: path,
                        message: "not a request: ask for the erasure again, and remove this file"))
                continue
            }
            loaded.scopes.append(scope)
        }
        loaded.scopes.sort { ($0.requestedAt, $0.id) < ($1.requestedAt, $1.id) }
        if let key = loaded.key {
            for scope in loaded.scopes { loaded.tombstones.add(scope, key) }
        }
        return loaded
    }

    private static func lost(_ path: String) -> Damage {
        Damage(
            file: path,
            message: "not readable: late events of persons who were erased are not recognised")
    }

    /// Whether an erasure is not done yet.
    func hasRequests() throws(DiskError) -> Bool {
        try disk.list(Self.path).contains { $0.hasSuffix(Self.suffix) }
    }

    /// Files that a crash kept from getting their names. A request has the person's ids in it, and no later
    /// one has its name, so that nothing else would ever take their place.
    func leftOver() throws(DiskError) -> [String] {
        var paths: [String] = []
        for directory in [Self.path, Self.receiptPath] {
            for name in try disk.list(directory) where isTemporaryName(name) {
                paths.append(joinPath(directory, name))
            }
        }
        return paths
    }

    /// - Returns: `nil` if there is none.
    private func read(_ path: String) throws(DiskError) -> [UInt8]? {
        do throws(DiskError) {
            return try disk.readAll(path)
        } catch {
            if error.isNotFound { return nil }
            throw error
        }
    }

    func write(_ key: ErasureKey) throws {
        try disk.createDirectory(Self.path)
        try disk.writeFile(ErasureKey.path, key.bytes, .replacing)
    }

    func write(_ scope: ErasureScope) throws {
        try disk.createDirectory(Self.path)
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let text = Array(try encoder.encode(scope))
        try disk.writeFile(path(of: scope), CheckedJSON.seal(text), .replacing)
    }

    func write(_ tombstones: Tombstones) throws {
        try disk.writeFile(TombstoneFile.path, TombstoneFile.bytes(of: tombstones), .replacing)
    }

    func remove(_ scope: ErasureScope) throws {
        try disk.unlink(path(of: scope))
        try disk.synchronizeDirectory(Self.path)
    }

    private func path(of scope: ErasureScope) -> String {
        joinPath(Self.path, scope.id + Self.suffix)
    }

    // MARK: Receipts

    func write(_ receipt: ErasureReceipt) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try disk.createDirectory(Self.receiptPath)
        let text = Array(try encoder.encode(receipt))
        try disk.writeFile(receiptPath(receipt.id), CheckedJSON.seal(text), .replacing)
    }

    func receipt(_ id: String) throws -> ErasureReceipt? {
        guard ErasureReceipt.isID(id), let bytes = try read(receiptPath(id)) else { return nil }
        guard let checked = CheckedJSON.checked(bytes) else {
            throw StoreError.io("\(receiptPath(id)) is damaged")
        }
        return try JSONDecoder().decode(ErasureReceipt.self, from: Data(checked))
    }

    private func receiptPath(_ id: String) -> String { joinPath(Self.receiptPath, id + ".json") }

    // MARK: Snapshots

    func snapshots() throws -> [Snapshot] {
        guard let bytes = try read(Self.snapshotsPath) else { return [] }
        let decoder = JSONDecoder()
        // Before, it was the list alone.
        if let list = try? decoder.decode([Snapshot].self, from: Data(bytes)) { return list }
        guard let checked = CheckedJSON.checked(bytes) else { return [] }
        return (try? decoder.decode(Snapshots.self, from: Data(checked)))?.snapshots ?? []
    }

    private struct Snapshots: Codable {
        var snapshots: [Snapshot]
    }

    /// Remembers the last `Limits.knownSnapshotCountMax` snapshots.
    func add(_ snapshot: Snapshot) throws {
        let all = try snapshots().filter { $0.directory != snapshot.directory } + [snapshot]
        let kept = Array(all.suffix(Limits.knownSnapshotCountMax))
        try disk.createDirectory(Self.path)
        let text = Array(try JSONEncoder().encode(Snapshots(snapshots: kept)))
        try disk.writeFile(Self.snapshotsPath, CheckedJSON.seal(text), .replacing)
    }
}
