extension EventType {
    /// Any name that is no known type: payload kept, nothing required.
    package static let custom = EventType(
        name: "", aliases: [Alias("action", .customAction)], action: .column(.customAction))

    package static let all: [EventType] =
        [custom] + engagement + quality + advertisements + visits + identity

    private static let engagement: [EventType] = [
        EventType(
            name: "impression", summary: "content came into view",
            source: "A12, A24, B6", required: [.contentId, .position],
            typed: [.entryPoint, .feedId],
            entryPoints: ["feed", "search", "direct", "share"]),
        EventType(
            name: "playStart", summary: "playback began",
            source: "A13, A25, B7", required: [.contentId, .startupTime],
            typed: [.initialRendition, .codec, .autoplay],
            aliases: [Alias("rendition", .initialRendition)]),
        EventType(
            name: "watchProgress", summary: "a heartbeat of playback",
            source: "A14, A26, B8", required: [.contentId, .currentTime, .duration],
            typed: [.percentComplete, .currentRendition, .currentBitrate],
            aliases: [Alias("rendition", .currentRendition)]),
        EventType(
            name: "completion",
            summary:
                "the end was reached, or the content began again; without `looped`, `loopCount` tells",
            source: "A15, A27, B12", required: [.contentId, .totalWatchTime],
            typed: [.didLoop, .loopCount],
            aliases: [
                Alias("watchTime", .totalWatchTime),
                Alias("watchTimeMs", .totalWatchTime, .millisecondsToSeconds),
                Alias("looped", .didLoop),
            ]),
        EventType(
            name: "swipe",
            summary: "from one content to another; without `toContentId`, to `contentId`",
            source: "A16, A29, B13", required: [.fromContentId, .toContentId, .watchTimeOnFrom],
            typed: [.direction],
            aliases: [
                Alias("watchTime", .watchTimeOnFrom),
                Alias("watchTimeOnPrevious", .watchTimeOnFrom),
                Alias("watchTimeMs", .watchTimeOnFrom, .millisecondsToSeconds),
                Alias("watchTimeOnFromMs", .watchTimeOnFrom, .millisecondsToSeconds),
            ]),
        EventType(
            name: "like", summary: "somebody liked it",
            source: "A17", required: [.contentId], action: .constant("like")),
        EventType(
            name: "share", summary: "somebody shared it",
            source: "A18", required: [.contentId, .platform],
            aliases: [Alias("shareMethod", .platform)], action: .constant("share")),
        EventType(
            name: "save", summary: "somebody saved it",
            source: "A19", required: [.contentId], action: .constant("save")),
        EventType(
            name: "interaction",
            summary: "any of several actions on the player, by `interactionType`",
            source: "B14", required: [.contentId, .interactionType],
            aliases: [Alias("shareMethod", .platform)], action: .column(.interactionType)),
    ]

    private static let quality: [EventType] = [
        EventType(
            name: "rebuffer", summary: "playback stalled",
            source: "A20, A28, B9", required: [.contentId, .rebufferDuration, .currentTime],
            typed: [.rendition, .networkType],
            aliases: [
                Alias("duration", .rebufferDuration), Alias("durationMs", .rebufferDuration),
                Alias("rebufferDurationMs", .rebufferDuration),
            ]),
        EventType(
            name: "qualityChange", summary: "the player took another rendition",
            source: "A21, B10", required: [.contentId, .fromRendition, .toRendition],
            typed: [.reason, .currentTime],
            aliases: [
                Alias("fromQuality", .fromRendition), Alias("toQuality", .toRendition),
            ]),
        EventType(
            name: "error", summary: "playback failed",
            source: "A22, B11", required: [.contentId, .errorCode, .errorMessage],
            typed: [.errorType, .currentTime, .rendition, .networkType]),
    ]

