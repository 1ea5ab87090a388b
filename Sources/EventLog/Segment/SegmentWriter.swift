import Columns
import Parquet

/// Turns blocks of events into the bytes of a segment: one row group, clustered.
package enum SegmentWriter {
    package struct Result: Sendable {
        package let bytes: [UInt8]
        package let rowCount: Int
        package let bounds: SegmentBounds
    }

    /// - Parameters:
    ///   - blocks: in order of arrival, together not empty.
    ///   - keyValues: what the footer says besides the data.
    package static func write(
        _ blocks: [TailBlock], schema: EventSchema, keyValues: [(String, String)], seed: UInt64
    ) throws -> Result {
        let definitions = schema.definitions
        func parts(_ position: Int) -> [Column] {
            let type = definitions[position].type
            return blocks.map { $0.column(position, type: type) }
        }
        func merged(_ column: EventColumn) -> Column {
            Column.concatenate(parts(Int(column.rawValue)), type: column.type, seed: seed)
        }
        let event = merged(.event)
        let contentId = merged(.contentId)
        let timestamp = merged(.timestamp)
        let order = ClusterOrder.positions(
            event: event, contentId: contentId, timestamp: timestamp)
        var places = [UInt32](repeating: 0, count: order.count)
        for (place, row) in order.enumerated() { places[Int(row)] = UInt32(place) }
        let seq = merged(.seq)
        let bounds = SegmentBounds(
            seq: seq, timestamp: timestamp, event: event, contentId: contentId)
        let encoder = RowGroupEncoder(leaves: schema.segmentLeaves, options: Self.options)
        let (chunks, options) = try encoder.encodeAll { position in
            switch position {
            case Int(EventColumn.seq.rawValue): seq.gather(order)
            case Int(EventColumn.event.rawValue): event.gather(order)
            case Int(EventColumn.contentId.rawValue): contentId.gather(order)
            case Int(EventColumn.timestamp.rawValue): timestamp.gather(order)
            default:
                Column.arrange(
                    parts(position), at: places, type: definitions[position].type, seed: seed)
            }
        }
        let output = ParquetBuffer.Output()
        var writer = ParquetWriter(
            leaves: encoder.leaves, options: options,
            sortingColumns: Self.sorting.map {
                ParquetSortingColumn(leaf: Int($0.rawValue), areNullsFirst: false)
            },
            output: output.append)
        try writer.append(chunks)
        _ = try writer.finish(keyValues: keyValues)
        return Result(bytes: output.bytes, rowCount: order.count, bounds: bounds)
    }

    /// How a seal writes.
    static var options: ParquetWriterOptions {
        var options = ParquetWriterOptions()
        options.pageRowCount = Limits.pageRowCountMax
        return options
    }

    /// How a segment is written that is made of others. What is made of sealed ones is written anew within a
    /// day or so; what is made after that has time: a few per cent smaller, three times as long.
    static func options(generation: Int) -> ParquetWriterOptions {
        var options = options
        if generation >= CompactionPolicy.lastingGeneration {
            options.compression = .high(level: 4)
        }
        return options
    }

    /// By which its rows are in order (`ClusterOrder`).
    static let sorting: [EventColumn] = [.event, .contentId, .timestamp]
}
