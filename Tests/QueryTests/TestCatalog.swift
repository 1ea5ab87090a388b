import Columns

@testable import Query

/// Tables in memory, each divided into blocks of a chosen size.
struct TestCatalog: TableCatalog {
    var tables: [MemoryTable]

    var tableNames: [String] { tables.map(\.name) }
    func table(named name: String) -> (any Table)? { tables.first { $0.name == name } }

    static func table(
        _ name: String, _ columns: [(String, ColumnType)], _ rows: [[Value]], blockRowCount: Int = 4
    ) -> MemoryTable {
        let blocks = stride(from: 0, to: rows.count, by: blockRowCount).map { start in
            let part = rows[start..<min(start + blockRowCount, rows.count)]
            return Block(
                rowCount: part.count,
                columns: columns.indices.map { index in
                    Column(type: columns[index].1, part.map { $0[index] })
                })
        }
        return MemoryTable(
            name: name, columns: columns.map { ColumnDefinition($0.0, $0.1) }, blocks: blocks)
    }
}

/// The splitmix64 generator: the same seed, the same numbers, everywhere.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
