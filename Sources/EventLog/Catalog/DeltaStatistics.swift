/// A segment's bounds as Delta file statistics (`PROTOCOL.md`, Per-file Statistics), and back.
enum DeltaStatistics {
    /// Code points of a string bound; a longer one is cut, outward.
    static let stringLengthMax = 32

    static func text(of entry: SegmentEntry) -> String {
        // Tables without events have none of these bounds.
        let hasEvents = entry.seqMin != .min || entry.seqMax != .max
        var minimum: [CatalogJSON.Field] = []
        var maximum: [CatalogJSON.Field] = []
        if hasEvents {
            minimum.append(.init("seq", .integer(entry.seqMin)))
            maximum.append(.init("seq", .integer(entry.seqMax)))
        }
        func add(_ name: String, _ lower: String?, _ upper: String?) {
            if let lower { minimum.append(.init(name, .string(lower))) }
            if let upper { maximum.append(.init(name, .string(upper))) }
        }
        add(
            "timestamp", DeltaTime.textAtOrBefore(entry.timestampMin),
            DeltaTime.textAtOrAfter(entry.timestampMax))
        add("event", entry.eventMin.map(lowerBound), entry.eventMax.flatMap(upperBound))
        add("contentId", entry.contentIdMin.map(lowerBound), entry.contentIdMax.flatMap(upperBound))
        var nulls: [CatalogJSON.Field] =
            hasEvents ? [.init("seq", .integer(0)), .init("timestamp", .integer(0))] : []
        if let count = entry.contentIdNullCount {
            nulls.append(.init("contentId", .integer(Int64(count))))
        }
        return CatalogJSON.object([
            .init("numRecords", .integer(Int64(entry.rowCount))),
            .init("minValues", .object(minimum)), .init("maxValues", .object(maximum)),
            .init("nullCount", .object(nulls)),
        ]).text
    }

    /// Fills in what the text says; a bound that is missing becomes no bound.
    /// - Returns: `false` if it is not a text of statistics or lacks the number of rows.
    static func read(_ text: String, into entry: inout SegmentEntry) -> Bool {
        let bytes = Array(text.utf8)
        guard let statistics = try? CatalogJSONReader.read(bytes[...]),
            let rows = statistics["numRecords"]?.integer, let rowCount = Int(exactly: rows),
            rowCount >= 0
        else { return false }
        let minimum = statistics["minValues"]
        let maximum = statistics["maxValues"]
        entry.rowCount = rowCount
        entry.seqMin = minimum?["seq"]?.integer ?? .min
        entry.seqMax = maximum?["seq"]?.integer ?? .max
        entry.timestampMin = minimum?["timestamp"]?.string.flatMap(DeltaTime.time) ?? .min
        entry.timestampMax = maximum?["timestamp"]?.string.flatMap(DeltaTime.time) ?? .max
        entry.eventMin = minimum?["event"]?.string
        entry.eventMax = maximum?["event"]?.string
        entry.contentIdMin = minimum?["contentId"]?.string
        entry.contentIdMax = maximum?["contentId"]?.string
        entry.contentIdNullCount = statistics["nullCount"]?["contentId"]?.integer.flatMap {
            Int(exactly: $0)
        }
        // Bounds that contradict each other are none.
        return entry.seqMin <= entry.seqMax && entry.timestampMin <= entry.timestampMax
    }

    static func lowerBound(_ string: String) -> String {
        String(String.UnicodeScalarView(string.unicodeScalars.prefix(stringLengthMax)))
    }

    /// The string itself, or its beginning and the highest code point, which no string with that
    /// beginning exceeds unless it goes on with the same code point; then there is no bound.
    static func upperBound(_ string: String) -> String? {
        let highest: Unicode.Scalar = "\u{10FFFF}"
        let scalars = string.unicodeScalars
        var cut = String.UnicodeScalarView(scalars.prefix(stringLengthMax))
        guard let next = scalars.dropFirst(stringLengthMax).first else { return string }
        guard next != highest else { return nil }
        cut.append(highest)
        return String(cut)
    }
}
