package import Columns

/// The links of commits that are gone: `catalog/history/`, files of one link a line, in order.
///
/// A file is named by the version of its first line. While it is small, the next lines join it; it is always
/// written as a whole, so that a crash leaves the old one or the new one.
package struct ChainHistory: Sendable {
    package static let directory = "catalog/history"
    private static let suffix = ".ndjson"
    private static let checksumField = ",\"crc32c\":"

    let disk: any Disk
    var fileSizeMax = Limits.historyFileSizeMax

    package init(disk: any Disk) { self.disk = disk }

    /// Versions by which the files are named, ascending.
    package func files() throws(DiskError) -> [Int64] {
        try disk.list(Self.directory).compactMap { paddedNumber(in: $0, suffix: Self.suffix) }
            .sorted()
    }

    package static func path(_ first: Int64) -> String {
        joinPath(directory, padded(first) + suffix)
    }

    /// Adds links durably. Those that are there already, after a crash, are not added again.
    /// - Parameter links: in order.
    func append(_ links: [SealedLink]) throws {
        let newest = try files().last
        var bytes: [UInt8] = []
        var first = newest
        var last: Int64 = -1
        if let newest {
            bytes = try disk.readAll(Self.path(newest))
            // A damaged line must not spoil the next one.
            if let end = bytes.last, end != UInt8(ascii: "\n") { bytes.append(UInt8(ascii: "\n")) }
            last = Self.lines(bytes).compactMap { try? Self.link(in: $0) }.last?.link.version ?? -1
        }
        var isChanged = false
        for sealed in links where sealed.link.version > last {
            if first == nil || bytes.count >= fileSizeMax {
                try write(bytes, first, if: isChanged)
                bytes = []
                first = sealed.link.version
            }
            bytes += Self.line(sealed)
            isChanged = true
        }
        try write(bytes, first, if: isChanged)
    }

    private func write(_ bytes: [UInt8], _ first: Int64?, if isChanged: Bool) throws {
        guard isChanged, let first, !bytes.isEmpty else { return }
        try disk.createDirectory(Self.directory)
        try disk.writeFile(Self.path(first), bytes, .replacing)
    }

    /// The links of a file, with what is wrong with lines that are none.
    package func read(_ first: Int64) throws(DiskError) -> (links: [SealedLink], damage: [Damage]) {
        let path = Self.path(first)
        var links: [SealedLink] = []
        var damage: [Damage] = []
        for (place, line) in Self.lines(try disk.readAll(path)).enumerated() {
            do throws(CatalogJSONError) {
                links.append(try Self.link(in: line))
            } catch {
                damage.append(Damage(file: path, message: "line \(place + 1): \(error.message)"))
            }
        }
        return (links, damage)
    }

    // MARK: Lines

    static func lines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        bytes.split(separator: UInt8(ascii: "\n"))
    }

    /// `{"eventlog.link":…,"eventlog.digest":…,"eventlog.seal":…,"crc32c":…}`; the checksum is that of all
    /// before its comma.
    static func line(_ sealed: SealedLink) -> [UInt8] {
        var bytes: [UInt8] = []
        CatalogJSON.object(sealed.fields).write(to: &bytes)
        bytes.removeLast()
        return bytes + Array("\(checksumField)\(DeltaCommit.checksum(bytes[...]))}\n".utf8)
    }

    static func link(in line: ArraySlice<UInt8>) throws(CatalogJSONError) -> SealedLink {
        let object = try CatalogJSONReader.read(line)
        guard let sealed = SealedLink(in: object), Self.line(sealed).dropLast().elementsEqual(line)
        else { throw CatalogJSONError(offset: 0, message: "not a link, or another checksum") }
        return sealed
    }
}
