import Columns
import Parquet
import Testing

/// A file in memory: what a test wrote, and the bytes of it.
struct TestFile {
    var leaves: [ParquetLeaf]
    /// By row group, then by leaf.
    var groups: [[Column]]
    var bytes: [UInt8] = []
    var summary: ParquetFileSummary?

    init(
        leaves: [ParquetLeaf], groups: [[Column]], pageRowCount: Int = 16_384,
        compression: LZ4.Effort = .fast, keyValues: [(String, String)] = [],
        sortingColumns: [ParquetSortingColumn] = []
    ) throws {
        self.leaves = leaves
        self.groups = groups
        var options = ParquetWriterOptions()
        options.pageRowCount = pageRowCount
        options.compression = compression
        final class Sink { var bytes: [UInt8] = [] }
        let sink = Sink()
        var writer = ParquetWriter(
            leaves: leaves, options: options, sortingColumns: sortingColumns
        ) { sink.bytes.append(contentsOf: $0) }
        for group in groups { try writer.append(group) }
        summary = try writer.finish(keyValues: keyValues)
        bytes = sink.bytes
    }

    func open() throws -> ParquetFile { try ParquetFile(source: ParquetBytes(bytes)) }
}

/// The same numbers for the same seed, on every machine.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }
}

extension Column {
    /// All cells, for comparison.
    var cells: [Value] { (0..<count).map { self[$0] } }
}

/// Shapes of data, each of which another encoding suits.
enum Shape: CaseIterable {
    case few, unique, runs, growing, wild

    func cell(_ type: ColumnType, _ row: Int, _ random: inout SeededRandom) -> Value {
        let number: Int64 =
            switch self {
            case .few: Int64.random(in: 0..<5, using: &random)
            case .unique: Int64(bitPattern: random.next() >> 8)
            case .runs: Int64(row / 100)
            case .growing:
                1_700_000_000_000_000 + Int64(row) * 1_000
                    + Int64.random(in: 0..<900, using: &random)
            case .wild: Int64(bitPattern: random.next())
            }
        switch type {
        case .bool: return .bool(number & 1 == 1)
        case .int64: return .int64(number)
        case .timestamp: return .timestamp(number)
        case .double:
            return .double(
                self == .wild ? Double(bitPattern: random.next()).finite : Double(number) / 8)
        case .string:
            switch self {
            case .few: return .string(["", "a", "Grüße", "🎬 clip", "like"][Int(number)])
            case .unique: return .string("evt_" + String(UInt64(bitPattern: number), radix: 16))
            case .runs: return .string("content-\(number)")
            case .growing: return .string("item_\(number)")
            case .wild:
                let count = Int.random(in: 0..<120, using: &random)
                return .string(
                    String((0..<count).map { _ in "aé漢🎬z".randomElement(using: &random)! }))
            }
        }
    }
}

extension Double {
    var finite: Double { isFinite ? self : 1.5 }
}

/// A random column, with the share of nulls out of four.
func randomColumn(
    _ type: ColumnType, _ shape: Shape, rowCount: Int, nullQuarters: Int,
    _ random: inout SeededRandom
) -> Column {
    if nullQuarters == 4 { return Column(nulls: rowCount, type: type) }
    let cells = (0..<rowCount).map { row -> Value in
        let cell = shape.cell(type, row, &random)
        return Int.random(in: 0..<4, using: &random) < nullQuarters ? .null : cell
    }
    return Column(type: type, cells)
}
