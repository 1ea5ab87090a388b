package import EventLog
import Synchronization

/// A disk in memory that is nastier than a real one.
///
/// It counts every call that changes something and can fail or end the machine at call n. After a
/// crash, `survivor(seed:)` is the disk as the next start may find it: what was synchronized is there;
/// every unsynchronized write is there, gone or torn; every unsynchronized change of a directory is
/// there or undone. After a failed sync, later syncs of that file say yes and do not keep what the
/// failed one was to keep, as real systems do.
package final class SimulatedDisk: Disk {
    package enum Fault: Sendable, Hashable {
        case none
        /// Call n (from 0) fails with this error number, later ones work.
        case failOnce(call: Int, code: Int32)
        case failFrom(call: Int, code: Int32)
        /// Call n happens by half, if at all; nothing works afterwards.
        case crash(call: Int)
    }

    /// What every call throws once the machine is down.
    package static let crashCode: Int32 = 9999
    /// `ENOSPC`: met only by calls that need room.
    package static let noSpaceCode: Int32 = 28
    /// `EXDEV`: the two disks are not one.
    package static let otherFileSystemCode: Int32 = 18

    private struct Write {
        var offset: Int
        var bytes: [UInt8]
        /// A failed sync has dropped it: it may or may not be kept, and no sync changes that.
        var isAbandoned = false
    }

    private struct Inode {
        var current: [UInt8] = []
        var durable: [UInt8] = []
        var pending: [Write] = []
    }

    /// Names that change together; `nil` removes the name.
    private typealias EntryChange = [String: Int?]

    private struct State {
        var inodes: [Int: Inode] = [:]
        var entries: [String: Int] = [:]
        var durableEntries: [String: Int] = [:]
        /// By directory.
        var pendingEntries: [String: [EntryChange]] = [:]
        var directories: Set<String> = [""]
        var open: [Int32: Int] = [:]
        /// Locks by the descriptor that holds them.
        var locks: [Int32: String] = [:]
        var nextInode = 1
        var nextDescriptor: Int32 = 3
        var calls = 0
        var fault = Fault.none
        var isDown = false
        var syncFailures = 0
        var availableSize = 1 << 40
        var readCount = 0
    }

    private let state: Mutex<State>

    package init(fault: Fault = .none) {
        var state = State()
        state.fault = fault
        self.state = Mutex(state)
    }

    private init(_ state: consuming sending State) {
        self.state = Mutex(state)
    }

    /// Calls that changed something, or tried to.
    package var callCount: Int { state.withLock { $0.calls } }
    /// Reads of files so far.
    package var readCount: Int { state.withLock { $0.readCount } }
    package var isDown: Bool { state.withLock { $0.isDown } }
    package var openFileCount: Int { state.withLock { $0.open.count } }

    /// From here on, counting from 0 again.
    package func arm(_ fault: Fault) {
        state.withLock {
            $0.calls = 0
            $0.fault = fault
        }
    }

    /// The content as a reader of the running machine sees it.
    package func content(of path: String) -> [UInt8]? {
        state.withLock { state in
            state.entries[path].flatMap { state.inodes[$0]?.current }
        }
    }

    /// Puts a file there, durably: for damaging what was written.
    package func place(_ bytes: [UInt8], at path: String) {
        state.withLock { state in
            let inode = state.nextInode
            state.nextInode += 1
            state.inodes[inode] = Inode(current: bytes, durable: bytes)
            state.entries[path] = inode
            state.durableEntries[path] = inode
            state.directories.insert(splitPath(path).directory)
        }
    }

    /// The disk as the next start may find it.
    package func survivor(seed: UInt64) -> SimulatedDisk {
        var generator = SplitMix64(seed: seed)
        let next = state.withLock { state -> State in
            var next = State()
            next.directories = state.directories
            next.nextInode = state.nextInode
            next.entries = state.durableEntries
            for directory in state.pendingEntries.keys.sorted() {
                for change in state.pendingEntries[directory] ?? [] where generator.isHeads() {
                    for (path, inode) in change { next.entries[path] = inode }
                }
            }
            next.durableEntries = next.entries
            for inode in Set(next.entries.values).sorted() {
                guard let old = state.inodes[inode] else { continue }
                var bytes = old.durable
                for write in old.pending {
                    switch generator.next() % 3 {
                    case 0: Self.apply(write.bytes[...], at: write.offset, to: &bytes)
                    case 1:
                        let count = Int(generator.next() % UInt64(write.bytes.count + 1))
                        Self.apply(write.bytes.prefix(count), at: write.offset, to: &bytes)
                    default: break
                    }
                }
                next.inodes[inode] = Inode(current: bytes, durable: bytes)
            }
            return next
        }
        return SimulatedDisk(next)
    }

    private static func apply(_ bytes: ArraySlice<UInt8>, at offset: Int, to file: inout [UInt8]) {
        if file.count < offset + bytes.count { resize(&file, to: offset + bytes.count) }
        // Byte by byte this took half of the time of every test that uses the disk.
        bytes.withUnsafeBytes { source in
            file.withUnsafeMutableBytes { target in
                UnsafeMutableRawBufferPointer(rebasing: target[offset..<offset + source.count])
                    .copyMemory(from: source)
            }
        }
    }

    private static func resize(_ file: inout [UInt8], to size: Int) {
        let old = file
        file = [UInt8](repeating: 0, count: size)
        let kept = min(size, old.count)
        old.withUnsafeBytes { source in
            file.withUnsafeMutableBytes {
                $0.copyMemory(from: UnsafeRawBufferPointer(rebasing: source[..<kept]))
            }
        }
    }

    /// Counts a call that changes something.
    /// - Returns: the error to end it with.
    private static func step(
        _ state: inout State, _ operation: DiskError.Operation, _ path: String,
        needsRoom: Bool = true
    ) -> DiskError? {
        if state.isDown { return DiskError(operation, path, code: crashCode) }
        let call = state.calls
        state.calls += 1
        // A full disk has room for what is there already.
        if !needsRoom, code(of: state.fault) == noSpaceCode { return nil }
        switch state.fault {
        case .failOnce(call, let code): return DiskError(operation, path, code: code)
        case .failFrom(let first, let code) where call >= first:
            return DiskError(operation, path, code: code)
        case .crash(call):
            state.isDown = true
            return DiskError(operation, path, code: crashCode)
        default: return nil
        }
    }

    private static func code(of fault: Fault) -> Int32? {
        switch fault {
        case .failOnce(_, let code), .failFrom(_, let code): code
        case .none, .crash: nil
        }
    }

    private func run<Value: Sendable>(
        _ body: (inout State) -> Result<Value, DiskError>
    ) throws(DiskError) -> Value {
        try state.withLock { body(&$0) }.get()
    }
}