    private static let advertisements: [EventType] = [
        EventType(
            name: "adImpression", summary: "an advertisement came into view",
            source: "B15", requiredOneOf: [.adId, .slotId],
            typed: [.adNetworkId, .contentIdBefore, .position]),
        EventType(
            name: "adCompletion", summary: "an advertisement ended or was skipped",
            source: "B16", requiredOneOf: [.adId, .slotId],
            typed: [.adWatchTime, .didComplete, .didSkip], aliases: watchedOfAdvertisement,
            action: .constant("adCompletion")),
        EventType(
            name: "adRequest", summary: "an advertisement was asked for",
            source: "section 2.4", aliases: watchedOfAdvertisement),
        EventType(
            name: "adStart", summary: "an advertisement began",
            source: "section 2.4", aliases: watchedOfAdvertisement),
        EventType(
            name: "adProgress", summary: "a heartbeat of an advertisement",
            source: "section 2.4", aliases: watchedOfAdvertisement),
        EventType(
            name: "adComplete",
            summary: "an advertisement ended; counts as adCompletion in `action`",
            source: "section 2.4", aliases: watchedOfAdvertisement,
            action: .constant("adCompletion"), implies: .didComplete),
        EventType(
            name: "adSkip",
            summary: "an advertisement was skipped; counts as adCompletion in `action`",
            source: "section 2.4", aliases: watchedOfAdvertisement,
            action: .constant("adCompletion"),
            implies: .didSkip),
    ]

    private static let watchedOfAdvertisement = [
        Alias("watchTime", .adWatchTime),
        Alias("watchTimeMs", .adWatchTime, .millisecondsToSeconds),
    ]

    private static let visits: [EventType] = [
        EventType(
            name: "feedEntry", summary: "a visit began",
            source: "B17", typed: [.entryPoint], entryPoints: ["tab", "widget", "deepLink"]),
        EventType(
            name: "feedExit", summary: "a visit ended",
            source: "B18", typed: [.totalSessionTime, .videosWatched, .adsWatched, .exitMethod],
            aliases: [
                Alias("watchTime", .totalSessionTime),
                Alias("watchTimeMs", .totalSessionTime, .millisecondsToSeconds),
            ]),
        EventType(
            name: "viewEnd", summary: "the summary of one view",
            source: "section 2.4",
            aliases: [
                Alias("watchTime", .totalWatchTime),
                Alias("watchTimeMs", .totalWatchTime, .millisecondsToSeconds),
                Alias("rendition", .initialRendition),
            ]),
        EventType(
            name: "playbackFallback", summary: "the player took a simpler way",
            source: "section 2.4"),
    ]

    /// Records of who is who (specification, section 4.1); they travel as events.
    private static let identity: [EventType] = [
        EventType(
            name: "identify", summary: "this device is this user",
            source: "section 4.1", synonyms: ["$identify", "setUserId", "identity.resolve"],
            required: [.userId, .deviceId], aliases: whoIsWho),
        EventType(
            name: "clear", summary: "this device is nobody from now on",
            source: "section 4.1", synonyms: ["clearUserId", "reset", "logout", "identity.clear"],
            required: [.deviceId], aliases: whoIsWho),
        EventType(
            name: "alias", summary: "the user `fromUser` becomes `toUser`",
            source: "section 4.1", synonyms: ["identity.alias"],
            requiredBeside: ["fromUser", "toUser"], isAdministrative: true),
        EventType(
            name: "unalias", summary: "takes such an alias back",
            source: "section 4.1", synonyms: ["identity.unalias"],
            requiredBeside: ["fromUser", "toUser"], isAdministrative: true),
        EventType(
            name: "unlink", summary: "this device was not this user, up to `timestamp`",
            source: "section 4.1", synonyms: ["identity.unlink"],
            required: [.userId, .deviceId], isAdministrative: true, aliases: whoIsWho),
    ]

    private static let whoIsWho = [
        Alias("userId", .userId), Alias("deviceId", .deviceId), Alias("anonymousId", .deviceId),
    ]
}
