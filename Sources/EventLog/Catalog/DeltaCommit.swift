/// The actions of one commit of a Delta log (`PROTOCOL.md`, Actions), one JSON object a line.
enum DeltaCommit {
    static func fileName(_ version: Int64) -> String {
        padded(version) + ".json"
    }

    /// The version of a commit file; `nil` for other names.
    static func version(ofFileNamed name: String) -> Int64? {
        paddedNumber(in: name, suffix: ".json")
    }

    // MARK: Writing

    /// All lines but the first.
    /// - Parameters:
    ///   - state: what the change is made to, or, for the first commit, what it makes.
    ///   - name: the table's.
    static func body(
        of change: CatalogChange, to state: CatalogState, name: String, now: Int64
    ) -> [UInt8] {
        var actions: [CatalogJSON] = []
        if change.operation == .create { actions.append(DeltaAction.protocolVersions) }
        if let leaves = change.leaves {
            actions.append(
                DeltaAction.metaData(
                    id: state.tableID, name: name, leaves, properties: state.properties,
                    now: now))
        }
        if let position = change.journalPosition {
            actions.append(
                DeltaAction.transaction(
                    of: DeltaAction.journalApplication, position: position, now: now))
        }
        if let position = change.movesPosition {
            actions.append(
                DeltaAction.transaction(
                    of: DeltaAction.movesApplication, position: position, now: now))
        }
        let changesRows = change.operation != .compact
        let sizes = Dictionary(
            state.segments.map { ($0.path, $0.size) }, uniquingKeysWith: { first, _ in first })
        for path in change.removed {
            actions.append(
                DeltaAction.remove(path, size: sizes[path], changesRows: changesRows, now: now))
        }
        for entry in change.added {
            actions.append(
                DeltaAction.add(
                    entry.path, size: entry.size, modificationTime: entry.modificationTime,
                    changesRows: changesRows, statistics: DeltaStatistics.text(of: entry),
                    sha256: entry.sha256))
        }
        return bytes(of: actions)
    }

    /// A whole commit.
    /// - Parameters:
    ///   - parameters: what the history of the table tells of the operation.
    ///   - version: that of the commit, if it is to say so.
    static func text(
        of actions: [CatalogJSON], _ operation: CatalogChange.Operation,
        parameters: [String: String] = [:], now: Int64, version: Int64? = nil
    ) -> [UInt8] {
        text(
            body: bytes(of: actions), operation, parameters: parameters, now: now,
            version: version, link: nil)
    }

    /// - Parameters:
    ///   - link: what the chain says of it, in tables that have one.
    ///   - clocks: told besides.
    static func text(
        body: [UInt8], _ operation: CatalogChange.Operation, parameters: [String: String] = [:],
        now: Int64, version: Int64? = nil, link: SealedLink?, clocks: CommitClocks? = nil
    ) -> [UInt8] {
        let commitInfo = DeltaAction.action(
            "commitInfo",
            [
                .init(timeField, .integer(now)),
                .init(operationField, .string(operation.rawValue)),
                .init("operationParameters", .map(parameters)),
                .init("engineInfo", .string("eventlog")),
            ] + (clocks.map { [$0.field] } ?? [])
                + [.init(checksumField, .integer(checksum(body[...])))]
                + (version.map { [.init(versionField, .integer($0))] } ?? [])
                + (link?.fields ?? []))
        return bytes(of: [commitInfo]) + body
    }

    private static func bytes(of lines: [CatalogJSON]) -> [UInt8] {
        var bytes: [UInt8] = []
        for line in lines {
            line.write(to: &bytes)
            bytes.append(UInt8(ascii: "\n"))
        }
        return bytes
    }

    /// The member of `commitInfo`, which Delta leaves to the writer, with the checksum of all lines
    /// after it: a damaged digit is sound JSON, and would be a wrong bound or journal position.
    private static let checksumField = "crc32c"
    private static let timeField = "timestamp"
    private static let operationField = "operation"
    /// The member with the commit's own version: a sound commit in the place of another is none.
    private static let versionField = "eventlogVersion"

    /// CRC-32C.
    static func checksum(_ body: ArraySlice<UInt8>) -> Int64 {
        body.withUnsafeBytes { Int64(JournalFormat.checksum($0)) }
    }

    /// When a commit was made, in ms since 1970.
    /// - Parameter line: the first of its text.
    static func timestamp(inFirstLine line: ArraySlice<UInt8>) -> Int64? {
        (try? CatalogJSONReader.read(line))?["commitInfo"]?[timeField]?.integer
    }

    /// - Returns: `false` if the first line says that this is another version. Foreign commits say nothing.
    static func isOf(_ version: Int64, _ text: [UInt8]) -> Bool {
        guard let own = head(of: text)?["commitInfo"]?[versionField] else { return true }
        return own.integer == version
    }

    /// - Returns: `false` if the text is not what its `commitInfo` says. Foreign commits say nothing.
    static func isIntact(_ text: [UInt8]) -> Bool {
        // A commit says something: what is empty was cut off.
        guard !text.isEmpty else { return false }
        guard let commitInfo = head(of: text)?["commitInfo"] else { return true }
        let end = text.firstIndex(of: UInt8(ascii: "\n")) ?? text.count - 1
        let body = text[(end + 1)...]
        if let expected = commitInfo[checksumField], expected.integer != checksum(body) {
            return false
        }
        return !SealedLink.isIn(commitInfo) || link(in: commitInfo, body: Array(body)) != nil
    }

    /// What the chain says of a commit.
    /// - Returns: `nil` if it says nothing, or something else than the commit itself.
    static func link(in text: [UInt8]) -> SealedLink? {
        guard let end = text.firstIndex(of: UInt8(ascii: "\n")),
            let commitInfo = head(of: text)?["commitInfo"]
        else { return nil }
        return link(in: commitInfo, body: Array(text[(end + 1)...]))
    }

    /// What its first line says of it, whatever it is itself.
    /// - Returns: `nil` if there is none, or it is not what its own digest says; and whether the line says the
    ///   same time and operation beside it.
    static func claimedLink(in text: [UInt8]) -> (sealed: SealedLink, isLikeLine: Bool)? {
        guard text.contains(UInt8(ascii: "\n")), let commitInfo = head(of: text)?["commitInfo"],
            let sealed = SealedLink(in: commitInfo)
        else { return nil }
        let isLikeLine =
            sealed.link.time == commitInfo[timeField]?.integer
            && sealed.link.operation == commitInfo[operationField]?.string
        return (sealed, isLikeLine)
    }

    private static func link(in commitInfo: CatalogJSON, body: [UInt8]) -> SealedLink? {
        guard let sealed = SealedLink(in: commitInfo), sealed.link.body == Digest256(of: body)
        else { return nil }
        return sealed
    }

    /// The first line, also if nothing follows it; `nil` if it is no JSON.
    private static func head(of text: [UInt8]) -> CatalogJSON? {
        let end = text.firstIndex(of: UInt8(ascii: "\n")) ?? text.endIndex
        return try? CatalogJSONReader.read(text[..<end])
    }
}
