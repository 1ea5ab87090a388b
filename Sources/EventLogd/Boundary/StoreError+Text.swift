package import EventLog

extension StoreError {
    /// The machine-readable reason: `disk_full` or `io`.
    package var reason: String {
        switch self {
        case .diskFull: "disk_full"
        case .locked, .io, .notAStore: "io"
        }
    }

    /// One sentence for clients. It names no path: not every client may know them.
    package var sentence: String {
        switch self {
        case .diskFull: "The disk is full."
        case .locked, .io, .notAStore: "The store cannot be written."
        }
    }

    /// One sentence for the log and the operator, with all that is known.
    package var explanation: String {
        switch self {
        case .locked(let pid):
            if let pid {
                "another process writes this store: pid \(pid)"
            } else {
                "another process writes this store"
            }
        case .diskFull(let detail): "no room on the disk: \(detail)"
        case .io(let detail): "I/O error: \(detail)"
        case .notAStore(let detail): "not a store: \(detail)"
        }
    }
}
