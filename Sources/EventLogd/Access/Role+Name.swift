package import Keys

extension Role: CaseIterable {
    package static let allCases: [Role] = [.ingest, .read, .admin]

    /// As documents and answers call it.
    package var name: String {
        switch self {
        case .ingest: "ingest"
        case .read: "read"
        case .admin: "admin"
        }
    }
}

extension Set<Role> {
    package static var all: Set<Role> { Set(Role.allCases) }

    /// What a key of this kind may do.
    package init(_ kind: KeyRecord.Kind) {
        switch kind {
        case .publishable: self = [.ingest]
        case .secret: self = .all
        }
    }

    var names: [String] { Role.allCases.filter(contains).map(\.name) }
}
