import Columns
import EventLog

/// The page docs/EventReference.md, written from the vocabulary that the parser works by.
enum EventReference {
    static var names: [String] { types.map(\.name) }

    private static var types: [EventType] { EventType.all.filter { !$0.name.isEmpty } }

    static var text: String {
        var page = Page()
        page.line("# Event reference")
        page.line(
            """
            Written by `eventlog vocabulary` from the table that the parser works by; do not edit it. \
            The numbers name items of the specification.

            An event is a JSON object: an envelope, and the payload in `data`. Only what is marked \
            *required* must be there. Every name also comes in snake case (`content_id`), and event types \
            without regard to case, spaces, `_` and `-` (`Play start`). Where a name and an alias of it \
            differ, the name counts and both are kept. A field that is not listed is kept, and asked for \
            as `data.<name>`; any other `event` is a custom event, of which nothing is required.
            """)
        page.line("## Envelope")
        page.table(["field", "type", "also called", "meaning"], envelopeRows)
        page.line(
            """
            The payload is `data`, or without it \(EventType.payloadNames.dropFirst().map(code).joined(separator: ", ")). \
            In `userId` these mean nobody: \(placeholders).

            In a forwarded batch, `{"sdk": …, "events": […]}`, watch times are milliseconds under any name \
            (\(forwarded)), and `contentId` of a swipe is the one that it leaves. What stands beside \
            `events` is kept with each event as `batch`.

            What the store itself notes beside an event (`seq`, `receivedAt`, `producer`, the bits of \
            `flags`: late, adjusted, defaulted, own id) is described in [SegmentFormat.md](SegmentFormat.md); \
            how to ask for all of it in [QueryLanguage.md](QueryLanguage.md).
            """)
        for (title, events) in sections {
            page.line("## \(title)")
            for type in types where events.contains(type.name) { page.add(type) }
        }
        page.line("## Fields of the payload")
        page.line(
            "Each may come with any event. With one that does not list it above, a value of another "
                + "type is kept beside the column instead of being refused.")
        page.table(["field", "type", "unit", "also called", "meaning"], leafRows)
        return page.text
    }

    /// The part about one event; `nil` if there is none of the name.
    static func text(ofEvent name: String) -> String? {
        guard let type = types.first(where: { $0.name == name }) else { return nil }
        var page = Page()
        page.add(type)
        return page.text
    }

    // MARK: Tables

    private static let sections: [(String, Set<String>)] = [
        (
            "Engagement",
            [
                "impression", "playStart", "watchProgress", "completion", "swipe", "like", "share",
                "save", "interaction", "viewEnd", "feedEntry", "feedExit",
            ]
        ),
        ("Quality", ["rebuffer", "qualityChange", "error", "playbackFallback"]),
        (
            "Advertisements",
            [
                "adRequest", "adImpression", "adStart", "adProgress", "adCompletion", "adComplete",
                "adSkip",
            ]
        ),
        ("Identity", ["identify", "clear", "alias", "unalias", "unlink"]),
    ]

    private static var envelopeRows: [[String]] {
        let columns = EventColumn.allCases.filter { column in
            EventType.envelope.contains { $0.column == column }
        }
        return columns.map { column in
            let own = column.shortName
            let others = EventType.envelope.filter { $0.column == column && $0.name != own }
            return [
                code(own), column.typeText, others.map { code($0.name) }.joined(separator: ", "),
                column.definition.summary,
            ]
        }
    }

    private static var leafRows: [[String]] {
        EventColumn.allCases.filter(\.isDataLeaf).map { column in
            let others = EventType.commonAliases.filter { $0.column == column }
            return [
                code(column.shortName), column.typeText, column.definition.unit ?? "",
                others.map(Page.text(of:)).joined(separator: ", "), column.definition.summary,
            ]
        }
    }

    private static var placeholders: String {
        EventType.placeholders.sorted().map { $0.isEmpty ? "the empty text" : code($0) }
            .joined(separator: ", ")
    }

    private static var forwarded: String {
        EventColumn.allCases.filter(EventType.forwardedInMilliseconds.contains)
            .map { code($0.shortName) }.joined(separator: ", ")
    }

    static func code(_ text: String) -> String { "`\(text)`" }
}

extension EventColumn {
    /// As it is written in an event, without the `data.` of queries.
    var shortName: String {
        isDataLeaf ? String(definition.name.dropFirst("data.".count)) : definition.name
    }

    var typeText: String {
        switch type {
        case .string: "text"
        case .int64: "whole number"
        case .double: "number"
        case .bool: "true or false"
        case .timestamp: "date-time"
        }
    }
}
