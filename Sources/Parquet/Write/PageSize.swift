import Columns

/// How many rows a page of a row group may have.
enum PageSize {
    /// Half of what the reader allows: encodings and levels add a little to the strings.
    private static let byteCountMax = ParquetLimits.pageSizeMax / 2

    /// `wanted`, or less if the strings of some page would be too long. All columns share it, because
    /// pages of all columns start at the same rows.
    static func rowCount(_ columns: [Column], wanted: Int) throws(ParquetError) -> Int {
        var rowCount = wanted
        for column in columns {
            guard case .string(let codes, let dictionary) = column.values else { continue }
            let longest = zip(dictionary.offsets, dictionary.offsets.dropFirst())
                .reduce(0) { max($0, Int($1.1 - $1.0)) }
            guard longest <= byteCountMax else {
                throw ParquetError("string of \(longest) bytes is too long for a page")
            }
            if (longest + 4) * rowCount <= byteCountMax { continue }
            while rowCount > 1, largestPage(codes, dictionary, rowCount) > byteCountMax {
                rowCount = (rowCount + 1) / 2
            }
        }
        return rowCount
    }

    private static func largestPage(
        _ codes: [Int32], _ dictionary: StringDictionary, _ rowCount: Int
    ) -> Int {
        var largest = 0
        for start in stride(from: 0, to: codes.count, by: rowCount) {
            var size = 0
            for code in codes[start..<min(start + rowCount, codes.count)] where code >= 0 {
                size += dictionary.range(at: Int(code)).count + 4
            }
            largest = max(largest, size)
        }
        return largest
    }
}
