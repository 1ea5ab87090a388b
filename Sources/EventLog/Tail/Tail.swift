import Columns

/// The unsealed events, in memory and in order of arrival: full blocks, and one that still grows.
///
/// A snapshot costs nothing but references; the arrays of the growing block are copied only if events
/// come while a snapshot of it is held, which is why a block is small.
package struct Tail: Sendable {
    /// Rows after which a block is closed.
    package static let blockRowCount = 16_384

    package private(set) var blocks: [TailBlock] = []
    private var builder: TailBlockBuilder
    private let seed: UInt64
    package private(set) var rowCount = 0
    /// Receive time of the oldest event, µs since 1970 UTC.
    package private(set) var oldestReceivedAt: Int64?
    package private(set) var lastSeq: Int64 = 0

    package init(seed: UInt64) {
        self.seed = seed
        builder = TailBlockBuilder(seed: seed)
    }

    /// Adds neighbouring rows of a batch, the first of which has the number `firstSeq`.
    /// - Throws: `EventRowError` if a row is not well formed; the rows before it are in the tail.
    package mutating func append(
        _ batch: EventBatch, rows: Range<Int>, firstSeq: Int64, generatedIDs: GeneratedEventID,
        schema: inout EventSchema
    ) throws {
        if oldestReceivedAt == nil { oldestReceivedAt = batch.receivedAt }
        var row = rows.lowerBound
        while row < rows.upperBound {
            let taken = min(rows.upperBound - row, Self.blockRowCount - builder.rowCount)
            try builder.append(
                batch, rows: row..<row + taken,
                firstSeq: firstSeq + Int64(row - rows.lowerBound),
                generatedIDs: generatedIDs, schema: &schema)
            row += taken
            rowCount += taken
            if builder.rowCount == Self.blockRowCount { closeBlock(schema) }
        }
        lastSeq = max(lastSeq, firstSeq + Int64(rows.count) - 1)
    }

    /// All blocks as of now, the growing one included.
    package mutating func snapshot(_ schema: EventSchema) -> [TailBlock] {
        guard builder.rowCount > 0 else { return blocks }
        return blocks + [builder.build(schema)]
    }

    private mutating func closeBlock(_ schema: EventSchema) {
        blocks.append(builder.build(schema))
        builder = TailBlockBuilder(roomFor: builder)
    }
}
