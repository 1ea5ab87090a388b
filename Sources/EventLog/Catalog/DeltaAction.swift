/// The actions that our tables are made of (`PROTOCOL.md`, Actions).
enum DeltaAction {
    /// What our tables ask of a reader and a writer.
    static let readerVersion: Int64 = 1
    static let writerVersion: Int64 = 2
    /// The application whose `txn` version is the journal position.
    static let journalApplication = "eventlog-journal"
    /// The one whose `txn` version is the position of what the ledger moved.
    static let movesApplication = "eventlog-moves"

    static func action(_ name: String, _ fields: [CatalogJSON.Field]) -> CatalogJSON {
        .object([.init(name, .object(fields))])
    }

    static var protocolVersions: CatalogJSON {
        action(
            "protocol",
            [
                .init("minReaderVersion", .integer(readerVersion)),
                .init("minWriterVersion", .integer(writerVersion)),
            ])
    }

    /// - Parameter now: ms since 1970, as in all of these; `nil` if what it would say is not known.
    static func metaData(
        id: String, name: String, _ leaves: [CatalogLeaf], properties: [String: String],
        now: Int64?
    ) -> CatalogJSON {
        var fields: [CatalogJSON.Field] = [
            .init("id", .string(id)), .init("name", .string(name)),
            .init(
                "format",
                .object([
                    .init("provider", .string("parquet")), .init("options", .object([])),
                ])),
            .init("schemaString", .string(DeltaSchema.text(of: leaves))),
            .init("partitionColumns", .array([])),
            .init("configuration", .map(properties)),
        ]
        if let now { fields.append(.init("createdTime", .integer(now))) }
        return action("metaData", fields)
    }

    /// The table knows all that an application has said up to `position`.
    static func transaction(
        of application: String, position: Int64, now: Int64?
    ) -> CatalogJSON {
        var fields: [CatalogJSON.Field] = [
            .init("appId", .string(application)), .init("version", .integer(position)),
        ]
        if let now { fields.append(.init("lastUpdated", .integer(now))) }
        return action("txn", fields)
    }

    /// The tag of a file with its SHA-256.
    static let digestTag = "eventlog.sha256"

    /// - Parameters:
    ///   - path: relative to the table's directory; letters, digits and `/._-` only.
    ///   - sha256: of the file, if it is to be said.
    static func add(
        _ path: String, size: Int, modificationTime: Int64, changesRows: Bool, statistics: String,
        sha256: Digest256? = nil
    ) -> CatalogJSON {
        var fields: [CatalogJSON.Field] = [
            .init("path", .string(path)), .init("partitionValues", .object([])),
            .init("size", .integer(Int64(size))),
            .init("modificationTime", .integer(modificationTime)),
            .init("dataChange", .bool(changesRows)), .init("stats", .string(statistics)),
        ]
        if let sha256 { fields.append(.init("tags", .map([digestTag: sha256.text]))) }
        return action("add", fields)
    }

    static func remove(
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
