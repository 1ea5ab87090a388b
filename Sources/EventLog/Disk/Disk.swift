/// The only door to the file system: every other folder reads and writes through it.
///
/// Paths are relative to the disk's root, with `/` between components; the empty path is the root
/// itself. A component is never `.`, `..` or empty, and links are not followed, so nothing outside
/// the root can be reached. Calls interrupted by a signal are repeated and short transfers continued
/// inside; what is thrown is final.
package protocol Disk: Sendable {
    func openFile(_ path: String, _ mode: FileMode) throws(DiskError) -> FileHandle
    func close(_ file: FileHandle) throws(DiskError)

    /// Fills `buffer` from `offset` on.
    /// - Returns: the number of bytes read, less than asked for only at the end of the file.
    func read(
        _ file: FileHandle, at offset: Int, into buffer: UnsafeMutableRawBufferPointer
    ) throws(DiskError) -> Int

    /// Writes all of `bytes`; beyond the end, the file grows. Not durable until synchronized.
    func write(
        _ file: FileHandle, at offset: Int, _ bytes: UnsafeRawBufferPointer
    ) throws(DiskError)

    /// Makes the file's content durable, with as much of its metadata as reading it back needs.
    ///
    /// After a failure the file must not be written again, and synchronizing once more proves
    /// nothing: the system may have dropped what it could not write.
    func synchronizeData(_ file: FileHandle) throws(DiskError)
    /// As `synchronizeData`, with all metadata.
    func synchronize(_ file: FileHandle) throws(DiskError)

    func size(of file: FileHandle) throws(DiskError) -> Int
    func truncate(_ file: FileHandle, to size: Int) throws(DiskError)

    /// Creates the directory and those above it where they are missing; all are durable when it
    /// returns.
    func createDirectory(_ path: String) throws(DiskError)
    /// The names in a directory, sorted by code point; none if there is no such directory.
    func list(_ path: String) throws(DiskError) -> [String]
    func exists(_ path: String) throws(DiskError) -> Bool

    /// Moves a file in one step over whatever has the new name.
    func rename(_ from: String, to: String) throws(DiskError)
    /// Gives a file a second name; fails with `EEXIST` if the name is taken.
    func link(_ from: String, to: String) throws(DiskError)
    /// The same for a file of another disk. Fails with an error that `isNoLink` where that cannot be:
    /// the two are not on one file system, or it has no links.
    func link(_ from: String, of other: any Disk, to: String) throws(DiskError)
    func unlink(_ path: String) throws(DiskError)
    /// Makes the directory's entries durable: files created, renamed, linked and removed in it.
    func synchronizeDirectory(_ path: String) throws(DiskError)

    /// Whether bytes that are written over others take their place on the medium, as far as the system
    /// tells: on file systems that copy on write they do not.
    func overwritesInPlace() -> Bool

    /// Bytes that files may still take before the system says that there is no room.
    func availableSize() throws(DiskError) -> Int

    /// Takes the exclusive lock that the file at `path` stands for and writes this process's id into
    /// it. Held until the handle is closed or the process ends.
    /// - Throws: an error with `lockHolder` if somebody else has it.
    func lock(_ path: String) throws(DiskError) -> FileHandle
}

package enum FileMode: Sendable, Hashable {
    case read
    /// A new file, for reading and writing; fails with `EEXIST` if the name is taken.
    case create
    /// An existing file, which must have no other name: its content is about to change.
    case readWrite
}

/// An open file of one `Disk`. Its opener closes it.
package struct FileHandle: Sendable, Hashable {
    package let descriptor: Int32

    package init(descriptor: Int32) {
        self.descriptor = descriptor
    }
}
