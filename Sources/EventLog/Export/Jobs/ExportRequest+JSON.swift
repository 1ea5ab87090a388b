/// The JSON of requests: as clients send it, and as a job's record keeps it.
extension ExportRequest {
    /// Reads the body of `POST /v1/analytics/export`.
    /// - Parameter daysMax: days that may lie between the first and the last one.
    /// - Throws: a refusal that names every field that is wrong.
    package init(rangeFrom body: [UInt8], daysMax: Int) throws(Refusal) {
        var reader = try ExportFieldReader(body)
        let first = reader.date("startDate")
        let last = reader.date("endDate")
        let format = reader.choice("format", among: [Format.jsonl, .csv, .parquet]) ?? .jsonl
        let compression = reader.choice("compression", among: Compression.allCases)
        if format == .parquet, compression == .gzip {
            reader.refuse("compression", "a Parquet file is compressed within: none")
        }
        var range = first.map { Range(days: $0...max($0, last ?? $0)) }
        if let first, let last {
            if last < first { reader.refuse("endDate", "is before startDate") }
            if last.day - first.day > Int64(daysMax) {
                reader.refuse("endDate", "is more than \(daysMax) days after startDate")
            }
        }
        let types = reader.choices("dataTypes", among: DataType.allCases)
        let filters = reader.filters()
        if let types { range?.dataTypes = types }
        range?.filters = filters
        try reader.finish()
        guard let range else { preconditionFailure("a request without dates is refused") }
        self.init(
            .range(range), format: format,
            compression: compression ?? (format == .parquet ? .none : .gzip))
    }

    /// Reads the body of `POST /v1/users/{id}/export`, which may be empty.
    package init(user id: String, from body: [UInt8]) throws(Refusal) {
        var reader = try ExportFieldReader(body.isEmpty ? Array("{}".utf8) : body)
        let format = reader.choice("format", among: [Format.json, .jsonl]) ?? .json
        let compression = reader.choice("compression", among: Compression.allCases) ?? .none
        if id.utf8.count > Limits.idSizeMax {
            reader.refuse("userId", "has more than \(Limits.idSizeMax) bytes")
        }
        if UserPlaceholder.matches(id) { reader.refuse("userId", "stands for nobody") }
        try reader.finish()
        self.init(.user(id), format: format, compression: compression)
    }

    /// As the body of a request that asks for the same.
    package var json: [UInt8] {
        var bytes: [UInt8] = []
        CatalogJSON.object(fields).write(to: &bytes)
        return bytes
    }

    /// Names and values of the request, in the order in which people write them.
    var fields: [CatalogJSON.Field] {
        var fields: [CatalogJSON.Field] = []
        switch subject {
        case .user(let id): fields.append(.init("userId", .string(id)))
        case .range(let range):
            fields = [
                .init("startDate", .string(range.days.lowerBound.text)),
                .init("endDate", .string(range.days.upperBound.text)),
                .init(
                    "dataTypes",
                    .array(
                        DataType.allCases.filter(range.dataTypes.contains)
                            .map { .string($0.rawValue) })),
                .init("filters", range.filters.json),
            ]
        }
        fields.append(.init("format", .string(format.rawValue)))
        fields.append(.init("compression", .string(compression.rawValue)))
        return fields
    }
}

extension ExportRequest.Filters {
    fileprivate var json: CatalogJSON {
        let lists = [
            ("contentIds", contentIds), ("userIds", userIds), ("eventTypes", eventTypes),
        ]
        return .object(
            lists.filter { !$0.1.isEmpty }.map { .init($0.0, .array($0.1.map { .string($0) })) })
    }
}

/// Takes fields out of a JSON object and gathers what is wrong with them.
private struct ExportFieldReader {
    private let object: CatalogJSON
    private var details: [Refusal.Detail] = []

    init(_ body: [UInt8]) throws(Refusal) {
        do throws(CatalogJSONError) {
            object = try CatalogJSON.read(body)
        } catch {
            throw Refusal(
                line: 0, byteOffset: error.offset, code: .invalidRequest,
                message: "The body is not JSON: \(error.message).")
        }
        guard object.fields != nil else {
            throw Refusal(
                line: 0, byteOffset: 0, code: .invalidRequest,
                message: "The body is not a JSON object.")
        }
    }

    mutating func refuse(_ field: String, _ reason: String) {
        details.append(.init(field: field, reason: reason))
    }

    /// - Throws: if anything was refused.
    func finish() throws(Refusal) {
        if details.isEmpty { return }
        let words = details.map { "\($0.field) \($0.reason)" }.joined(separator: "; ")
        throw Refusal(
            line: 0, code: .validationError, message: "This cannot be exported: \(words).",
            details: details)
    }

    private func value(_ name: String, in object: CatalogJSON) -> CatalogJSON? {
        object[name].flatMap { $0 == .null ? nil : $0 }
    }

    mutating func date(_ name: String) -> ExportDate? {
        guard let value = value(name, in: object) else {
            refuse(name, "is missing")
            return nil
        }
        guard let date = value.string.flatMap(ExportDate.init) else {
            refuse(name, "is not a day such as 2024-01-31")
            return nil
        }
        return date
    }

    mutating func choice<Choice: RawRepresentable<String>>(
        _ name: String, among choices: [Choice]
    ) -> Choice? {
        guard let value = value(name, in: object) else { return nil }
        let choice = choices.first { $0.rawValue == value.string }
        if choice == nil { refuse(name, "is not one of \(Self.names(choices))") }
        return choice
    }

    mutating func choices<Choice: RawRepresentable<String> & Hashable>(
        _ name: String, among choices: [Choice]
    ) -> Set<Choice>? {
        guard let value = value(name, in: object) else { return nil }
        let given = value.array ?? []
        let known = given.compactMap { value in choices.first { $0.rawValue == value.string } }
        guard !known.isEmpty, known.count == given.count else {
            refuse(name, "is not a list of some of \(Self.names(choices))")
            return nil
        }
        return Set(known)
    }

    private static func names(_ choices: [some RawRepresentable<String>]) -> String {
        choices.map(\.rawValue).joined(separator: ", ")
    }

    /// A misspelt filter would export more than was asked for: unknown ones are refused.
    mutating func filters() -> ExportRequest.Filters {
        var filters = ExportRequest.Filters()
        guard let value = value("filters", in: object) else { return filters }
        guard let fields = value.fields else {
            refuse("filters", "is not an object")
            return filters
        }
        for field in fields where field.value != .null {
            let name = "filters.\(field.name)"
            let list = field.value.array?.map(\.string)
            guard let texts = list?.compactMap(\.self), texts.count == list?.count else {
                refuse(name, "is not a list of strings")
                continue
            }
            guard texts.count <= Limits.exportFilterValueCountMax else {
                refuse(name, "has more than \(Limits.exportFilterValueCountMax) values")
                continue
            }
            switch field.name {
            case "contentIds": filters.contentIds = texts
            case "userIds": filters.userIds = texts
            case "eventTypes": filters.eventTypes = texts
            default: refuse(name, "is not one of contentIds, userIds, eventTypes")
            }
        }
        return filters
    }
}
