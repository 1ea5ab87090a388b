import Columns
import Parquet

/// A checkpoint of a Delta log: all that the commits up to its version amount to, one action a row
/// (`PROTOCOL.md`, Checkpoints, V1 spec and classic naming; Checkpoint Schema).
enum DeltaCheckpoint {
    private static let suffix = ".checkpoint.parquet"
    /// Names the newest checkpoint, for those who would rather not list the directory.
    static let hintName = "_last_checkpoint"
    /// In the footer: the version that the file is for. Others' checkpoints say nothing of it.
    private static let versionKey = "eventlog.checkpoint.version"
    /// The same: where the chain of the commits ends, if there is one.
    private static let chainKey = "eventlog.chain"

    static func fileName(_ version: Int64) -> String {
        padded(version) + suffix
    }

    /// The version of a checkpoint; `nil` for other names.
    static func version(ofFileNamed name: String) -> Int64? {
        paddedNumber(in: name, suffix: suffix)
    }

    private static let texts = NestedField.Shape.map(.leaf(.string))

    static let fields: [NestedField] = [
        NestedField(
            "txn",
            .group([
                NestedField("appId", .leaf(.string)), NestedField("version", .leaf(.int64)),
                NestedField("lastUpdated", .leaf(.int64)),
            ])),
        NestedField(
            "add",
            .group([
                NestedField("path", .leaf(.string)), NestedField("partitionValues", texts),
                NestedField("size", .leaf(.int64)),
                NestedField("modificationTime", .leaf(.int64)),
                NestedField("dataChange", .leaf(.bool)), NestedField("stats", .leaf(.string)),
                NestedField("tags", texts),
            ])),
        NestedField(
            "remove",
            .group([
                NestedField("path", .leaf(.string)),
                NestedField("deletionTimestamp", .leaf(.int64)),
                NestedField("dataChange", .leaf(.bool)),
                NestedField("extendedFileMetadata", .leaf(.bool)),
                NestedField("partitionValues", texts), NestedField("size", .leaf(.int64)),
            ])),
        NestedField(
            "metaData",
            .group([
                NestedField("id", .leaf(.string)), NestedField("name", .leaf(.string)),
                NestedField("description", .leaf(.string)),
                NestedField(
                    "format",
                    .group([
                        NestedField("provider", .leaf(.string)), NestedField("options", texts),
                    ])),
                NestedField("schemaString", .leaf(.string)),
                NestedField("partitionColumns", .list(.leaf(.string))),
                NestedField("createdTime", .leaf(.int64)),
                NestedField("configuration", texts),
            ])),
        NestedField(
            "protocol",
            .group([
                NestedField("minReaderVersion", .int32), NestedField("minWriterVersion", .int32),
            ])),
    ]

    // MARK: Writing

    /// The actions that a state amounts to.
    /// - Parameter name: the table's.
    private static func forEachAction(
        of state: CatalogState, name: String, _ body: (CatalogJSON) throws -> Void
    ) rethrows {
        try body(DeltaAction.protocolVersions)
        try body(
            DeltaAction.metaData(
                id: state.tableID, name: name, state.leaves, properties: state.properties,
                now: nil))
        for (application, position) in transactions(of: state) {
            try body(DeltaAction.transaction(of: application, position: position, now: nil))
        }
        for entry in state.segments {
            try body(
                DeltaAction.add(
                    entry.path, size: entry.size, modificationTime: entry.modificationTime,
                    changesRows: false, statistics: DeltaStatistics.text(of: entry),
                    sha256: entry.sha256))
        }
        for segment in state.removed {
            try body(
                DeltaAction.remove(
                    segment.path, size: segment.size, changesRows: false,
                    now: segment.deletionTimestamp))
        }
    }

    private static func transactions(of state: CatalogState) -> [(String, Int64)] {
        [(DeltaAction.journalApplication, state.journalPosition)]
            + (state.movesPosition > 0
                ? [(DeltaAction.movesApplication, state.movesPosition)] : [])
    }

    static func bytes(of state: CatalogState, name: String) throws -> [UInt8] {
        var writer = NestedParquetWriter(fields: fields)
        try forEachAction(of: state, name: name) { action in
            try writer.append(fields.map { NestedValue(action[$0.name], $0.shape) })
        }
        return writer.finish(
            keyValues: [("eventlog.format", "1"), (versionKey, "\(state.version)")]
                + (state.chain.map { [(chainKey, "\($0)")] } ?? []))
    }

    /// The text of `_last_checkpoint` (`PROTOCOL.md`, Last Checkpoint File Schema).
    /// - Parameter size: of the checkpoint, in bytes.
    static func hint(for state: CatalogState, size: Int) -> [UInt8] {
        let actionCount =
            2 + transactions(of: state).count + state.segments.count + state.removed.count
        let hint = CatalogJSON.object([
            .init("version", .integer(state.version)),
            .init("size", .integer(Int64(actionCount))),
            .init("sizeInBytes", .integer(Int64(size))),
            .init("numOfAddFiles", .integer(Int64(state.segments.count))),
        ])
        return Array(hint.text.utf8)
    }

    // MARK: Reading

    /// The version that the hint names; `nil` if it is not sound.
    static func version(inHint text: [UInt8]) -> Int64? {
        (try? CatalogJSONReader.read(text[...]))?["version"]?.integer
    }

    /// - Parameter file: what the bytes are the content of, for errors.
    /// - Returns: `nil` if somebody else wrote it.
    /// - Throws: `CatalogError` if it is damaged, or asks for more than we know.
    static func replay(
        _ bytes: [UInt8], version: Int64, file: String
    ) throws(CatalogError) -> DeltaReplay? {
        do {
            let parquet = try NestedParquetFile(source: ParquetBytes(bytes))
            guard let key = parquet.keyValues.first(where: { $0.key == versionKey }) else {
                return nil
            }
            guard key.value == "\(version)", parquet.hasMetadataChecksums else {
                throw ParquetError("not the checkpoint of version \(version)")
            }
            var replay = DeltaReplay()
            if let chain = parquet.keyValues.first(where: { $0.key == chainKey }) {
                guard let head = ChainHead(chain.value) else {
                    throw ParquetError("not where a chain ends")
                }
                replay.begin(after: head)
            }
            var row = 0
            try parquet.forEachRow(fields) { values in
                row += 1
                for (field, value) in zip(fields, values) where value != .null {
                    let action = CatalogJSON(value, field.shape)
                    let step = try DeltaStep(field.name, action, file: file, line: row)
                    if let step { replay.apply(step) }
                }
            }
            return replay
        } catch let error as CatalogError {
            throw error
        } catch {
            throw .damaged(file: file, line: 1, message: "\(error)")
        }
    }
}
