/// The form in which a document comes and goes: `{"topics":["…"],"title":"…","duration":12.5,…}`.
extension ContentDocument {
    /// Reads a document; all that is wrong with it is told at once.
    /// - Parameter id: of the item; the document may repeat it as `contentId`.
    package init(_ body: [UInt8], id: String) throws(Refusal) {
        let members: [CatalogJSONReader.Member]
        do throws(CatalogJSONError) {
            members = try CatalogJSONReader.members(of: body[...], depthMax: Limits.nestingMax)
        } catch {
            throw Refusal(
                line: 0, byteOffset: error.offset, code: .invalidRequest,
                message: "The body is not one JSON object: \(error.message).")
        }
        self.init(topics: [])
        var problems =
            Self.problem(of: id).map { [Refusal.Detail(field: "contentId", reason: $0)] } ?? []
        var extra: [CatalogJSONReader.Member] = []
        if !members.contains(where: { $0.name == "topics" }) {
            problems.append(.init(field: "topics", reason: "missing"))
        }
        for member in members {
            switch member.name {
            case "topics": readTopics(member.value, &problems)
            case "title": readTitle(member.value, &problems)
            case "duration": readDuration(member.value, &problems)
            case "contentId":
                if member.value.string.map({ !$0.utf8.elementsEqual(id.utf8) }) ?? true {
                    problems.append(
                        .init(field: "contentId", reason: "must be the id in the path"))
                }
            default: extra.append(member)
            }
        }
        guard problems.isEmpty else {
            let fields = problems.map(\.field).joined(separator: ", ")
            throw Refusal(
                line: 0, code: .validationError, message: "Wrong or missing: \(fields).",
                details: problems)
        }
        if !extra.isEmpty { self.extra = Self.text(of: extra) }
    }

    /// Why this cannot be the id of a content item, as of an event's `contentId`.
    package static func problem(of id: String) -> String? {
        if id.isEmpty { return "must not be empty" }
        if id.utf8.count > Limits.contentIdSizeMax {
            return "must have at most \(Limits.contentIdSizeMax) bytes"
        }
        return hasControl(id) ? "must not contain control characters" : nil
    }

    private mutating func readTopics(_ value: CatalogJSON, _ problems: inout [Refusal.Detail]) {
        guard let values = value.array else {
            problems.append(.init(field: "topics", reason: "must be an array of strings"))
            return
        }
        if values.count > Limits.contentTopicCountMax {
            problems.append(
                .init(
                    field: "topics",
                    reason: "must be at most \(Limits.contentTopicCountMax) topics"))
            return
        }
        var known: Set<[UInt8]> = []
        for (place, value) in values.enumerated() {
            if let topic = value.string,
                (1...Limits.contentTopicSizeMax).contains(topic.utf8.count),
                !Self.hasControl(topic)
            {
                // Said twice is said once: a join must not count the item twice.
                if known.insert(Array(topic.utf8)).inserted { topics.append(topic) }
            } else {
                problems.append(
                    .init(
                        field: "topics[\(place)]",
                        reason: "must be a string of 1 to \(Limits.contentTopicSizeMax) bytes "
                            + "without control characters"))
            }
        }
    }

    private mutating func readTitle(_ value: CatalogJSON, _ problems: inout [Refusal.Detail]) {
        if value == .null { return }
        guard let text = value.string, text.utf8.count <= Limits.contentTitleSizeMax,
            !Self.hasControl(text)
        else {
            problems.append(
                .init(
                    field: "title",
                    reason: "must be a string of at most \(Limits.contentTitleSizeMax) bytes "
                        + "without control characters"))
            return
        }
        title = text
    }

    private mutating func readDuration(_ value: CatalogJSON, _ problems: inout [Refusal.Detail]) {
        switch value {
        case .null: break
        case .integer(let seconds) where seconds >= 0: duration = Double(seconds)
        case .double(let seconds) where seconds >= 0: duration = seconds
        case .bool, .integer, .double, .string, .array, .object:
            problems.append(
                .init(field: "duration", reason: "must be a number of seconds, 0 or more"))
        }
    }

    /// C0, DEL and C1.
    private static func hasControl(_ text: String) -> Bool {
        text.unicodeScalars.contains { $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) }
    }

    /// The members as one object, their values as they were written.
    private static func text(of members: [CatalogJSONReader.Member]) -> String {
        var text: [UInt8] = []
        for member in members {
            text.append(text.isEmpty ? UInt8(ascii: "{") : UInt8(ascii: ","))
            JSONText.appendString(member.name, to: &text)
            text.append(UInt8(ascii: ":"))
            // A line feed can only stand between tokens.
            text += member.text.lazy.map { $0 == 0x0A || $0 == 0x0D ? 0x20 : $0 }
        }
        text.append(UInt8(ascii: "}"))
        return String(decoding: text, as: UTF8.self)
    }

    /// The document as it may be put again.
    package var json: [UInt8] {
        var text = Array("{\"topics\":".utf8) + topicsJSON
        if let title {
            text += ",\"title\":".utf8
            JSONText.appendString(title, to: &text)
        }
        if let duration {
            text += ",\"duration\":".utf8
            JSONText.appendNumber(duration, to: &text)
        }
        if let extra {
            text.append(UInt8(ascii: ","))
            text += extra.utf8.dropFirst()
        } else {
            text.append(UInt8(ascii: "}"))
        }
        return text
    }

    /// `["…","…"]`
    var topicsJSON: [UInt8] {
        var text = [UInt8(ascii: "[")]
        for (place, topic) in topics.enumerated() {
            if place > 0 { text.append(UInt8(ascii: ",")) }
            JSONText.appendString(topic, to: &text)
        }
        text.append(UInt8(ascii: "]"))
        return text
    }

    /// - Parameter text: as `topicsJSON` writes it.
    static func topics(from text: String) -> [String]? {
        guard let values = try? CatalogJSON.read(Array(text.utf8)).array else { return nil }
        let topics = values.compactMap(\.string)
        return topics.count == values.count ? topics : nil
    }
}

extension ContentItem {
    /// `{"contentId":"…","updatedAt":"…","document":{…}}`
    package var json: [UInt8] {
        var text = Array("{\"contentId\":".utf8)
        JSONText.appendString(id, to: &text)
        text += ",\"updatedAt\":\"".utf8
        RFC3339.append(updatedAt, to: &text)
        text += "\",\"document\":".utf8
        text += document.json
        text.append(UInt8(ascii: "}"))
        return text
    }
}
