/// The actions of one commit of a Delta log (`PROTOCOL.md`, Actions), one JSON object a line.
enum DeltaCommit {
    /// What our tables ask of a reader and a writer.
    static let readerVersion: Int64 = 1
    static let writerVersion: Int64 = 2
    /// The application whose `txn` version is the journal position.
    static let journalApplication = "eventlog-journal"

    static func fileName(_ version: Int64) -> String {
        padded(version) + ".json"
    }

    /// The version of a commit file; `nil` for other names.
    static func version(ofFileNamed name: String) -> Int64? {
        paddedNumber(in: name, suffix: ".json")
    }

    // MARK: Writing

    /// - Parameter state: what the change is made to, or, for the first commit, what it makes.
    static func text(of change: CatalogChange, to state: CatalogState, now: Int64) -> [UInt8] {
        var lines: [CatalogJSON] = []
        if change.operation == .create {
            lines.append(
                action(
                    "protocol",
                    [
                        .init("minReaderVersion", .integer(readerVersion)),
                        .init("minWriterVersion", .integer(writerVersion)),
                    ]))
        }
        if let leaves = change.leaves { lines.append(metaData(state, leaves, now: now)) }
        if let position = change.journalPosition {
            lines.append(
                action(
                    "txn",
                    [
                        .init("appId", .string(journalApplication)),
                        .init("version", .integer(position)), .init("lastUpdated", .integer(now)),
                    ]))
        }
        let changesRows = change.operation != .compact
        let sizes = Dictionary(
            state.segments.map { ($0.path, $0.size) }, uniquingKeysWith: { first, _ in first })
        for path in change.removed {
            lines.append(remove(path, size: sizes[path], changesRows: changesRows, now: now))
        }
        for entry in change.added { lines.append(add(entry, changesRows: changesRows)) }
        let body = bytes(of: lines)
        let commitInfo = action(
            "commitInfo",
            [
                .init("timestamp", .integer(now)),
                .init("operation", .string(change.operation.rawValue)),
                .init("operationParameters", .object([])),
                .init("engineInfo", .string("eventlog")),
                .init(checksumField, .integer(checksum(body[...]))),
            ])
        return bytes(of: [commitInfo]) + body
    }

    private static func bytes(of lines: [CatalogJSON]) -> [UInt8] {
        var bytes: [UInt8] = []
        for line in lines {
            line.write(to: &bytes)
            bytes.append(UInt8(ascii: "\n"))
        }
        return bytes
    }

    /// The member of `commitInfo`, which Delta leaves to the writer, with the checksum of all lines
    /// after it: a damaged digit is sound JSON, and would be a wrong bound or journal position.
    private static let checksumField = "crc32c"

    private static func checksum(_ body: ArraySlice<UInt8>) -> Int64 {
        body.withUnsafeBytes { Int64(JournalFormat.checksum($0)) }
    }

    /// - Returns: `false` if the text is not what its `commitInfo` says. Foreign commits say nothing.
    static func isIntact(_ text: [UInt8]) -> Bool {
        guard let end = text.firstIndex(of: UInt8(ascii: "\n")),
            let first = try? CatalogJSONReader.read(text[..<end]),
            let expected = first["commitInfo"]?[checksumField]
        else { return true }
        return expected.integer == checksum(text[(end + 1)...])
    }

    private static func action(_ name: String, _ fields: [CatalogJSON.Field]) -> CatalogJSON {
        .object([.init(name, .object(fields))])
    }

    private static func metaData(
        _ state: CatalogState, _ leaves: [CatalogLeaf], now: Int64
    ) -> CatalogJSON {
        action(
            "metaData",
            [
                .init("id", .string(state.tableID)), .init("name", .string("events")),
                .init(
                    "format",
                    .object([
                        .init("provider", .string("parquet")), .init("options", .object([])),
                    ])),
                .init("schemaString", .string(DeltaSchema.text(of: leaves))),
                .init("partitionColumns", .array([])),
                .init("configuration", .map(state.properties)),
                .init("createdTime", .integer(now)),
            ])
    }

    private static func add(_ entry: SegmentEntry, changesRows: Bool) -> CatalogJSON {
        action(
            "add",
            [
                .init("path", .string(entry.path)), .init("partitionValues", .object([])),
                .init("size", .integer(Int64(entry.size))),
                .init("modificationTime", .integer(entry.modificationTime)),
                .init("dataChange", .bool(changesRows)),
                .init("stats", .string(DeltaStatistics.text(of: entry))),
            ])
    }

    private static func remove(
        _ path: String, size: Int?, changesRows: Bool, now: Int64
    ) -> CatalogJSON {
        var fields: [CatalogJSON.Field] = [
            .init("path", .string(path)), .init("deletionTimestamp", .integer(now)),
            .init("dataChange", .bool(changesRows)),
        ]
        if let size {
            fields += [
                .init("extendedFileMetadata", .bool(true)),
                .init("partitionValues", .object([])), .init("size", .integer(Int64(size))),
            ]
        }
        return action("remove", fields)
    }
}
