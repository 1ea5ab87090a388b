import Columns
import Parquet

/// The same rows of a segment in a new file, with columns added.
///
/// Rows keep their order, so that the clustering and the bounds stay what they were. Before anybody
/// relies on the new file, what it says is read back and compared with the old one: whoever replaces a
/// file by another must not have trusted an encoder.
struct SegmentRewrite {
    let segment: SegmentFile
    /// A column of texts for each row group, null or not.
    let added: (name: String, columns: [Column])
    /// What the footer says; of the same names the old file's are replaced.
    let keyValues: [(String, String)]

    /// - Returns: the bytes of the file.
    /// - Throws: `ParquetError` if the segment is damaged: then it stays as it is.
    func bytes() throws -> [UInt8] {
        let opened = try segment.open()
        let kept = opened.file.leaves.indices.filter {
            opened.file.leaves[$0].name != added.name
        }
        let output = ParquetBuffer.Output()
        var writer = ParquetWriter(
            leaves: kept.map { leaf(opened.file.leaves[$0]) } + [
                ParquetLeaf(path: [added.name], type: .string)
            ],
            options: SegmentWriter.options,
            sortingColumns: SegmentWriter.sorting.compactMap { column in
                opened.leaves[column.definition.name].flatMap(kept.firstIndex).map {
                    ParquetSortingColumn(leaf: $0, areNullsFirst: false)
                }
            },
            output: output.append)
        for group in opened.file.rowGroups.indices {
            let columns = try kept.map { try Self.column(opened.file, group, $0) }
            try writer.append(columns + [added.columns[group]])
        }
        let replaced = Set(keyValues.map(\.0))
        _ = try writer.finish(
            keyValues: opened.file.keyValues.filter { !replaced.contains($0.key) }
                .map { ($0.key, $0.value) } + keyValues)
        try verify(output.bytes, opened.file, kept)
        return output.bytes
    }

    /// A leaf of the file, written as it was.
    private func leaf(_ leaf: ParquetLeaf) -> ParquetLeaf {
        var leaf = leaf
        let column = EventColumn.allCases.first { $0.definition.name == leaf.name }
        leaf.hasBloomFilter = column?.hasBloomFilter ?? false
        leaf.hasStatistics = true
        return leaf
    }

    private static func column(_ file: ParquetFile, _ group: Int, _ leaf: Int) throws -> Column {
        let read = try file.readColumn(rowGroup: group, leaf: leaf)
        if let damage = read.damage.first { throw ParquetError(damage.message) }
        return read.column
    }

    private func verify(_ bytes: [UInt8], _ old: ParquetFile, _ kept: [Int]) throws {
        let new = try ParquetFile(source: ParquetBytes(bytes))
        guard new.rowGroups.map(\.rowCount) == old.rowGroups.map(\.rowCount),
            new.leaves.count == kept.count + 1
        else { throw ParquetError("the new file has other rows than \(segment.path)") }
        for group in old.rowGroups.indices {
            for (place, leaf) in kept.enumerated() {
                let before = try Self.column(old, group, leaf)
                guard try Self.column(new, group, place).hasSameRows(as: before) else {
                    throw ParquetError(
                        "the new file has other values of \(old.leaves[leaf].name) than "
                            + segment.path)
                }
            }
            guard try Self.column(new, group, kept.count).hasSameRows(as: added.columns[group])
            else { throw ParquetError("the new file has other values of \(added.name)") }
        }
    }
}

extension Column {
    /// Whether both say the same in each row, whatever their dictionaries.
    func hasSameRows(as other: Column) -> Bool {
        guard count == other.count, type == other.type else { return false }
        if case .string(let codes, let names) = values,
            case .string(let otherCodes, let otherNames) = other.values
        {
            // What is known of an entry's partner holds for all its rows.
            var partners = [Int32](repeating: -1, count: names.count)
            for row in 0..<count {
                let (code, partner) = (codes[row], otherCodes[row])
                guard (code < 0) == (partner < 0) else { return false }
                if code < 0 || partners[Int(code)] == partner { continue }
                guard
                    names.bytes[names.range(at: Int(code))].elementsEqual(
                        otherNames.bytes[otherNames.range(at: Int(partner))])
                else { return false }
                partners[Int(code)] = partner
            }
            return true
        }
        return (0..<count).allSatisfy { row in
            // Zeros of two signs are two values.
            if case .double(let a) = self[row], case .double(let b) = other[row] {
                return a.bitPattern == b.bitPattern
            }
            return self[row] == other[row]
        }
    }
}
