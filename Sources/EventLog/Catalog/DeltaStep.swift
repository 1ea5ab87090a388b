import Columns

/// An action as far as it changes a state, checked.
enum DeltaStep {
    /// The table asks for nothing that we do not know.
    case supported
    case table(id: String, leaves: [CatalogLeaf], properties: [String: String])
    case position(Int64)
    case movesPosition(Int64)
    case add(SegmentEntry)
    case remove(path: String, size: Int?, deletionTimestamp: Int64)
    /// When the commit was made, in ms since 1970, and what the chain says of it.
    case info(time: Int64?, link: ChainLink?)

    /// All of a commit, in order. Actions and fields that we do not know are passed over.
    /// - Parameter file: what the text is the content of, for errors.
    static func steps(in text: [UInt8], file: String) throws(CatalogError) -> [DeltaStep] {
        guard DeltaCommit.isIntact(text) else {
            throw .damaged(file: file, line: 1, message: "the checksum of the lines after it")
        }
        var steps: [DeltaStep] = []
        var line = 0
        for bytes in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            line += 1
            if bytes.isEmpty { continue }
            let action: CatalogJSON
            do throws(CatalogJSONError) {
                action = try CatalogJSONReader.read(bytes)
            } catch {
                throw .damaged(
                    file: file, line: line, message: "\(error.message) at byte \(error.offset)")
            }
            guard let field = action.fields?.first, action.fields?.count == 1 else {
                throw .damaged(file: file, line: line, message: "not one action")
            }
            if let step = try DeltaStep(field.name, field.value, file: file, line: line) {
                steps.append(step)
            }
        }
        return steps
    }

    /// - Parameters:
    ///   - name: of the action.
    ///   - line: of a commit, or row of a checkpoint, from 1.
    /// - Returns: `nil` if the action does not matter to us.
    init?(
        _ name: String, _ value: CatalogJSON, file: String, line: Int
    ) throws(CatalogError) {
        let damage = CatalogError.damaged(file: file, line: line, message: "not a sound \(name)")
        switch name {
        case "protocol":
            guard let reader = value["minReaderVersion"]?.integer,
                let writer = value["minWriterVersion"]?.integer
            else { throw damage }
            guard reader <= DeltaAction.readerVersion, writer <= DeltaAction.writerVersion else {
                throw .tooNew(
                    file: file, message: "needs Delta reader \(reader) and writer \(writer)")
            }
            self = .supported
        case "metaData":
            guard let id = value["id"]?.string, let schema = value["schemaString"]?.string,
                let leaves = DeltaSchema.leaves(in: schema)
            else { throw damage }
            var properties: [String: String] = [:]
            for field in value["configuration"]?.fields ?? [] {
                properties[field.name] = field.value.string
            }
            self = .table(id: id, leaves: leaves, properties: properties)
        case "txn" where value["appId"]?.string == DeltaAction.journalApplication:
            guard let version = value["version"]?.integer, (0...Limits.seqMax).contains(version)
            else { throw damage }
            self = .position(version)
        case "txn" where value["appId"]?.string == DeltaAction.movesApplication:
            guard let version = value["version"]?.integer, (0...Limits.seqMax).contains(version)
            else { throw damage }
            self = .movesPosition(version)
        case "add":
            guard let entry = Self.entry(value) else { throw damage }
            self = .add(entry)
        case "remove":
            guard let path = value["path"]?.string else { throw damage }
            self = .remove(
                path: path, size: value["size"]?.integer.flatMap { Int(exactly: $0) },
                deletionTimestamp: value["deletionTimestamp"]?.integer ?? 0)
        case "commitInfo":
            // Whether it is the commit's own has been looked at.
            self = .info(
                time: value["timestamp"]?.integer, link: SealedLink(in: value)?.link)
        default: return nil
        }
    }

    private static func entry(_ value: CatalogJSON) -> SegmentEntry? {
        guard let path = value["path"]?.string, let size = value["size"]?.integer,
            let size = Int(exactly: size), size >= 0,
            let modified = value["modificationTime"]?.integer,
            let statistics = value["stats"]?.string
        else { return nil }
        var entry = SegmentEntry(
            path: path, size: size, modificationTime: modified, rowCount: 0,
            seq: 0...0, timestamp: 0...0)
        entry.sha256 = value["tags"]?[DeltaAction.digestTag]?.string.flatMap(Digest256.init)
        return DeltaStatistics.read(statistics, into: &entry) ? entry : nil
    }
}
