/// What is kept of a job: one JSON object, in `exports/<id>.job` (docs/Export.md).
extension ExportJob {
    /// Of the record's form.
    private static let version: Int64 = 1

    var record: [UInt8] {
        func time(_ value: Int64?) -> CatalogJSON { value.map { .integer($0) } ?? .null }
        let failure = failure.map {
            CatalogJSON.object([
                .init("reason", .string($0.reason)), .init("message", .string($0.message)),
            ])
        }
        let object = CatalogJSON.object([
            .init("version", .integer(Self.version)),
            .init("id", .string(id)),
            .init("kind", .string(isUser ? "user" : "range")),
            .init("extension", .string(fileExtension)),
            .init("request", request.map { .object($0.fields) } ?? .null),
            .init("producer", .string(producer)),
            .init("status", .string(status.rawValue)),
            .init("attempts", .integer(Int64(attempts))),
            .init("createdAt", .integer(createdAt)),
            .init("startedAt", time(startedAt)),
            .init("finishedAt", time(finishedAt)),
            .init("expiresAt", time(expiresAt)),
            .init("processedRows", .integer(Int64(counts.processedRows))),
            .init("estimatedRowCount", .integer(Int64(counts.estimatedRowCount))),
            .init("rowCount", .integer(Int64(counts.rowCount))),
            .init("fileSize", fileSize.map { .integer(Int64($0)) } ?? .null),
            .init("damageCount", .integer(Int64(damageCount))),
            .init("failure", failure ?? .null),
        ])
        var bytes: [UInt8] = []
        object.write(to: &bytes)
        return bytes + [0x0A]
    }

    /// - Returns: `nil` if it is not what is written above.
    init?(record bytes: [UInt8]) {
        guard let object = try? CatalogJSON.read(bytes),
            object["version"]?.integer == Self.version,
            let id = object["id"]?.string, ExportJob.isID(id),
            let kind = object["kind"]?.string, kind == "user" || kind == "range",
            let fileExtension = object["extension"]?.string,
            Self.extensions.contains(fileExtension),
            let producer = object["producer"]?.string,
            let status = object["status"]?.string.flatMap(Status.init),
            let createdAt = object["createdAt"]?.integer
        else { return nil }
        var request: ExportRequest?
        if let asked = object["request"], asked != .null {
            var bytes: [UInt8] = []
            asked.write(to: &bytes)
            let read =
                if kind == "user" {
                    asked["userId"]?.string.flatMap { try? ExportRequest(user: $0, from: bytes) }
                } else {
                    // What was allowed when it was asked for is allowed.
                    try? ExportRequest(rangeFrom: bytes, daysMax: .max)
                }
            guard let read else { return nil }
            request = read
        }
        // Only what has ended can do without.
        guard request != nil || status.isEnd else { return nil }
        self.init(
            id: id, request: request, fileExtension: fileExtension, isUser: kind == "user",
            producer: producer, createdAt: createdAt)
        func count(_ name: String) -> Int {
            object[name]?.integer.flatMap { $0 >= 0 ? Int(exactly: $0) : nil } ?? 0
        }
        self.status = status
        attempts = count("attempts")
        startedAt = object["startedAt"]?.integer
        finishedAt = object["finishedAt"]?.integer
        expiresAt = object["expiresAt"]?.integer
        counts.processedRows = count("processedRows")
        counts.estimatedRowCount = count("estimatedRowCount")
        counts.rowCount = count("rowCount")
        fileSize = object["fileSize"]?.integer.flatMap { Int(exactly: $0) }
        damageCount = count("damageCount")
        if let text = object["failure"], let reason = text["reason"]?.string,
            let message = text["message"]?.string
        {
            failure = Failure(reason: reason, message: message)
        }
    }

    private static let extensions = Set(
        ExportRequest.Format.allCases.flatMap { [$0.rawValue, $0.rawValue + ".gz"] })
}

extension ExportJob {
    /// - Parameter bits: random.
    package static func makeID(_ bits: UInt64) -> String {
        let digits = String(bits, radix: 36)
        return "exp_" + String(repeating: "0", count: 13 - digits.count) + digits
    }

    /// Whether a job may have this id, and so a file its name.
    static func isID(_ id: String) -> Bool {
        id.utf8.count == 17 && id.hasPrefix("exp_")
            && id.utf8.dropFirst(4).allSatisfy {
                ($0 >= 0x30 && $0 <= 0x39) || ($0 >= 0x61 && $0 <= 0x7A)
            }
    }
}