// MARK: - Files

extension SimulatedDisk {
    package func openFile(_ path: String, _ mode: FileMode) throws(DiskError) -> FileHandle {
        try run { (state) -> Result<FileHandle, DiskError> in
            if state.isDown {
                return .failure(DiskError(.open, path, code: Self.crashCode))
            }
            if mode == .create {
                if let error = Self.step(&state, .open, path) { return .failure(error) }
                guard state.entries[path] == nil else {
                    return .failure(.alreadyExists(.open, path))
                }
                guard state.directories.contains(splitPath(path).directory) else {
                    return .failure(DiskError(.open, path, code: 2))
                }
                let inode = state.nextInode
                state.nextInode += 1
                state.inodes[inode] = Inode()
                Self.change(&state, [path: inode])
            }
            guard let inode = state.entries[path] else {
                return .failure(DiskError(.open, path, code: 2))
            }
            if mode == .readWrite, state.entries.values.count(where: { $0 == inode }) > 1 {
                return .failure(DiskError(.open, path, .hasOtherNames))
            }
            let descriptor = state.nextDescriptor
            state.nextDescriptor += 1
            state.open[descriptor] = inode
            return .success(FileHandle(descriptor: descriptor))
        }
    }

    package func close(_ file: FileHandle) throws(DiskError) {
        try run { (state) -> Result<Void, DiskError> in
            state.open[file.descriptor] = nil
            state.locks[file.descriptor] = nil
            return state.isDown
                ? .failure(DiskError(.close, "", code: Self.crashCode)) : .success(())
        }
    }

