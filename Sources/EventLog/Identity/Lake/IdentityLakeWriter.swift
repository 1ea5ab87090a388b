import Parquet

/// Writes a map as files of the identity table, with a row group at a time in memory.
struct IdentityLakeWriter {
    /// A file of the table.
    struct File: Hashable {
        /// In the table's directory.
        var name: String
        /// Bytes.
        var size: Int
        var rowCount: Int
    }

    /// Where the bytes of the file that is being written go.
    private final class Output {
        let disk: any Disk
        let file: FileHandle
        let temporary: String
        /// Bytes written.
        var size = 0

        init(_ disk: any Disk, path: String) throws(DiskError) {
            self.disk = disk
            temporary = disk.temporaryPath(for: path)
            file = try disk.createTemporary(temporary)
        }
    }

    private let disk: any Disk
    private let version: Int64
    private let keyValues: [(String, String)]
    private let rowGroupRowCountMax: Int
    private let fileRowCountMax: Int
    private var rows = IdentityLakeRows()
    private var output: Output?
    private var parquet: ParquetWriter?
    private var fileRowCount = 0
    private(set) var files: [File] = []

    /// - Parameters:
    ///   - version: of the table that the files are for; it stands in their names.
    ///   - keyValues: what each footer says besides.
    init(
        _ disk: any Disk, version: Int64, keyValues: [(String, String)],
        rowGroupRowCountMax: Int = Limits.identityRowGroupRowCountMax,
        fileRowCountMax: Int = Limits.identityFileRowCountMax
    ) {
        self.disk = disk
        self.version = version
        self.keyValues = keyValues
        self.rowGroupRowCountMax = rowGroupRowCountMax
        self.fileRowCountMax = fileRowCountMax
    }

    /// Writes all that a map says; the files are durable on return. There is one at least.
    mutating func write(_ map: IdentityMap) throws {
        do {
            try map.forEachDevice { device, intervals in
                var isSameDevice = false
                for interval in intervals
                where interval.end.map({ $0 > IdentityLakeRows.beginning }) ?? true {
                    rows.append(device: device, interval, isSameDevice: isSameDevice)
                    isSameDevice = !(try flushIfFull())
                }
            }
            // Apart from the devices, so that who looks for users can pass over those.
            try flush()
            for (user, person) in map.renamedUsers {
                rows.append(user: user, person)
                try flushIfFull()
            }
            try flush()
            if files.isEmpty || output != nil { try endFile() }
        } catch {
            giveUp()
            throw error
        }
    }

    /// - Returns: whether what comes next is in another row group.
    @discardableResult
    private mutating func flushIfFull() throws -> Bool {
        guard rows.count >= rowGroupRowCountMax else { return false }
        try flush()
        return true
    }

    private mutating func flush() throws {
        guard rows.count > 0 else { return }
        try beginFileIfNeeded()
        try parquet?.append(rows.columns)
        fileRowCount += rows.count
        rows = IdentityLakeRows()
        if fileRowCount >= fileRowCountMax { try endFile() }
    }

    static func name(version: Int64, number: Int) -> String {
        "\(padded(version))-\(number).parquet"
    }

    private var path: String {
        joinPath(IdentityLake.directory, Self.name(version: version, number: files.count))
    }

    private mutating func beginFileIfNeeded() throws {
        guard output == nil else { return }
        let output = try Output(disk, path: path)
        self.output = output
        parquet = ParquetWriter(
            leaves: IdentityLakeRows.parquetLeaves,
            output: { chunk in
                try output.disk.write(output.file, at: output.size, chunk)
                output.size += chunk.count
            })
    }

    private mutating func endFile() throws {
        try beginFileIfNeeded()
        guard let output, var parquet else { return }
        let summary = try parquet.finish(keyValues: keyValues)
        try disk.synchronize(output.file)
        self.output = nil
        self.parquet = nil
        try disk.close(output.file)
        try disk.place(output.temporary, at: path, .replacing)
        files.append(
            File(
                name: splitPath(path).name, size: summary.size, rowCount: summary.rowCount))
        fileRowCount = 0
    }

    /// What is there is of no use; what cannot be removed now, the next attempt replaces.
    private mutating func giveUp() {
        if let output {
            try? disk.close(output.file)
            try? disk.unlink(output.temporary)
        }
        for file in files { try? disk.unlink(joinPath(IdentityLake.directory, file.name)) }
    }
}
