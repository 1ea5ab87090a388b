/// What the newest commit of the identity table says. Each commit names all files of its version,
/// so that none before it need be read.
struct IdentityLakeVersion: Hashable {
    var version: Int64
    /// The events up to this number are known to it.
    var position: Int64
    /// The settings that its persons depend on.
    var rules: [String: String]
    var files: [IdentityLakeWriter.File]

    var rowCount: Int { files.reduce(0) { $0 + $1.rowCount } }
    /// Bytes.
    var size: Int { files.reduce(0) { $0 + $1.size } }

    private static let ruleNames = ["sharedDeviceUsersMax", "claimWindow"]

    static func rules(of options: IdentityOptions) -> [String: String] {
        var rules = ["sharedDeviceUsersMax": "\(options.sharedDeviceUsersMax)"]
        if let window = options.claimWindow { rules["claimWindow"] = "\(window)" }
        if !options.takesImplicitLinks { rules["implicit"] = "false" }
        return rules
    }

    /// The commit that makes this version of what was there before.
    /// - Parameters:
    ///   - tableID: of a new table.
    ///   - now: ms since 1970.
    func commit(replacing before: IdentityLakeVersion?, tableID: String, now: Int64) -> [UInt8] {
        var actions: [CatalogJSON] = []
        if before == nil {
            actions = [
                DeltaAction.protocolVersions,
                DeltaAction.metaData(
                    id: tableID, name: IdentityLake.directory, IdentityLakeRows.catalogLeaves,
                    properties: [:], now: now),
            ]
        }
        actions.append(
            DeltaAction.transaction(
                of: DeltaAction.journalApplication, position: position, now: now))
        for file in before?.files ?? [] {
            actions.append(
                DeltaAction.remove(file.name, size: file.size, changesRows: true, now: now))
        }
        for file in files {
            let statistics = CatalogJSON.object([
                .init("numRecords", .integer(Int64(file.rowCount)))
            ])
            actions.append(
                DeltaAction.add(
                    file.name, size: file.size, modificationTime: now, changesRows: true,
                    statistics: statistics.text))
        }
        return DeltaCommit.text(
            of: actions, before == nil ? .create : .append,
            parameters: rules.merging(["position": "\(position)"]) { own, _ in own }, now: now)
    }

    init(
        version: Int64, position: Int64, rules: [String: String],
        files: [IdentityLakeWriter.File]
    ) {
        self.version = version
        self.position = position
        self.rules = rules
        self.files = files
    }

    /// - Returns: `nil` if the text is not a commit that we wrote, as we wrote it.
    init?(version: Int64, reading text: [UInt8]) {
        guard DeltaCommit.isIntact(text) else { return nil }
        self.init(version: version, position: -1, rules: [:], files: [])
        for line in text.split(separator: UInt8(ascii: "\n")) {
            guard let action = try? CatalogJSONReader.read(line), take(action) else { return nil }
        }
        guard position >= 0, !files.isEmpty else { return nil }
    }

    private mutating func take(_ action: CatalogJSON) -> Bool {
        if let add = action["add"] {
            guard let name = add["path"]?.string, IdentityLake.isDataFile(name),
                let size = add["size"]?.integer.flatMap({ Int(exactly: $0) }),
                let statistics = add["stats"]?.string,
                let read = try? CatalogJSON.read(Array(statistics.utf8)),
                let rowCount = read["numRecords"]?.integer.flatMap({ Int(exactly: $0) })
            else { return false }
            files.append(.init(name: name, size: size, rowCount: rowCount))
        } else if let transaction = action["txn"] {
            position = transaction["version"]?.integer ?? -1
        } else if let parameters = action["commitInfo"]?["operationParameters"]?.fields {
            for field in parameters where Self.ruleNames.contains(field.name) {
                rules[field.name] = field.value.string
            }
        }
        return true
    }
}
