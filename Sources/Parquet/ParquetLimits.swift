/// Sizes beyond which this reader refuses and this writer does not go.
///
/// A file is never trusted: a length in it leads to an allocation only after it was compared with
/// one of these or with the bytes that are really there.
package enum ParquetLimits {
    /// Bytes of the footer. 64 MiB hold the metadata of some hundred thousand column chunks.
    package static let footerSizeMax = 64 << 20
    /// Bytes of one page before compression, also of a dictionary page.
    package static let pageSizeMax = 64 << 20
    /// Bytes of a page header. Ours have about 50; foreign ones may carry statistics.
    package static let pageHeaderSizeMax = 1 << 20
    /// Bytes of an offset index or a column index of one column chunk.
    package static let indexSizeMax = 16 << 20
    /// Bytes of a Bloom filter: what the format's own writers allow at most.
    package static let bloomFilterSizeMax = 128 << 20
    /// Bytes of a Bloom filter that we write: 1.7 million values at one false answer in a hundred.
    package static let bloomFilterWrittenSizeMax = 2 << 20
    /// Rows of one row group: bounds what reading a column of a strange file may allocate.
    package static let rowGroupRowCountMax = 1 << 26
    /// Bytes of a dictionary page that we write. A larger dictionary helps nobody.
    package static let dictionaryWrittenSizeMax = 16 << 20
    /// Entries of a dictionary of numbers that we write: beyond this, other encodings win.
    package static let numberDictionaryEntryCountMax = 1 << 15
    /// Bytes of a string in statistics and in the column index; a longer one is shortened.
    package static let statisticSizeMax = 64
    /// Bytes of the strings that the data pages of one column chunk bring: together with those of a
    /// dictionary page, positions of 32 bits reach them.
    package static let chunkStringSizeMax = 2 << 30
    /// Nesting of structures that are skipped because they are unknown.
    static let thriftDepthMax = 16
    /// Elements of the schema.
    static let schemaElementCountMax = 1 << 16
    /// Groups around a leaf.
    static let schemaDepthMax = 16
}
