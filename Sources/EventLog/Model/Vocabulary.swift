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
    /// Names that mean the same and are stored as `name`.
    package var synonyms: [String] = []
    package var required: [EventColumn] = []
    /// Of these at least one is required, if there are any.
    package var requiredOneOf: [EventColumn] = []
    /// Optional fields that the references give a type: the wrong type is refused, not kept aside.
    package var typed: [EventColumn] = []
    package var aliases: [Alias] = []
    package var action: Action = .none
    /// A Boolean column that the type itself implies.
    package var implies: EventColumn?
    /// What the references list as `entryPoint`; any other is taken with a warning. Empty: no list.
    package var entryPoints: [String] = []

    /// Any name that is no known type: payload kept, nothing required.
    package static let custom = EventType(
        name: "", aliases: [Alias("action", .customAction)], action: .column(.customAction))

    package static let all: [EventType] =
        [custom] + engagement + quality + advertisements + visits + identity

    private static let engagement: [EventType] = [
        EventType(
            name: "impression", required: [.contentId, .position], typed: [.entryPoint, .feedId],
            entryPoints: ["feed", "search", "direct", "share"]),
        EventType(
            name: "playStart", required: [.contentId, .startupTime],
            typed: [.initialRendition, .codec, .autoplay],
            aliases: [Alias("rendition", .initialRendition)]),
        EventType(
            name: "watchProgress", required: [.contentId, .currentTime, .duration],
            typed: [.percentComplete, .currentRendition, .currentBitrate],
            aliases: [Alias("rendition", .currentRendition)]),
        EventType(
            name: "completion", required: [.contentId, .totalWatchTime],
            typed: [.didLoop, .loopCount],
            aliases: [
                Alias("watchTime", .totalWatchTime),
                Alias("watchTimeMs", .totalWatchTime, .millisecondsToSeconds),
                Alias("looped", .didLoop),
            ]),
        EventType(
            name: "swipe", required: [.fromContentId, .toContentId, .watchTimeOnFrom],
            typed: [.direction],
            aliases: [
                Alias("watchTime", .watchTimeOnFrom),
                Alias("watchTimeOnPrevious", .watchTimeOnFrom),
                Alias("watchTimeMs", .watchTimeOnFrom, .millisecondsToSeconds),
                Alias("watchTimeOnFromMs", .watchTimeOnFrom, .millisecondsToSeconds),
            ]),
        EventType(name: "like", required: [.contentId], action: .constant("like")),
        EventType(
            name: "share", required: [.contentId, .platform],
            aliases: [Alias("shareMethod", .platform)], action: .constant("share")),
        EventType(name: "save", required: [.contentId], action: .constant("save")),
        EventType(
            name: "interaction", required: [.contentId, .interactionType],
            aliases: [Alias("shareMethod", .platform)], action: .column(.interactionType)),
    ]

    private static let quality: [EventType] = [
        EventType(
            name: "rebuffer", required: [.contentId, .rebufferDuration, .currentTime],
            typed: [.rendition, .networkType],
            aliases: [
                Alias("duration", .rebufferDuration), Alias("durationMs", .rebufferDuration),
                Alias("rebufferDurationMs", .rebufferDuration),
            ]),
        EventType(
            name: "qualityChange", required: [.contentId, .fromRendition, .toRendition],
            typed: [.reason, .currentTime],
            aliases: [
                Alias("fromQuality", .fromRendition), Alias("toQuality", .toRendition),
            ]),
        EventType(
            name: "error", required: [.contentId, .errorCode, .errorMessage],
            typed: [.errorType, .currentTime, .rendition, .networkType]),
    ]

    private static let advertisements: [EventType] = [
        EventType(
            name: "adImpression", requiredOneOf: [.adId, .slotId],
            typed: [.adNetworkId, .contentIdBefore, .position]),
        EventType(
            name: "adCompletion", requiredOneOf: [.adId, .slotId],
            typed: [.adWatchTime, .didComplete, .didSkip], aliases: watchedOfAdvertisement,
            action: .constant("adCompletion")),
        EventType(name: "adRequest", aliases: watchedOfAdvertisement),
        EventType(name: "adStart", aliases: watchedOfAdvertisement),
        EventType(name: "adProgress", aliases: watchedOfAdvertisement),
        EventType(
            name: "adComplete", aliases: watchedOfAdvertisement,
            action: .constant("adCompletion"), implies: .didComplete),
        EventType(
            name: "adSkip", aliases: watchedOfAdvertisement, action: .constant("adCompletion"),
            implies: .didSkip),
    ]

    private static let watchedOfAdvertisement = [
        Alias("watchTime", .adWatchTime),
        Alias("watchTimeMs", .adWatchTime, .millisecondsToSeconds),
    ]

    private static let visits: [EventType] = [
        EventType(
            name: "feedEntry", typed: [.entryPoint], entryPoints: ["tab", "widget", "deepLink"]),
        EventType(
            name: "feedExit", typed: [.totalSessionTime, .videosWatched, .adsWatched, .exitMethod],
            aliases: [
                Alias("watchTime", .totalSessionTime),
                Alias("watchTimeMs", .totalSessionTime, .millisecondsToSeconds),
            ]),
        EventType(
            name: "viewEnd",
            aliases: [
                Alias("watchTime", .totalWatchTime),
                Alias("watchTimeMs", .totalWatchTime, .millisecondsToSeconds),
                Alias("rendition", .initialRendition),
            ]),
        EventType(name: "playbackFallback"),
    ]

    /// Records of who is who (specification, section 4.1); they travel as events.
    private static let identity: [EventType] = [
        EventType(
            name: "identify", synonyms: ["$identify", "setUserId", "identity.resolve"],
            required: [.userId, .deviceId], aliases: whoIsWho),
        EventType(
            name: "clear", synonyms: ["clearUserId", "reset", "logout", "identity.clear"],
            required: [.deviceId], aliases: whoIsWho),
    ]

    private static let whoIsWho = [
        Alias("userId", .userId), Alias("deviceId", .deviceId), Alias("anonymousId", .deviceId),
    ]

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
