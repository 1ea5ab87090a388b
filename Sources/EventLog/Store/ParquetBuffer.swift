import Columns
import Parquet

/// Writes small tables as Parquet files in memory, and reads them back.
enum ParquetBuffer {
    /// Collects what a writer gives out.
    final class Output {
        var bytes: [UInt8] = []
        func append(_ chunk: UnsafeRawBufferPointer) { bytes.append(contentsOf: chunk) }
    }

    /// A file of one row group, or of none without rows.
    static func write(
        _ columns: [Column], leaves: [ParquetLeaf], keyValues: [(String, String)]
    ) throws -> [UInt8] {
        let output = Output()
        var writer = ParquetWriter(leaves: leaves, output: output.append)
        try writer.append(columns)
        _ = try writer.finish(keyValues: keyValues)
        return output.bytes
    }

    /// All rows of a leaf.
    /// - Parameter name: must be there, with this type.
    /// - Returns: the column, and its rows that are damaged.
    static func column(
        _ file: ParquetFile, _ name: String, _ type: ColumnType
    ) throws -> (column: Column, damage: [ParquetDamage]) {
        guard let leaf = file.leaf(named: name), file.leaves[leaf].type == type else {
            throw ParquetError("there is no column \(name)")
        }
        var parts: [Column] = []
        var damage: [ParquetDamage] = []
        for group in file.rowGroups.indices {
            let read = try file.readColumn(rowGroup: group, leaf: leaf)
            parts.append(read.column)
            damage += read.damage
        }
        return (Column.concatenate(parts, type: type, seed: 0), damage)
    }
}
