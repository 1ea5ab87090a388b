import Columns
import Parquet

extension IdentityIndex {
    /// Works out the persons of whole segments, by what the sealed events say: those cannot be lost any
    /// more, and an answer that is written down must not stand on others.
    struct Squasher {
        let resolvers: PersonResolvers
        let squash: PersonSquash

        /// A column for each row group.
        /// - Throws: `ParquetError` if the segment is damaged.
        func persons(of segment: SegmentFile) throws -> [Column] {
            let opened = try segment.open()
            return try opened.file.rowGroups.indices.map { group in
                let rowCount = opened.file.rowGroups[group].rowCount
                func read(_ column: EventColumn) throws -> Column {
                    guard let leaf = segment.leaf(column.definition, in: opened) else {
                        return Column(nulls: rowCount, type: column.type)
                    }
                    let read = try opened.file.readColumn(rowGroup: group, leaf: leaf)
                    if let damage = read.damage.first { throw ParquetError(damage.message) }
                    return read.column
                }
                return resolvers.persons(
                    users: try read(.userId), devices: try read(.deviceId),
                    times: try read(.timestamp))
            }
        }
    }

    /// - Parameters:
    ///   - events: all that is sealed.
    ///   - position: the last number that the seals covered.
    /// - Returns: `nil` if what says who is who could not all be read: then nothing is written down.
    func squasher(_ events: EventsTable, position: Int64) throws -> Squasher? {
        try withSealed(events, position: position) { sealed in
            guard sealed.damage.isEmpty else { return nil }
            if sealed.watch == nil {
                sealed.watch = SquashWatch(since: sealed.lastSeq)
                sealed.resolvers = nil
            }
            return Squasher(
                resolvers: sealed.currentResolvers(domain),
                squash: PersonSquash(position: sealed.lastSeq, options: options))
        }
    }
}
