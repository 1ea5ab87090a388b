/// The one canonical vocabulary (specification, section 3), as a table: every event type with what it
/// requires, and every word under which a field may come.
///
/// Words resolve *per event type*, because the same word means different things in different events:
/// `duration` is seconds of content, but inside `rebuffer` it is milliseconds of stall.
package struct EventType: Sendable {
    /// How the value of an alias becomes that of its column.
    package enum Conversion: Sendable {
        case same
        case millisecondsToSeconds
    }

    package struct Alias: Sendable {
        package let name: String
        package let column: EventColumn
        package let conversion: Conversion

        init(_ name: String, _ column: EventColumn, _ conversion: Conversion = .same) {
            self.name = name
            self.column = column
            self.conversion = conversion
        }
    }

    /// Where the derived column `action` comes from.
    package enum Action: Sendable {
        case none
        case constant(String)
        /// The string in this column; `bookmark` counts as `save`.
        case column(EventColumn)
    }

    /// Canonical name. Others match it without regard to case, spaces, `_` and `-`.
    package let name: String
    /// What happened, for the reference.
    package var summary = ""
    /// The items of the specification that it comes from.
    package var source = ""
    /// Names that mean the same and are stored as `name`.
    package var synonyms: [String] = []
    package var required: [EventColumn] = []
    /// Of these at least one is required, if there are any.
    package var requiredOneOf: [EventColumn] = []
    /// Ids that are required and have no column, as whom they name did nothing then: kept in `extra`.
    package var requiredBeside: [String] = []
    /// Only administrators may send it.
    package var isAdministrative = false
    /// Optional fields that the references give a type: the wrong type is refused, not kept aside.
    package var typed: [EventColumn] = []
    package var aliases: [Alias] = []
    package var action: Action = .none
    /// A Boolean column that the type itself implies.
    package var implies: EventColumn?
    /// What the references list as `entryPoint`; any other is taken with a warning. Empty: no list.
    package var entryPoints: [String] = []

    /// Words that mean the same column in the payload of every type.
    package static let commonAliases: [Alias] = [
        Alias("startupTimeMs", .startupTime), Alias("videoStartupTimeMs", .startupTime),
        Alias("videoStartupTime", .startupTime),
        Alias("totalDuration", .duration), Alias("positionInFeed", .position),
        Alias("playingTimeMs", .playingTime, .millisecondsToSeconds),
    ]

    /// Words of the envelope.
    package static let envelope: [Alias] = [
        Alias("event", .event), Alias("type", .event), Alias("eventType", .event),
        Alias("eventId", .eventId), Alias("id", .eventId), Alias("uuid", .eventId),
        Alias("insertId", .eventId), Alias("messageId", .eventId),
        Alias("contentId", .contentId), Alias("userId", .userId),
        Alias("deviceId", .deviceId), Alias("anonymousId", .deviceId),
        Alias("sessionId", .sessionId), Alias("viewSessionId", .viewSessionId),
        Alias("timestamp", .timestamp), Alias("playbackId", .playbackId),
        Alias("country", .country), Alias("deviceType", .deviceType),
        Alias("clientTimestamp", .clientTimestamp),
    ]

    /// Watch times, which are milliseconds under any of their names in `EventShape.forwarding`.
    package static let forwardedInMilliseconds: Set<EventColumn> = [
        .totalWatchTime, .watchTimeOnFrom, .adWatchTime, .playingTime,
    ]

    /// Words of the envelope for the payload object.
    package static let payloadNames = ["data", "eventData"]

    /// Texts in `userId` that mean nobody (specification, section 4.3), lower case and trimmed.
    package static let placeholders: Set<String> = [
        "", "anonymous", "guest", "null", "none", "undefined", "nan", "0", "true", "false", "id",
        "distinct_id", "not_authenticated", "[object object]",
    ]
}
