/// A sliding view of a file: some bytes around a position, read with few large calls.
///
/// Pages that the medium cannot give back read as zeros, so that what stands around them is still
/// found; where they are is kept.
struct JournalWindow {
    private static let sizeMin = 1 << 20
    private static let pageSize = 4096

    let fileSize: Int
    private(set) var unreadable: [Range<Int>] = []
    private let disk: any Disk
    private let file: FileHandle
    private var bytes: [UInt8] = []
    private var start = 0

    init(_ file: FileHandle, on disk: any Disk) throws(DiskError) {
        self.file = file
        self.disk = disk
        fileSize = try disk.size(of: file)
    }

    /// Calls `body` with up to `count` bytes from `offset` on: fewer only at the end of the file.
    mutating func with<Result>(
        _ offset: Int, _ count: Int, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) throws -> Result {
        let end = min(offset + count, fileSize)
        guard offset < end else { return try body(UnsafeRawBufferPointer(start: nil, count: 0)) }
        if offset < start || end > start + bytes.count { try load(offset, atLeast: end - offset) }
        return try bytes.withUnsafeBytes { buffer in
            let from = min(offset - start, buffer.count)
            let to = min(end - start, buffer.count)
            return try body(UnsafeRawBufferPointer(rebasing: buffer[from..<to]))
        }
    }

    private mutating func load(_ offset: Int, atLeast count: Int) throws(DiskError) {
        let size = min(max(count, Self.sizeMin), fileSize - offset)
        start = offset
        if bytes.count != size { bytes = [UInt8](repeating: 0, count: size) }
        do throws(DiskError) {
            // A file that shrinks under a reader ends where it ends.
            let count = try read(0..<size)
            bytes.removeLast(size - count)
        } catch  where error.isUnreadable {
            try loadByPages()
        }
    }

    private mutating func loadByPages() throws(DiskError) {
        var next = 0
        while next < bytes.count {
            let page = next..<min(next + Self.pageSize, bytes.count)
            do throws(DiskError) {
                _ = try read(page)
            } catch  where error.isUnreadable {
                for index in page { bytes[index] = 0 }
                unreadable.append(start + page.lowerBound..<start + page.upperBound)
            }
            next = page.upperBound
        }
    }

    private mutating func read(_ range: Range<Int>) throws(DiskError) -> Int {
        let (disk, file, position) = (disk, file, start + range.lowerBound)
        return try bytes.withUnsafeMutableBytes { buffer in
            Result { () throws(DiskError) in
                let target = UnsafeMutableRawBufferPointer(rebasing: buffer[range])
                return try disk.read(file, at: position, into: target)
            }
        }.get()
    }
}