    package func read(
        _ file: FileHandle, at offset: Int, into buffer: UnsafeMutableRawBufferPointer
    ) throws(DiskError) -> Int {
        let bytes: [UInt8] = try run { (state) -> Result<[UInt8], DiskError> in
            guard !state.isDown, let inode = state.open[file.descriptor],
                let content = state.inodes[inode]?.current
            else { return .failure(DiskError(.read, "", code: Self.crashCode)) }
            state.readCount += 1
            return .success(content)
        }
        guard offset < bytes.count else { return 0 }
        let count = min(buffer.count, bytes.count - offset)
        bytes.withUnsafeBytes { source in
            buffer.copyMemory(
                from: UnsafeRawBufferPointer(rebasing: source[offset..<offset + count]))
        }
        return count
    }

    package func write(
        _ file: FileHandle, at offset: Int, _ bytes: UnsafeRawBufferPointer
    ) throws(DiskError) {
        let content = Array(bytes)
        try run { (state) -> Result<Void, DiskError> in
            guard let inode = state.open[file.descriptor] else {
                return .failure(DiskError(.write, "", code: Self.crashCode))
            }
            let wasDown = state.isDown
            let error = Self.step(&state, .write, "")
            if wasDown, let error { return .failure(error) }
            // A write that fails may have got half of its way.
            let written = error == nil ? content : Array(content.prefix(content.count / 2))
            Self.apply(written[...], at: offset, to: &state.inodes[inode, default: Inode()].current)
            state.inodes[inode]?.pending.append(Write(offset: offset, bytes: written))
            return error.map { .failure($0) } ?? .success(())
        }
    }

    package func synchronizeData(_ file: FileHandle) throws(DiskError) {
        try synchronize(file)
    }

    package func synchronize(_ file: FileHandle) throws(DiskError) {
        try run { (state) -> Result<Void, DiskError> in
            let error = Self.step(&state, .synchronize, "")
            if state.isDown, let error { return .failure(error) }
            guard let number = state.open[file.descriptor], var inode = state.inodes[number] else {
                return .failure(DiskError(.synchronize, "", code: Self.crashCode))
            }
            if let error {
                for index in inode.pending.indices { inode.pending[index].isAbandoned = true }
                state.inodes[number] = inode
                return .failure(error)
            }
            for write in inode.pending where !write.isAbandoned {
                Self.apply(write.bytes[...], at: write.offset, to: &inode.durable)
            }
            inode.pending.removeAll { !$0.isAbandoned }
            state.inodes[number] = inode
            return .success(())
        }
    }

    package func size(of file: FileHandle) throws(DiskError) -> Int {
        try run { (state) -> Result<Int, DiskError> in
            guard !state.isDown, let inode = state.open[file.descriptor] else {
                return .failure(DiskError(.size, "", code: Self.crashCode))
            }
            return .success(state.inodes[inode]?.current.count ?? 0)
        }
    }

    /// Durable at once: nothing here depends on a truncation that is undone.
    package func truncate(_ file: FileHandle, to size: Int) throws(DiskError) {
        try run { (state) -> Result<Void, DiskError> in
            if let error = Self.step(&state, .truncate, "") { return .failure(error) }
            guard let number = state.open[file.descriptor], var inode = state.inodes[number] else {
                return .failure(DiskError(.truncate, "", code: Self.crashCode))
            }
            Self.resize(&inode.current, to: size)
            Self.resize(&inode.durable, to: size)
            state.inodes[number] = inode
            return .success(())
        }
    }

    package func overwritesInPlace() -> Bool { true }

    package func availableSize() throws(DiskError) -> Int {
        state.withLock { $0.availableSize }
    }

    /// Says how much room there is from now on; nothing else depends on it.
    package func setAvailableSize(_ size: Int) { state.withLock { $0.availableSize = size } }

    package func lock(_ path: String) throws(DiskError) -> FileHandle {
        try run { (state) -> Result<Void, DiskError> in
            state.locks.values.contains(path)
                ? .failure(DiskError(.lock, path, .locked(holder: 1))) : .success(())
        }
        let file = try exists(path) ? openFile(path, .readWrite) : openFile(path, .create)
        state.withLock { $0.locks[file.descriptor] = path }
        return file
    }
}

