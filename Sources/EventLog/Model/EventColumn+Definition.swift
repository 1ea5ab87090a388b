package import Columns

extension EventColumn {
    package var definition: ColumnDefinition { Self.definitions[Int(rawValue)] }
    package var type: ColumnType { definition.type }

    /// One definition per column, in order.
    package static let definitions: [ColumnDefinition] = allCases.map(define)

    private static func define(_ column: EventColumn) -> ColumnDefinition {
        func data(
            _ name: String, _ type: ColumnType, _ unit: String? = nil, _ summary: String
        ) -> ColumnDefinition {
            ColumnDefinition("data." + name, type, unit: unit, summary: summary)
        }
        func envelope(
            _ name: String, _ type: ColumnType, _ unit: String? = nil, _ summary: String
        ) -> ColumnDefinition {
            ColumnDefinition(name, type, unit: unit, summary: summary)
        }
        return switch column {
        case .seq: envelope("seq", .int64, nil, "arrival number, from 1, without repeats")
        case .timestamp: envelope("timestamp", .timestamp, "µs UTC", "when it happened")
        case .receivedAt: envelope("receivedAt", .timestamp, "µs UTC", "when the daemon got it")
        case .clientTimestamp:
            envelope("clientTimestamp", .timestamp, "µs UTC", "the client's time, if adjusted")
        case .event: envelope("event", .string, nil, "event type: impression, playStart, …")
        case .eventId: envelope("eventId", .string, nil, "identity within its producer")
        case .contentId: envelope("contentId", .string, nil, "what it happened to")
        case .userId: envelope("userId", .string, nil, "the signed-in person, as sent")
        case .deviceId: envelope("deviceId", .string, nil, "the device or anonymous id")
        case .sessionId: envelope("sessionId", .string, nil, "one visit")
        case .viewSessionId: envelope("viewSessionId", .string, nil, "one view of one content")
        case .producer: envelope("producer", .string, nil, "who sent it")
        case .action:
            envelope("action", .string, nil, "like, share, save, seek, … however it was sent")
        case .flags:
            envelope("flags", .int64, nil, "1 late, 2 adjusted, 4 defaulted, 8 own id")
        case .peerUid: envelope("peerUid", .int64, nil, "user id of the sending process")
        case .peerPid: envelope("peerPid", .int64, nil, "process id of the sending process")
        case .extra: envelope("extra", .string, nil, "JSON of all that has no column")
        case .position: data("position", .int64, nil, "place in the feed, from 0")
        case .entryPoint: data("entryPoint", .string, nil, "feed, search, direct, share, tab, …")
        case .feedId: data("feedId", .string, nil, "feed session")
        case .startupTime: data("startupTime", .double, "ms", "time to the first frame")
        case .initialRendition: data("initialRendition", .string, nil, "quality at the start")
        case .codec: data("codec", .string, nil, "video codec")
        case .autoplay: data("autoplay", .bool, nil, "whether playback began by itself")
        case .currentTime: data("currentTime", .double, "s", "playback position")
        case .duration: data("duration", .double, "s", "length of the content")
        case .percentComplete: data("percentComplete", .double, "%", "0 to 100")
        case .currentRendition: data("currentRendition", .string, nil, "quality now")
        case .currentBitrate: data("currentBitrate", .double, "kbit/s", "bitrate now")
        case .totalWatchTime: data("totalWatchTime", .double, "s", "watched in this view")
        case .didLoop: data("didLoop", .bool, nil, "whether the content played again")
        case .loopCount: data("loopCount", .int64, nil, "how often it played again")
        case .fromContentId: data("fromContentId", .string, nil, "content left by a swipe")
        case .toContentId: data("toContentId", .string, nil, "content reached by a swipe")
        case .watchTimeOnFrom: data("watchTimeOnFrom", .double, "s", "watched before the swipe")
        case .direction: data("direction", .string, nil, "next or previous")
        case .platform: data("platform", .string, nil, "where it was shared to")
        case .rebufferDuration: data("rebufferDuration", .double, "ms", "length of the stall")
        case .rendition: data("rendition", .string, nil, "quality when it happened")
        case .networkType: data("networkType", .string, nil, "wifi, cellular, …")
        case .fromRendition: data("fromRendition", .string, nil, "quality before the change")
        case .toRendition: data("toRendition", .string, nil, "quality after the change")
        case .fromBitrate: data("fromBitrate", .double, nil, "bitrate before the change, as sent")
        case .toBitrate: data("toBitrate", .double, nil, "bitrate after the change, as sent")
        case .reason: data("reason", .string, nil, "why quality changed: bandwidth, buffer")
        case .errorCode: data("errorCode", .string, nil, "the player's code")
        case .errorMessage: data("errorMessage", .string, nil, "the player's words")
        case .errorType: data("errorType", .string, nil, "network, decode, player")
        case .interactionType: data("interactionType", .string, nil, "seek, mute_toggle, …")
        case .value: data("value", .double, nil, "the interaction's number, if it is one")
        case .adId: data("adId", .string, nil, "the advertisement")
        case .adNetworkId: data("adNetworkId", .string, nil, "the advertisement's network")
        case .contentIdBefore: data("contentIdBefore", .string, nil, "content before the ad")
        case .adWatchTime: data("adWatchTime", .double, "s", "watched of the advertisement")
        case .didComplete: data("didComplete", .bool, nil, "whether the advertisement ended")
        case .didSkip: data("didSkip", .bool, nil, "whether the advertisement was skipped")
        case .slotId: data("slotId", .string, nil, "the advertisement's slot")
        case .totalSessionTime: data("totalSessionTime", .double, "s", "length of the visit")
        case .videosWatched: data("videosWatched", .int64, nil, "videos in the visit")
        case .adsWatched: data("adsWatched", .int64, nil, "advertisements in the visit")
        case .exitMethod: data("exitMethod", .string, nil, "tabSwitch, background, navigation")
        case .customAction: data("action", .string, nil, "the action of a custom event")
        case .playbackId: data("playbackId", .string, nil, "the player's id of the playback")
        case .playingTime: data("playingTime", .double, "s", "time with moving pictures")
        case .exitBeforeStart: data("exitBeforeStart", .bool, nil, "left before the first frame")
        case .completed: data("completed", .bool, nil, "whether the view reached the end")
        case .rebufferCount: data("rebufferCount", .int64, nil, "stalls in the view")
        case .seekCount: data("seekCount", .int64, nil, "seeks in the view")
        case .country: data("country", .string, nil, "country code as sent")
        case .deviceType: data("deviceType", .string, nil, "ios, android, web")
        }
    }
}
