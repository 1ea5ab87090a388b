/// The columns of an event, in the order of the segment schema.
///
/// The raw value is the column's position *and* its number in the binary row form (`EventRow`), so this
/// list only ever grows at its end: a number, once given, keeps its meaning in every journal.
/// Names, types and units: `EventColumn+Definition.swift`.
package enum EventColumn: UInt16, CaseIterable, Sendable {
    // Envelope.
    case seq, timestamp, receivedAt, clientTimestamp
    case event, eventId, contentId, userId, deviceId, sessionId, viewSessionId
    case producer, action, flags, peerUid, peerPid, extra

    // Leaves of the struct `data`, canonical names (specification, section 3).
    case position, entryPoint, feedId
    case startupTime, initialRendition, codec, autoplay
    case currentTime, duration, percentComplete, currentRendition, currentBitrate
    case totalWatchTime, didLoop, loopCount
    case fromContentId, toContentId, watchTimeOnFrom, direction
    case platform
    case rebufferDuration, rendition, networkType
    case fromRendition, toRendition, fromBitrate, toBitrate, reason
    case errorCode, errorMessage, errorType
    case interactionType, value
    case adId, adNetworkId, contentIdBefore, adWatchTime, didComplete, didSkip, slotId
    case totalSessionTime, videosWatched, adsWatched, exitMethod
    case customAction
    case playbackId, playingTime, exitBeforeStart, completed, rebufferCount, seekCount
    case country, deviceType

    /// The first leaf of `data`; all later columns are leaves too.
    package static let firstDataLeaf = EventColumn.position
    package var isDataLeaf: Bool { rawValue >= EventColumn.firstDataLeaf.rawValue }
    package static let count = allCases.count
}
