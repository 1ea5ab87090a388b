import Columns
package import Parquet

extension EventSchema {
    /// The columns as leaves of a segment, in order: the envelope at the top, the rest in `data`.
    package var segmentLeaves: [ParquetLeaf] {
        definitions.enumerated().map { position, definition in
            let column = position < EventColumn.count ? EventColumn.allCases[position] : nil
            return ParquetLeaf(
                path: definition.name.split(separator: ".", maxSplits: 1).map(String.init),
                type: definition.type,
                isRequired: column?.isRequired ?? false,
                hasBloomFilter: column?.hasBloomFilter ?? false,
                hasStatistics: true)
        }
    }
}

extension EventColumn {
    /// Whether every event has a value.
    package var isRequired: Bool {
        switch self {
        case .seq, .timestamp, .receivedAt, .event, .eventId, .producer, .flags, .peerUid, .peerPid:
            true
        default: false
        }
    }

    /// Columns that are asked for by exact value and hardly ordered within a segment. A swipe belongs to
    /// two contents, of which `contentId` is only one.
    package var hasBloomFilter: Bool {
        switch self {
        case .eventId, .contentId, .userId, .deviceId, .sessionId, .fromContentId, .toContentId:
            true
        default: false
        }
    }
}
