import Columns
import Parquet

/// Makes the file of a rollup: of a segment, or of another rollup.
struct RollupWriter {
    let grain: RollupGrain
    /// What the footer says besides.
    let storeID: StoreID
    /// Keys the hashes.
    let seed: UInt64
    var rowGroupRowCountMax = Limits.compactRowGroupRowCountMax

    /// Reads what is counted of a segment.
    /// - Parameter map: whose the devices were.
    /// - Throws: `SegmentMergeError.damaged` if it cannot all be read.
    static func events(
        of segment: SegmentFile, schema: EventSchema, seed: UInt64, _ map: IdentityMap
    ) throws -> RollupRows.Events {
        let reader = try MergeReader(inputs: [segment], schema: schema, seed: seed)
        var events = RollupRows.Events(
            event: try reader.column(.event), contentId: try reader.column(.contentId),
            userId: try reader.column(.userId), deviceId: try reader.column(.deviceId),
            timestamp: try reader.column(.timestamp), intervals: [])
        let users = events.userId.codesOrNulls
        let devices = events.deviceId.codesOrNulls
        guard case .int64(let times) = events.timestamp.values else { return events }
        let resolver = PersonResolver(
            map, devices: (0..<devices.names.count).lazy.map { devices.names[$0] },
            users: (0..<users.names.count).lazy.map { users.names[$0] })
        events.intervals = resolver.intervals(
            users: users.codes, devices: devices.codes, times: times)
        return events
    }

    /// All rows of a rollup, to be written again.
    /// - Throws: `SegmentMergeError.damaged` if it cannot all be read.
    static func columns(of rollup: RollupFile) throws -> [Column] {
        do {
            let file = try rollup.file.open().file
            return try RollupColumn.allCases.map { column in
                let read = try ParquetBuffer.column(
                    file, column.definition.name, column.definition.type)
                if let damage = read.damage.first { throw ParquetError(damage.message) }
                return read.column
            }
        } catch let error as ParquetError {
            throw SegmentMergeError.damaged(rollup.file, message: "\(error)")
        } catch let error as DiskError where error.isNotFound || error.isUnreadable {
            throw SegmentMergeError.damaged(rollup.file, message: "\(error)")
        }
    }

    /// The bytes of the file. They are read back and compared before anybody relies on them.
    func bytes(_ rows: RollupRows, source: String) throws -> [UInt8] {
        let output = ParquetBuffer.Output()
        var writer = ParquetWriter(
            leaves: RollupColumn.leaves,
            options: SegmentWriter.options(generation: 2),
            sortingColumns: RollupColumn.sorting.map {
                ParquetSortingColumn(leaf: $0.rawValue, areNullsFirst: false)
            },
            output: output.append)
        var groups: [[Column]] = []
        for start in stride(from: 0, to: rows.count, by: rowGroupRowCountMax) {
            let range = UInt32(start)..<UInt32(min(start + rowGroupRowCountMax, rows.count))
            groups.append(rows.columns.map { $0.gather(Array(range)) })
        }
        for group in groups { try writer.append(group) }
        _ = try writer.finish(keyValues: [
            ("eventlog.format", "1"), ("eventlog.store", "\(storeID)"),
            ("eventlog.rollup.grain", grain.rawValue), ("eventlog.rollup.source", source),
        ])
        try verify(output.bytes, groups)
        return output.bytes
    }

    private func verify(_ bytes: [UInt8], _ groups: [[Column]]) throws {
        let file = try ParquetFile(source: ParquetBytes(bytes))
        guard file.rowGroups.map(\.rowCount) == groups.map({ $0[0].count }) else {
            throw SegmentMergeError.unequal("a rollup has other rows")
        }
        for (number, group) in groups.enumerated() {
            for (leaf, column) in group.enumerated() {
                let read = try file.readColumn(rowGroup: number, leaf: leaf)
                guard read.damage.isEmpty,
                    read.column.fingerprint(seed: seed) == column.fingerprint(seed: seed)
                else {
                    throw SegmentMergeError.unequal(
                        "a rollup has other values of \(file.leaves[leaf].name)")
                }
            }
        }
    }

    /// - Parameter source: of which the rows are; times are within its bounds.
    static func entry(
        _ name: RollupName, of source: SegmentEntry, _ rows: RollupRows, size: Int, now: Int64
    ) -> SegmentEntry {
        var entry = source
        entry.path = name.path
        entry.size = size
        entry.modificationTime = now
        entry.rowCount = rows.count
        // Events have numbers, counts of them have not.
        entry.seqMin = .min
        entry.seqMax = .max
        entry.contentIdNullCount = nil
        if rows.count > 0 {
            entry.timestampMin = rows.firstTime
            entry.timestampMax = rows.lastTime
        }
        return entry
    }
}
