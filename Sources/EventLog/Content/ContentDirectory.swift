import Columns
import Parquet

/// The file of content items, and those before it.
struct ContentDirectory {
    let disk: any Disk
    let storeID: StoreID

    /// - Parameter name: of a file in `content/`.
    func load(_ name: String) throws -> ContentItems {
        // The name stands in another file: it must not lead elsewhere.
        guard ContentFile.position(ofFileNamed: name) != nil else {
            throw ParquetError("\(name) is no name of a file of content items")
        }
        return ContentItems(
            try ContentFile.items(reading: disk.readAll(ContentFile.path(name))), file: name)
    }

    /// The newest file that a position covers.
    func newest(upTo position: Int64) throws(DiskError) -> String? {
        var newest: Int64?
        for name in try disk.list(ContentFile.directory) {
            guard let own = ContentFile.position(ofFileNamed: name), own <= position else {
                continue
            }
            newest = max(newest ?? own, own)
        }
        return newest.map(ContentFile.name)
    }

    /// Writes the items if they have changed; durable on return.
    /// - Returns: the name of the file that has them.
    func write(_ sealing: ContentItems.Sealing, position: Int64) throws -> String? {
        switch sealing {
        case .same(let file): return file
        case .changed(let items):
            let name = ContentFile.name(position)
            try disk.createDirectory(ContentFile.directory)
            try disk.writeFile(
                ContentFile.path(name),
                ContentFile.bytes(of: items, storeID: storeID, position: position), .replacing)
            return name
        }
    }

    /// Removes all files but this.
    func retire(except current: String?) throws(DiskError) {
        for name in try disk.list(ContentFile.directory)
        where name != current && (name.hasSuffix(".parquet") || isTemporaryName(name)) {
            try disk.unlink(ContentFile.path(name))
        }
    }
}
