import Columns
import Parquet

/// How long a stretch of time is of which a rollup counts alike events together (docs/Rollups.md).
package enum RollupGrain: String, Sendable, Hashable, CaseIterable {
    case hourly, daily

    /// µs. Stretches begin at multiples of it, in UTC.
    package var length: Int64 {
        switch self {
        case .hourly: TimePartition.Unit.hour.length
        case .daily: TimePartition.Unit.day.length
        }
    }

    /// The folder of the table, relative to the store's.
    var directory: String { "rollups/" + rawValue }
    /// Copies of its commits: of what has expired there is nothing else.
    var copyDirectory: String { "catalog/" + rawValue }
}

/// The columns of a rollup. Those that events have too have their names and types.
enum RollupColumn: Int, CaseIterable {
    case event, contentId, userId, deviceId
    /// Of the first of the row's events.
    case timestamp
    /// From the first of them to the last, in µs.
    case timeSpan
    case eventCount

    var definition: ColumnDefinition {
        switch self {
        case .event: EventColumn.event.definition
        case .contentId: EventColumn.contentId.definition
        case .userId: EventColumn.userId.definition
        case .deviceId: EventColumn.deviceId.definition
        case .timestamp: EventColumn.timestamp.definition
        case .timeSpan:
            ColumnDefinition(
                "timeSpan", .int64, unit: "µs", summary: "from its first event to its last")
        case .eventCount: Self.count
        }
    }

    /// What tables say that hand over rows of rollups.
    static let count = ColumnDefinition(
        "eventCount", .int64, summary: "events that the row stands for", isOnDemand: true)

    private var isRequired: Bool {
        switch self {
        case .event, .timestamp, .timeSpan, .eventCount: true
        case .contentId, .userId, .deviceId: false
        }
    }

    /// Identifiers of persons have no bounds, which would survive an erasure, but can be looked for.
    static let leaves = allCases.map { column in
        let isPerson = column == .userId || column == .deviceId
        return ParquetLeaf(
            path: [column.definition.name], type: column.definition.type,
            isRequired: column.isRequired, hasBloomFilter: isPerson || column == .contentId,
            hasStatistics: !isPerson)
    }

    static let catalogLeaves = allCases.map {
        CatalogLeaf(
            path: [$0.definition.name], type: $0.definition.type, isNullable: !$0.isRequired)
    }

    /// By which rows are in order, as those of segments.
    static let sorting: [RollupColumn] = [.event, .contentId, .timestamp]
}
