import Columns
import Parquet

@testable import EventLog

/// The identity table as another engine reads it: all commits of the log, then the files it names.
struct PublishedTable: Equatable {
    struct Row: Hashable {
        var device: String?
        var user: String?
        var epoch: Int64?
        var from: Int64
        var to: Int64?
        var person: String
        var isAnonymous: Bool
    }

    var version: Int64
    var position: Int64
    var rows: [Row]
    /// Rows of each file.
    var fileSizes: [Int]
    /// Rows of each row group.
    var rowGroupSizes: [Int]
    var files: [String]

    /// - Returns: `nil` if there is no table.
    init?(on disk: any Disk) throws {
        let log = CatalogLog(on: disk, directory: "identity", copyDirectory: nil)
        guard let state = try log.load() else { return nil }
        version = state.version
        position = state.journalPosition
        rows = []
        fileSizes = []
        rowGroupSizes = []
        files = state.segments.map(\.path).sorted()
        for name in files {
            let file = try ParquetFile(
                source: ParquetBytes(disk.readAll(joinPath("identity", name))))
            let columns = try IdentityLakeRows.parquetLeaves.map {
                try ParquetBuffer.column(file, $0.name, $0.type).column
            }
            let count = columns[0].count
            fileSizes.append(count)
            rowGroupSizes += file.rowGroups.map(\.rowCount)
            rows += (0..<count).map { row in Self.row(columns.map { $0[row] }) }
            guard state.segments.contains(where: { $0.path == name && $0.rowCount == count })
            else { throw ParquetError("\(name) has \(count) rows") }
        }
    }

    private static func row(_ values: [Value]) -> Row {
        func text(_ value: Value) -> String? {
            if case .string(let text) = value { text } else { nil }
        }
        func number(_ value: Value) -> Int64? {
            switch value {
            case .int64(let number), .timestamp(let number): number
            default: nil
            }
        }
        return Row(
            device: text(values[0]), user: text(values[1]), epoch: number(values[2]),
            from: number(values[3]) ?? .max, to: number(values[4]), person: text(values[5]) ?? "",
            isAnonymous: values[6] == .bool(true))
    }

    /// As the views do it, without the rules for user ids that need no table.
    func person(device: String?, user: String?, time: Int64) -> String? {
        if let user, !UserPlaceholder.matches(user) {
            return rows.first { $0.user == user }?.person ?? Person.user(user).id
        }
        guard let device else { return nil }
        let own = rows.filter {
            $0.device == device && $0.from <= max(time, IdentityLakeRows.beginning)
                && ($0.to ?? .max) > time
        }
        precondition(own.count <= 1, "intervals overlap")
        return own.first?.person ?? Person.anonymous(device: device, epoch: 0).id
    }
}
