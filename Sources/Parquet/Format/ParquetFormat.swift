/// The numbers by which `parquet.thrift` names things. Only those that we write or read.

/// `Type`: how a value is stored.
package enum PhysicalType: Int32, Sendable {
    case boolean = 0
    case int32 = 1
    case int64 = 2
    case float = 4
    case double = 5
    case byteArray = 6

    /// Bytes of a plain value; of a string, at least.
    var size: Int {
        switch self {
        case .boolean: 1
        case .int32, .float, .byteArray: 4
        case .int64, .double: 8
        }
    }
}

/// `Encoding`, as in the format's page "Encodings".
package enum Encoding: Int32, Sendable, Hashable {
    case plain = 0
    /// In old files, the name of `rleDictionary` in data pages and of `plain` in dictionary pages.
    case plainDictionary = 2
    case rle = 3
    case deltaBinaryPacked = 5
    case deltaLengthByteArray = 6
    case deltaByteArray = 7
    case rleDictionary = 8
    case byteStreamSplit = 9
}

/// `CompressionCodec`.
package enum Codec: Int32, Sendable {
    case uncompressed = 0
    /// A bare LZ4 block, without a frame.
    case lz4Raw = 7
}

/// `PageType`.
package enum PageType: Int32, Sendable {
    case data = 0
    case index = 1
    case dictionary = 2
    case dataV2 = 3
}

/// `FieldRepetitionType`.
enum Repetition: Int32 {
    case required = 0
    case optional = 1
    case repeated = 2
}

/// What the rows of a file look like to who reads it.
enum RowShape: Sendable {
    /// A value or null in each column. Leaves below something repeated are not supported.
    case flat
    /// Lists and maps in rows: a column may have any number of values a row.
    case nested
}

/// `BoundaryOrder` of a column index.
package enum BoundaryOrder: Int32, Sendable {
    case unordered = 0
    case ascending = 1
    case descending = 2
}

/// `SortingColumn`.
package struct ParquetSortingColumn: Hashable, Sendable {
    /// Position of the leaf in the schema.
    package var leaf: Int
    package var isDescending: Bool
    package var areNullsFirst: Bool

    package init(leaf: Int, isDescending: Bool = false, areNullsFirst: Bool = true) {
        self.leaf = leaf
        self.isDescending = isDescending
        self.areNullsFirst = areNullsFirst
    }
}
