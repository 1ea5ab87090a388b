import FuzzHarness

@testable import Columns
@testable import Parquet

public enum FuzzParquetTargets {
    public static let all = [parquet, nested, pages, lz4]

    /// Rows of a row group beyond which an input is passed over: what a strange file may make the reader
    /// allocate is bounded (`ParquetLimits.rowGroupRowCountMax`), and takes seconds at that bound.
    static let rowCountMax = 1 << 16

    /// A whole file: footer, indexes, filters, all columns.
    static let parquet = FuzzTarget(
        "parquet", lengthMax: 16 << 10, words: ["PAR1", "CRC1", "CRC0"]
    ) {
        FileEntry.run($0)
    } seeds: {
        try SampleFile.seeds()
    }

    /// A file of nested rows, as checkpoints are.
    static let nested = FuzzTarget("nested", lengthMax: 16 << 10, words: ["PAR1", "CRC1", "CRC0"]) {
        RowsEntry.run($0)
    } seeds: {
        try RowsEntry.seeds()
    }

    /// One page of any type and encoding.
    static let pages = FuzzTarget("pages", lengthMax: 4 << 10) {
        PageEntry.run($0)
    } seeds: {
        try PageEntry.seeds()
    }

    /// One LZ4 block that claims a size.
    static let lz4 = FuzzTarget("lz4", lengthMax: 4 << 10) {
        BlockEntry.run($0)
    } seeds: {
        BlockEntry.seeds()
    }
}
