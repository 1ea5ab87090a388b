/// Why the store could not do what it was asked.
package enum StoreError: Error, Sendable {
    /// Another process writes this store.
    case locked(pid: Int32?)
    /// No room: nothing of the request was acknowledged; trying again later is right.
    case diskFull(String)
    /// The disk failed: nothing of the request was acknowledged.
    case io(String)
    /// The directory is not a store, or one that this program cannot read.
    case notAStore(String)
    /// Commits cannot be sealed with the key that was given.
    case sealKey(String)
    /// What clients send where there is no user, or what is no id: nobody can be erased by it.
    case notAUser(String)

    package init(_ error: any Error) {
        switch error {
        case let error as StoreError: self = error
        case let error as DiskError:
            self = error.isNoSpace ? .diskFull("\(error)") : .io("\(error)")
        default: self = .io("\(error)")
        }
    }

    /// The word for it in answers and in `status`.
    package var reason: String {
        switch self {
        case .locked: "locked"
        case .diskFull: "disk_full"
        case .io: "io"
        case .notAStore: "not_a_store"
        case .sealKey: "seal_key"
        case .notAUser: "not_a_user"
        }
    }
}

extension StoreError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .locked(let pid?): "the store is in use by process \(pid)"
        case .locked(nil): "the store is in use by another process"
        case .diskFull(let detail): "no space left: \(detail)"
        case .io(let detail): "input/output error: \(detail)"
        case .notAStore(let detail): "not a store: \(detail)"
        case .sealKey(let detail): "the seal key: \(detail)"
        case .notAUser(let user):
            "\"\(user)\" stands for nobody: it is what clients send without a user"
        }
    }
}
