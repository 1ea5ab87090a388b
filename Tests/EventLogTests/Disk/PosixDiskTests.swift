import Glibc
import TestSupport
import Testing

@testable import EventLog

@Suite struct PosixDiskTests {
    private let directory: TemporaryDirectory
    private let disk: PosixDisk

    init() throws {
        directory = try TemporaryDirectory()
        disk = try PosixDisk(root: directory.path + "/store", createIfMissing: true)
    }

    private func error(_ body: () throws(DiskError) -> Void) -> DiskError? {
        do throws(DiskError) {
            try body()
            return nil
        } catch {
            return error
        }
    }

    @Test func aFileReadsBackWhatWasWritten() throws {
        try disk.createDirectory("a/b")
        try disk.writeFile("a/b/file", [1, 2, 3], .creating)
        #expect(try disk.readAll("a/b/file") == [1, 2, 3])
        #expect(try disk.list("a/b") == ["file"])
        #expect(try disk.exists("a/b/file"))
        #expect(try !disk.exists("a/c/file"))
        try disk.writeFile("a/b/file", [4], .replacing)
        #expect(try disk.readAll("a/b/file") == [4])
        #expect(
            error { () throws(DiskError) in try disk.writeFile("a/b/file", [5], .creating) }?
                .isAlreadyExisting == true)
        #expect(try disk.readAll("a/b/file") == [4])
        #expect(try disk.list("a/b") == ["file"])
    }

    @Test func aReadIsShortOnlyAtTheEnd() throws {
        try disk.writeFile("file", [UInt8](0..<10), .creating)
        let file = try disk.openFile("file", .read)
        var bytes = [UInt8](repeating: 99, count: 8)
        let count = try bytes.withUnsafeMutableBytes { try disk.read(file, at: 6, into: $0) }
        #expect(count == 4)
        #expect(bytes == [6, 7, 8, 9, 99, 99, 99, 99])
        #expect(try disk.size(of: file) == 10)
        try disk.close(file)
    }

    @Test(arguments: ["", "..", "a/../b", "/etc/passwd", "a//b", "./a", "a\0b", "a/"])
    func pathsThatLeadElsewhereAreRefused(_ path: String) {
        #expect(
            error { () throws(DiskError) in _ = try disk.openFile(path, .read) }?.reason
                == .badPath)
    }

    @Test func nothingButRegularFilesIsOpened() throws {
        let root = directory.path + "/store/"
        #expect(symlink("/etc/passwd", root + "link") == 0)
        #expect(symlink("/etc", root + "linked") == 0)
        #expect(mkfifo(root + "fifo", 0o600) == 0)
        try disk.createDirectory("directory")
        func refusal(_ path: String) -> DiskError? {
            error { () throws(DiskError) in _ = try disk.openFile(path, .read) }
        }
        #expect(refusal("link")?.code == ELOOP)
        #expect(refusal("linked/passwd") != nil)
        #expect(refusal("fifo")?.reason == .notARegularFile)
        #expect(refusal("directory")?.reason == .notARegularFile)
    }

    @Test func aFileWithAnotherNameIsNotOpenedForChanges() throws {
        try disk.writeFile("file", [1], .creating)
        try disk.link("file", to: "second")
        #expect(
            error { () throws(DiskError) in _ = try disk.openFile("file", .readWrite) }?.reason
                == .hasOtherNames)
    }

    @Test func aSecondLockIsRefusedNamingTheHolder() throws {
        let lock = try disk.lock("LOCK")
        let other = try PosixDisk(root: directory.path + "/store", createIfMissing: false)
        let refusal = error { () throws(DiskError) in _ = try other.lock("LOCK") }
        #expect(refusal?.isLocked == true)
        #expect(refusal?.lockHolder == getpid())
        try disk.close(lock)
        try other.close(try other.lock("LOCK"))
    }

    @Test func aDirectoryThatOthersMayWriteToIsRefused() throws {
        chmod(directory.path + "/store", 0o777)
        let refusal = error { () throws(DiskError) in
            _ = try PosixDisk(root: directory.path + "/store", createIfMissing: false)
        }
        #expect(refusal?.reason == .notPrivate)
    }

    @Test func aReadOnlyDiskChangesNothing() throws {
        try disk.writeFile("file", [1], .creating)
        let reader = try PosixDisk(readingOnly: directory.path + "/store")
        #expect(try reader.readAll("file") == [1])
        #expect(
            error { () throws(DiskError) in try reader.writeFile("b", [1], .creating) }?.code
                == EROFS)
        #expect(error { () throws(DiskError) in try reader.unlink("file") }?.code == EROFS)
        #expect(error { () throws(DiskError) in _ = try reader.lock("LOCK") }?.code == EROFS)
    }

    @Test func aFileLargerThanAllowedIsNotReadIntoMemory() throws {
        try disk.writeFile("file", [1, 2, 3], .creating)
        #expect(
            error { () throws(DiskError) in _ = try disk.readAll("file", sizeMax: 2) }?.reason
                == .tooLarge)
        #expect(try disk.readAll("file", sizeMax: 3).count == 3)
    }
}

@Suite struct WholeFileTests {
    @Test("a replaced file is the old or the new one after a crash at any call", arguments: 0..<12)
    func replacing(crashingAtCall call: Int) throws {
        for seed in 0..<20 as Range<UInt64> {
            let disk = SimulatedDisk()
            try disk.writeFile("file", [1, 1, 1], .replacing)
            disk.arm(.crash(call: call))
            let isDone = (try? disk.writeFile("file", [2, 2, 2, 2], .replacing)) != nil
            let found = try disk.survivor(seed: seed).readAll("file")
            #expect(found == [2, 2, 2, 2] || !isDone && found == [1, 1, 1], "seed \(seed)")
        }
    }
}
