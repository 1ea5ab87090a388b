/// An identity map as of a seal, as a file of the folder `identity/_map`, so that a start need not
/// read every event again. It holds nothing that the events do not say: without it, they are read.
///
/// ```
/// "EIDC" · u32 version (2) · u64 × 2 the store's id · i64 position · u32 CRC-32C of what follows
/// u32 size of what is known of squashes, and that (`SquashWatch.bytes`; 0: nothing) · map
/// ```
/// Numbers are little-endian; the map is as `IdentityMap.encode` writes it.
struct IdentityCheckpoint: Sendable {
    /// Below the identity table, and with a name that other programs' clean-ups of such tables
    /// leave alone.
    static let directory = "identity/_map"
    private static let magic: [UInt8] = Array("EIDC".utf8)
    private static let version: UInt32 = 2
    private static let headerSize = 36

    /// The events up to this number are in the map.
    var position: Int64
    var map: IdentityMap
    /// Changes since segments were squashed.
    var watch: SquashWatch?

    static func name(_ position: Int64) -> String { padded(position) + ".map" }

    /// The position that a file's name states; `nil` for other names.
    static func position(ofFileNamed name: String) -> Int64? {
        paddedNumber(in: name, suffix: ".map")
    }

    func bytes(storeID: StoreID) -> [UInt8] {
        var squashes = RecordWriter()
        let watched = watch?.bytes ?? []
        squashes.append(UInt32(watched.count))
        squashes.append(bytes: watched)
        let body = squashes.bytes + map.encode()
        var writer = RecordWriter()
        writer.append(bytes: Self.magic)
        writer.append(Self.version)
        writer.append(storeID.high)
        writer.append(storeID.low)
        writer.append(position)
        writer.append(Self.checksum(body[...]))
        return writer.bytes + body
    }

    /// - Returns: `nil` if the bytes are not a checkpoint of this store under these options: then the
    ///   events tell.
    init?(_ bytes: [UInt8], storeID: StoreID, options: IdentityOptions) {
        var reader = RecordReader(bytes)
        guard bytes.count >= Self.headerSize,
            let magic = try? reader.take(4), Array(magic) == Self.magic,
            let version = try? reader.read(UInt32.self), version == Self.version,
            let high = try? reader.read(UInt64.self), high == storeID.high,
            let low = try? reader.read(UInt64.self), low == storeID.low,
            let position = try? reader.read(Int64.self), position > 0,
            let checksum = try? reader.read(UInt32.self),
            checksum == Self.checksum(bytes[reader.position...]),
            let watchSize = try? reader.read(UInt32.self),
            let watched = try? reader.take(Int(watchSize)),
            let map = try? IdentityMap(
                decoding: Array(bytes[reader.position...]), options: options)
        else { return nil }
        self.position = position
        self.map = map
        guard !watched.isEmpty else { return }
        var watchReader = RecordReader(Array(watched))
        guard let watch = try? SquashWatch(reading: &watchReader), watchReader.isAtEnd else {
            return nil
        }
        self.watch = watch
    }

    init(position: Int64, map: IdentityMap, watch: SquashWatch? = nil) {
        self.position = position
        self.map = map
        self.watch = watch
    }

    private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.withUnsafeBytes { JournalFormat.checksum($0) }
    }
}

/// The checkpoints of a store: the newest counts.
struct IdentityDirectory {
    let disk: any Disk
    let storeID: StoreID
    let options: IdentityOptions

    /// The newest checkpoint that can be read and covers no more than `position`. Changes nothing.
    /// - Throws: only where the machine lacks something; a file that cannot be used is as good as none.
    func load(upTo position: Int64) throws(DiskError) -> IdentityCheckpoint? {
        for name in try names().reversed() {
            guard let own = IdentityCheckpoint.position(ofFileNamed: name), own <= position
            else { continue }
            do {
                let bytes = try disk.readAll(joinPath(IdentityCheckpoint.directory, name))
                if let checkpoint = IdentityCheckpoint(bytes, storeID: storeID, options: options),
                    checkpoint.position == own
                {
                    return checkpoint
                }
            } catch {
                if error.isShortage { throw error }
            }
        }
        return nil
    }

    /// Writes a checkpoint, durable on return, and removes those before it.
    func write(_ checkpoint: IdentityCheckpoint) throws(DiskError) {
        let name = IdentityCheckpoint.name(checkpoint.position)
        try disk.createDirectory(IdentityCheckpoint.directory)
        try disk.writeFile(
            joinPath(IdentityCheckpoint.directory, name), checkpoint.bytes(storeID: storeID),
            .replacing)
        for other in try disk.list(IdentityCheckpoint.directory)
        where other != name && (other.hasSuffix(".map") || isTemporaryName(other)) {
            try disk.unlink(joinPath(IdentityCheckpoint.directory, other))
        }
    }

    private func names() throws(DiskError) -> [String] {
        do throws(DiskError) {
            return try disk.list(IdentityCheckpoint.directory).sorted()
        } catch {
            if error.isNotFound { return [] }
            throw error
        }
    }
}
