@testable import Columns
@testable import Parquet

/// Opens a file and asks it for everything that it has.
enum FileEntry {
    static func run(_ bytes: [UInt8]) {
        let source = ParquetBytes(bytes)
        guard let file = try? ParquetFile(source: source) else { return }
        _ = (file.unsupportedLeaves.count, file.keyValues.count, file.createdBy)
        guard file.rowGroups.allSatisfy({ $0.rowCount <= FuzzParquetTargets.rowCountMax }) else {
            return
        }
        for (group, metadata) in file.rowGroups.enumerated() {
            for leaf in file.leaves.indices {
                read(file, group, leaf, rowCount: metadata.rowCount)
            }
        }
        _ = try? RecoveredFile(source, like: file)
    }

    private static func read(_ file: ParquetFile, _ group: Int, _ leaf: Int, rowCount: Int) {
        let filter = try? file.bloomFilter(rowGroup: group, leaf: leaf)
        _ = filter?.mightContain(.string("a"))
        let index = try? file.pageIndex(rowGroup: group, leaf: leaf)
        let dictionary = try? file.readDictionary(rowGroup: group, leaf: leaf)
        guard let whole = try? file.readColumn(rowGroup: group, leaf: leaf) else { return }
        precondition(
            whole.column.count == rowCount, "a column of another length than its row group")
        check(whole)
        guard let index else { return }
        for page in index.pages.indices.prefix(4) {
            guard
                let part = try? file.readColumn(
                    rowGroup: group, leaf: leaf, pages: page..<page + 1, index: index,
                    dictionary: dictionary)
            else { continue }
            precondition(
                part.column.count == index.pages[page].rows.count, "a page of another length")
            check(part)
        }
    }

    /// Every cell can be had, and what is unreadable is null and spoken of.
    private static func check(_ read: ColumnRead) {
        for row in 0..<min(read.column.count, 512) { _ = read.column[row] }
        for rows in read.unreadable {
            precondition(rows.upperBound <= read.column.count, "unreadable rows past the end")
            if let first = rows.first {
                precondition(read.column[first] == .null, "a value in an unreadable row")
            }
        }
        precondition(read.unreadable.isEmpty || !read.damage.isEmpty, "loss without a word")
    }
}
