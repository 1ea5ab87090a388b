import Glibc

/// What a disk could not do, to which path, and why.
package struct DiskError: Error, Sendable, Hashable {
    package enum Operation: String, Sendable, Hashable {
        case openRoot = "open the directory"
        case open, close, read, write, truncate, list, rename, link, lock
        case synchronize
        case size = "find the size of"
        case find
        case createDirectory = "create the directory"
        case unlink = "remove"
    }

    package enum Reason: Sendable, Hashable {
        /// The system's error number.
        case system(Int32)
        /// A directory, link, FIFO, socket or device stands where a file should be.
        case notARegularFile
        /// Other names lead to a file that is about to be changed.
        case hasOtherNames
        /// Somebody else owns the directory, or others may write to it.
        case notPrivate
        /// A path with an empty component, `.`, `..` or a zero byte.
        case badPath
        /// The file is larger than the caller is willing to hold in memory.
        case tooLarge
        /// An earlier write or sync of this file failed; it takes nothing more.
        case failedBefore
        /// The lock is held; by whom, if the file says so.
        case locked(holder: Int32?)
    }

    package var operation: Operation
    package var path: String
    package var reason: Reason

    package init(_ operation: Operation, _ path: String, _ reason: Reason) {
        self.operation = operation
        self.path = path
        self.reason = reason
    }

    package init(_ operation: Operation, _ path: String, code: Int32) {
        self.init(operation, path, .system(code))
    }

    /// The error of a name that is taken, for those who find it out without the system.
    package static func alreadyExists(_ operation: Operation, _ path: String) -> DiskError {
        DiskError(operation, path, code: EEXIST)
    }

    /// The system's error number, if it was the system that refused.
    package var code: Int32? {
        if case .system(let code) = reason { code } else { nil }
    }

    /// No room: full disk, quota or file-size limit. Trying again later is right.
    package var isNoSpace: Bool { code == ENOSPC || code == EDQUOT || code == EFBIG }
    /// The medium could not give the bytes back.
    package var isUnreadable: Bool { code == EIO }
    /// The system is short of open files or of memory: this passes, and says nothing of the file.
    package var isShortage: Bool { code == EMFILE || code == ENFILE || code == ENOMEM }
    /// The file cannot have a second name there, but a copy can be.
    package var isNoLink: Bool {
        operation == .link && [EXDEV, EPERM, EMLINK, EOPNOTSUPP].contains(code)
    }
    package var isNotFound: Bool { code == ENOENT }
    package var isAlreadyExisting: Bool { code == EEXIST }
    /// Whether another holder was found on taking a lock; who it is, if known, is in `reason`.
    package var isLocked: Bool {
        if case .locked = reason { true } else { false }
    }
    package var lockHolder: Int32? {
        if case .locked(let holder) = reason { holder } else { nil }
    }
}

extension DiskError: CustomStringConvertible {
    package var description: String {
        let place = path.isEmpty ? "the store directory" : path
        return "cannot \(operation.rawValue) \(place): \(reason)"
    }
}

extension DiskError.Reason: CustomStringConvertible {
    package var description: String {
        switch self {
        case .system(let code):
            // strerror_r, because strerror shares one buffer among threads.
            withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
                guard let start = buffer.baseAddress else { return "error \(code)" }
                start.initialize(repeating: 0, count: buffer.count)
                guard strerror_r(code, start, buffer.count) == 0 else { return "error \(code)" }
                return String(cString: start)
            }
        case .notARegularFile: "it is not a regular file"
        case .hasOtherNames: "it has other names (hard links)"
        case .notPrivate: "it must belong to this user, and only this user may write to it"
        case .badPath: "not a path within the store"
        case .tooLarge: "it is larger than expected"
        case .failedBefore: "an earlier write or synchronization of it failed"
        case .locked(let holder):
            holder.map { "process \($0) holds it" } ?? "another process holds it"
        }
    }
}
