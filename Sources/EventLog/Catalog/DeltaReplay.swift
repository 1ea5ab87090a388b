/// Builds a state from commits, read in order. Actions and fields that we do not know are passed over.
struct DeltaReplay {
    private var tableID: String?
    private var leaves: [CatalogLeaf] = []
    private var properties: [String: String] = [:]
    private var journalPosition: Int64 = 0
    private var hasProtocol = false
    private var segments: [String: SegmentEntry] = [:]

    mutating func apply(_ text: [UInt8], file: String) throws(CatalogError) {
        guard DeltaCommit.isIntact(text) else {
            throw .damaged(file: file, line: 1, message: "the checksum of the lines after it")
        }
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
            try apply(field.name, field.value, file: file, line: line)
        }
    }

    private mutating func apply(
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
            hasProtocol = true
        case "metaData":
            guard let id = value["id"]?.string, let schema = value["schemaString"]?.string,
                let leaves = DeltaSchema.leaves(in: schema)
            else { throw damage }
            tableID = id
            self.leaves = leaves
            properties = [:]
            for field in value["configuration"]?.fields ?? [] {
                properties[field.name] = field.value.string
            }
        case "txn" where value["appId"]?.string == DeltaAction.journalApplication:
            guard let version = value["version"]?.integer, version >= 0 else { throw damage }
            journalPosition = version
        case "add":
            guard let entry = Self.entry(value) else { throw damage }
            segments[entry.path] = entry
        case "remove":
            guard let path = value["path"]?.string else { throw damage }
            segments[path] = nil
        default: break
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
        return DeltaStatistics.read(statistics, into: &entry) ? entry : nil
    }

    func state(version: Int64, file: String) throws(CatalogError) -> CatalogState {
        guard let tableID, hasProtocol else {
            throw .damaged(file: file, line: 1, message: "no protocol or no metaData up to here")
        }
        return CatalogState(
            version: version, tableID: tableID, leaves: leaves,
            segments: DeltaReplay.ordered(Array(segments.values)),
            journalPosition: journalPosition, properties: properties)
    }

    static func ordered(_ segments: [SegmentEntry]) -> [SegmentEntry] {
        segments.sorted { ($0.seqMin, $0.path) < ($1.seqMin, $1.path) }
    }
}