// MARK: - Directories

extension SimulatedDisk {
    private static func change(_ state: inout State, _ change: EntryChange) {
        for (path, inode) in change { state.entries[path] = inode }
        // A change of two directories is synchronized with either: the stricter reading is not
        // needed by anything that we do.
        let directory = splitPath(change.keys.sorted()[0]).directory
        state.pendingEntries[directory, default: []].append(change)
    }

    package func createDirectory(_ path: String) throws(DiskError) {
        try run { (state) -> Result<Void, DiskError> in
            let isThere = state.directories.contains(path)
            if let error = Self.step(&state, .createDirectory, path, needsRoom: !isThere) {
                return .failure(error)
            }
            var made = ""
            for component in path.split(separator: "/") {
                made = joinPath(made, String(component))
                state.directories.insert(made)
            }
            return .success(())
        }
    }

    package func list(_ path: String) throws(DiskError) -> [String] {
        precondition(!path.hasSuffix("/"), "a path has no empty names in it")
        return try run { (state) -> Result<[String], DiskError> in
            if state.isDown { return .failure(DiskError(.list, path, code: Self.crashCode)) }
            let all = Array(state.entries.keys) + state.directories.filter { !$0.isEmpty }
            let names = all.filter { splitPath($0).directory == path }.map { splitPath($0).name }
            return .success(names.sorted())
        }
    }

    package func exists(_ path: String) throws(DiskError) -> Bool {
        try run { (state) -> Result<Bool, DiskError> in
            if state.isDown { return .failure(DiskError(.find, path, code: Self.crashCode)) }
            return .success(state.entries[path] != nil || state.directories.contains(path))
        }
    }

    package func rename(_ from: String, to: String) throws(DiskError) {
        try run { (state) -> Result<Void, DiskError> in
            if let error = Self.step(&state, .rename, from) { return .failure(error) }
            guard let inode = state.entries[from] else {
                return .failure(DiskError(.rename, from, code: 2))
            }
            Self.change(&state, [from: nil, to: inode])
            return .success(())
        }
    }

    package func link(_ from: String, to: String) throws(DiskError) {
        try run { (state) -> Result<Void, DiskError> in
            if let error = Self.step(&state, .link, from) { return .failure(error) }
            guard let inode = state.entries[from] else {
                return .failure(DiskError(.link, from, code: 2))
            }
            guard state.entries[to] == nil else { return .failure(.alreadyExists(.link, to)) }
            Self.change(&state, [to: inode])
            return .success(())
        }
    }

    /// The names of two disks never lead to one file here; nobody changes a file that was linked, so that
    /// nobody can tell.
    package func link(
        _ from: String, of other: any Disk, to: String
    ) throws(DiskError) {
        guard let other = other as? SimulatedDisk else {
            throw DiskError(.link, from, code: Self.otherFileSystemCode)
        }
        let file = other.state.withLock { state in
            state.entries[from].flatMap { state.inodes[$0] }
        }
        try run { (state) -> Result<Void, DiskError> in
            if let error = Self.step(&state, .link, from) { return .failure(error) }
            guard let file else { return .failure(DiskError(.link, from, code: 2)) }
            guard state.entries[to] == nil else { return .failure(.alreadyExists(.link, to)) }
            let inode = state.nextInode
            state.nextInode += 1
            state.inodes[inode] = file
            Self.change(&state, [to: inode])
            return .success(())
        }
    }

    package func unlink(_ path: String) throws(DiskError) {
        try run { (state) -> Result<Void, DiskError> in
            if let error = Self.step(&state, .unlink, path, needsRoom: false) {
                return .failure(error)
            }
            guard state.entries[path] != nil else {
                return .failure(DiskError(.unlink, path, code: 2))
            }
            Self.change(&state, [path: nil])
            return .success(())
        }
    }

    package func synchronizeDirectory(_ path: String) throws(DiskError) {
        try run { (state) -> Result<Void, DiskError> in
            if let error = Self.step(&state, .synchronize, path) { return .failure(error) }
            for change in state.pendingEntries[path] ?? [] {
                for (path, inode) in change { state.durableEntries[path] = inode }
            }
            state.pendingEntries[path] = nil
            return .success(())
        }
    }
}
