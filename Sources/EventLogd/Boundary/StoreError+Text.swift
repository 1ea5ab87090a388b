package import EventLog

extension StoreError {
    /// One sentence for clients. It names no path: not every client may know them.
    package var sentence: String {
        switch self {
        case .diskFull: "The disk is full."
        case .locked, .io, .notAStore: "The store cannot be written."
        case .sealKey: "Commits cannot be sealed."
        case .notAUser: "The id stands for nobody."
        }
    }
}
