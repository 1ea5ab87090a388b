import Columns
import Parquet
import Synchronization

/// One file of quarantined events (docs/Ledger.md), never changed.
///
/// What is in memory of it are the numbers and sizes of its events. When it has been replaced it is
/// removed as soon as no snapshot needs it.
package final class QuarantineFile: Sendable {
    /// Its name in `quarantine/`.
    package let name: String
    /// Numbers of its events, ascending, and the bytes that each counts for.
    private let ids: [Int64]
    private let sizes: [Int64]
    private let disk: any Disk
    private let isObsolete = Atomic<Bool>(false)

    package static let directory = "quarantine"
    var path: String { joinPath(Self.directory, name) }
    package var count: Int { ids.count }
    /// Bytes that its events count for.
    let size: Int

    private init(name: String, ids: [Int64], sizes: [Int64], disk: any Disk) {
        self.name = name
        self.ids = ids
        self.sizes = sizes
        self.disk = disk
        size = sizes.reduce(0) { $0 &+ Int(clamping: $1) }
    }

    deinit {
        // What cannot be removed today only takes room; the next start tries again.
        if isObsolete.load(ordering: .acquiring) { try? disk.unlink(path) }
    }

    /// Nobody who looks from now on will need it.
    func markObsolete() { isObsolete.store(true, ordering: .releasing) }

    /// Writes a file; durable on return.
    /// - Parameter events: by number, ascending; not empty.
    static func write(
        _ events: [QuarantinedEvent], name: String, storeID: StoreID, on disk: any Disk
    ) throws -> QuarantineFile {
        let bytes = try ParquetBuffer.write(
            QuarantineColumns.allCases.map { $0.column(of: events) },
            leaves: QuarantineColumns.leaves,
            keyValues: [("eventlog.format", "1"), ("eventlog.store", "\(storeID)")])
        try disk.writeFile(joinPath(directory, name), bytes, .replacing)
        return QuarantineFile(
            name: name, ids: events.map(\.id), sizes: events.map { Int64($0.size) }, disk: disk)
    }

    /// Reads what is needed of a file to know which events it has.
    static func open(_ name: String, on disk: any Disk) throws -> QuarantineFile {
        let file = try parquet(name, disk)
        func integers(_ column: QuarantineColumns) throws -> [Int64] {
            let read = try ParquetBuffer.column(file, column.definition.name, .int64)
            if let damage = read.damage.first { throw ParquetError(damage.message) }
            return (0..<read.column.count).map { row in
                if case .int64(let value) = read.column[row] { value } else { 0 }
            }
        }
        let ids = try integers(.id)
        guard zip(ids, ids.dropFirst()).allSatisfy({ $0 < $1 }) else {
            throw ParquetError("the numbers of the events do not ascend")
        }
        return QuarantineFile(name: name, ids: ids, sizes: try integers(.size), disk: disk)
    }

    private static func parquet(_ name: String, _ disk: any Disk) throws -> ParquetFile {
        try ParquetFile(source: ParquetBytes(disk.readAll(joinPath(directory, name))))
    }

    // MARK: Looking

    /// Bytes that the event with this number counts for; `nil` if it is not here.
    func size(of id: Int64) -> Int? { position(of: id).map { Int(clamping: sizes[$0]) } }

    private func position(of id: Int64) -> Int? {
        var (low, high) = (0, ids.count)
        while low < high {
            let middle = (low + high) / 2
            if ids[middle] < id { low = middle + 1 } else { high = middle }
        }
        return low < ids.count && ids[low] == id ? low : nil
    }

    /// Rows with events that are not in `left`.
    func liveRows(without left: (Int64) -> Bool) -> [UInt32] {
        ids.indices.filter { !left(ids[$0]) }.map { UInt32(truncatingIfNeeded: $0) }
    }

    /// The number of the event in a row.
    func id(at row: UInt32) -> Int64 { ids[Int(row)] }
    var lastID: Int64 { ids.last ?? 0 }

    /// Bytes that the events in these rows count for.
    func size(of rows: [UInt32]) -> Int {
        rows.reduce(0) { $0 &+ Int(clamping: sizes[Int($1)]) }
    }

    /// All rows of some columns.
    func columns(
        _ wanted: [QuarantineColumns]
    ) throws -> (columns: [Column], damage: [ParquetDamage]) {
        let file = try Self.parquet(name, disk)
        var damage: [ParquetDamage] = []
        let columns = try wanted.map { column in
            let read = try ParquetBuffer.column(
                file, column.definition.name, column.definition.type)
            damage += read.damage
            guard read.column.count == ids.count else {
                throw ParquetError("\(read.column.count) rows instead of \(ids.count)")
            }
            return read.column
        }
        return (columns, damage)
    }

    /// The events in these rows, as far as they can be read.
    func events(_ rows: [UInt32]) throws -> (events: [QuarantinedEvent], isWhole: Bool) {
        let read = try columns(QuarantineColumns.allCases)
        let events = rows.compactMap { row in
            QuarantinedEvent(read.columns.map { $0[Int(row)] })
        }
        return (events, read.damage.isEmpty && events.count == rows.count)
    }
}
