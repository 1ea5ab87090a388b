import Synchronization

/// The daemon's file with the key that seals the next commit (docs/TamperEvidence.md, The key file).
///
/// Two slots, each in a block of its own. The next key is written into the one that is free and made durable;
/// then the old one is overwritten where it lies. So a crash leaves one of the two keys or both, nothing is
/// ever renamed, and no block with an old key is given back to the file system.
package struct SealKeyFile: Sendable {
    package static let size = 2 * slotSize
    private static let slotSize = 4096
    private static let magic: [UInt8] = Array("ELSK".utf8)
    private static let version: UInt32 = 1
    private static let secretSize = 32

    private let disk: any Disk
    private let path: String
    package private(set) var key: SealKey
    /// Where it is.
    private var slot: Int

    /// - Parameter disk: rooted where the file is.
    /// - Throws: `SealKeyError`.
    package init(on disk: any Disk, path: String) throws {
        let bytes: [UInt8]
        do throws(DiskError) {
            bytes = try disk.readAll(path, sizeMax: Self.size)
        } catch {
            throw error.reason == .tooLarge ? SealKeyError.notAKey : SealKeyError.file(error)
        }
        guard let found = Self.newest(in: bytes) else { throw SealKeyError.notAKey }
        self.disk = disk
        self.path = path
        (key, slot) = found
        let other = Self.slotSize * (1 - slot)
        if bytes[other..<other + Self.slotSize].contains(where: { $0 != 0 }) {
            // A crash came before the old one was overwritten.
            try write([(1 - slot, [UInt8](repeating: 0, count: Self.slotSize))])
        }
    }

    /// The key in a file's bytes, without changing anything.
    /// - Returns: `nil` if there is none.
    package static func key(in bytes: [UInt8]) -> SealKey? { newest(in: bytes)?.key }

    private static func newest(in bytes: [UInt8]) -> (key: SealKey, slot: Int)? {
        guard bytes.count == size else { return nil }
        let found = (0...1).compactMap { slot in
            read(bytes[slot * slotSize..<(slot + 1) * slotSize]).map { (key: $0, slot: slot) }
        }
        guard let first = found.first, found.allSatisfy({ $0.key.id == first.key.id }) else {
            return nil
        }
        return found.max { $0.key.number < $1.key.number }
    }

    /// Puts the next key in the place of this one, durably. After an error it is one of the two, and the next
    /// attempt is as good as the first.
    mutating func advance() throws {
        var next = key
        next.advance()
        try write([(1 - slot, Self.bytes(of: next))])
        let old = slot
        (key, slot) = (next, 1 - slot)
        try write([(old, [UInt8](repeating: 0, count: Self.slotSize))])
    }

    private func write(_ slots: [(slot: Int, bytes: [UInt8])]) throws {
        let file = try disk.openFile(path, .readWrite)
        do {
            for (slot, bytes) in slots {
                try disk.write(file, at: slot * Self.slotSize, bytes)
            }
            try disk.synchronize(file)
        } catch {
            try? disk.close(file)
            throw error
        }
        try disk.close(file)
    }

    // MARK: Bytes

    /// Those of a new file.
    package static func bytes(ofNew key: SealKey) -> [UInt8] {
        bytes(of: key) + [UInt8](repeating: 0, count: slotSize)
    }

    private static func bytes(of key: SealKey) -> [UInt8] {
        var writer = RecordWriter()
        writer.append(bytes: magic)
        writer.append(version)
        writer.append(bytes: Array(key.id.text.utf8))
        writer.append(UInt64(bitPattern: key.number))
        writer.append(bytes: key.secret)
        writer.append(checksum(writer.bytes[...]))
        return writer.bytes + [UInt8](repeating: 0, count: slotSize - writer.bytes.count)
    }

    private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        UInt32(truncatingIfNeeded: DeltaCommit.checksum(bytes))
    }

    private static func read(_ slot: ArraySlice<UInt8>) -> SealKey? {
        var reader = RecordReader(Array(slot))
        guard let start = try? reader.take(4), Array(start) == magic,
            let version = try? reader.read(UInt32.self), version == Self.version,
            let id = try? reader.take(16),
            let id = SealKeyID(String(decoding: Array(id), as: UTF8.self)),
            let number = try? reader.read(UInt64.self), let number = Int64(exactly: number),
            let secret = try? reader.take(secretSize), let stored = try? reader.read(UInt32.self),
            stored == checksum(slot.prefix(32 + secretSize))
        else { return nil }
        return SealKey(id: id, number: number, secret: Array(secret))
    }
}

/// Why commits cannot be sealed. None of it shows a key.
package enum SealKeyError: Error, Sendable, Hashable {
    case notAKey
    /// Others can read the file, or it is not this user's.
    case notPrivate
    /// Another process seals with it.
    case inUse
    /// The store was sealed with this key up to here, or not at all, and the file is further.
    case ahead(key: ChainLink.Key, store: ChainLink.Key?)
    /// It was used before, and another one since.
    case replaced(key: ChainLink.Key, by: ChainLink.Key)
    case file(DiskError)
}

extension SealKeyError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notAKey:
            "it is not a seal key, or it is damaged. A new pair goes on from here: "
                + "eventlog catalog make-seal-key"
        case .notPrivate: "it must belong to the daemon's user, and no other may read it: chmod 600"
        case .inUse: "another process seals with it. Each store needs a key of its own"
        case .ahead(let key, let store):
            "it has sealed \(key.number) commits, and the newest of this store that is sealed with it is "
                + (store.map { "number \($0.number)" } ?? "none")
                + ": an older catalog was put back, or this is another store. Find out (eventlog catalog "
                + "verify --seal-key-state FILE); if it was meant, as after eventlog restore, go on with a "
                + "new pair: eventlog catalog make-seal-key"
        case .replaced(let key, let other):
            "commits were sealed with it up to number \(key.number), and with key \(other.id.text) since. "
                + "Go on with that one, or with a new pair: eventlog catalog make-seal-key"
        case .file(let error): "\(error)"
        }
    }
}
