import EventLog

extension OfflineStore {
    /// Holds the store against the chain of its commits.
    func auditChain(
        keys: [VerificationKey] = [], keyState: ChainLink.Key? = nil,
        _ observe: @escaping (ChainAudit.Observation) -> Void
    ) throws(ToolFailure) -> ChainSummary {
        do {
            let disk = try PosixDisk(readingOnly: path)
            return try ChainAudit(on: disk, keys: keys, keyState: keyState).run(observe)
        } catch {
            throw ToolFailure("\(harmless(path)): \(harmless("\(error)"))")
        }
    }

    /// Makes the daemon's file of a new pair of keys, readable by this user only.
    static func writeSealKey(_ key: VerificationKey, to path: String) throws(ToolFailure) {
        let (directory, name) = place(of: path)
        do {
            let disk = try PosixDisk(root: directory, createIfMissing: false)
            try disk.writeFile(name, SealKeyFile.bytes(ofNew: key.first), .creating)
        } catch {
            throw ToolFailure("cannot make \(harmless(path)): \(harmless("\(error)"))")
        }
    }

    /// Which key the daemon's file holds, without the key.
    static func sealKeyState(_ path: String) throws(ToolFailure) -> ChainLink.Key {
        let (directory, name) = place(of: path)
        let bytes: [UInt8]
        do {
            let disk = try PosixDisk(readingOnly: directory)
            bytes = try disk.readAll(name, sizeMax: SealKeyFile.size)
        } catch {
            throw ToolFailure("cannot read \(harmless(path)): \(harmless("\(error)"))")
        }
        guard let key = SealKeyFile.key(in: bytes) else {
            throw ToolFailure("\(harmless(path)) is not a seal key, or it is damaged")
        }
        return key.reference
    }

    private static func place(of path: String) -> (directory: String, name: String) {
        let (directory, name) = splitPath(path)
        if !directory.isEmpty { return (directory, name) }
        return (path.hasPrefix("/") ? "/" : ".", name)
    }
}
