/// Which of the live segments are archived, as a file of the store.
///
/// ```
/// archive/segments
/// eventlog-archive 1 <CRC-32C of what follows, in hex>
/// <path of a segment, relative to events/>
/// …
/// ```
/// A file that cannot be used is as good as none: then all are archived once more, and none is left out.
struct ArchiveRecord {
    static let directory = "archive"
    static let path = "archive/segments"
    private static let title = "eventlog-archive 1 "

    let disk: any Disk

    /// Changes nothing.
    func load() throws(DiskError) -> Set<String> {
        let bytes: [UInt8]
        do {
            bytes = try disk.readAll(Self.path)
        } catch {
            if error.isShortage { throw error }
            return []
        }
        guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else { return [] }
        let body = bytes[(end + 1)...]
        guard String(decoding: bytes[..<end], as: UTF8.self) == Self.head(body) else { return [] }
        return Set(
            body.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) })
    }

    /// Durable on return.
    func write(_ paths: Set<String>) throws(DiskError) {
        let body = Array(paths.sorted().map { $0 + "\n" }.joined().utf8)
        try disk.createDirectory(Self.directory)
        try disk.writeFile(Self.path, Array((Self.head(body[...]) + "\n").utf8) + body, .replacing)
    }

    private static func head(_ body: ArraySlice<UInt8>) -> String {
        title + String(body.withUnsafeBytes { JournalFormat.checksum($0) }, radix: 16)
    }
}
