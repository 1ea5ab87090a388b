import Testing

@testable import EventLog

@Suite("The reference's own examples")
struct ReferenceExampleTests {
    @Test(
        "every printed event is taken as printed",
        arguments: [
            #"""
            {
                "event": "impression",
                "contentId": "cnt_abc123",
                "userId": "user_123",
                "sessionId": "sess_xyz789",
                "data": {
                  "position": 0,
                  "entryPoint": "feed",
                  "feedId": "feed_abc123"
                }
              }
            """#,
            #"{"event": "playStart", "contentId": "cnt_abc123", "data": {"startupTime": 250, "rendition": "720p", "codec": "h264", "autoplay": true}}"#,
            #"{"event": "completion", "contentId": "cnt_abc123", "data": {"watchTime": 45.2, "looped": false, "loopCount": 0}}"#,
            #"{"event": "swipe", "contentId": "cnt_def456", "data": {"fromContentId": "cnt_abc123", "watchTimeOnFrom": 12.5, "direction": "next"}}"#,
            #"{"event": "impression", "contentId": "cnt_abc123", "timestamp": "2024-02-04T12:00:00Z", "data": { "position": 0 }}"#,
            #"{"event": "completion", "contentId": "cnt_abc123", "timestamp": "2024-02-04T12:00:46Z", "data": { "watchTime": 45.2 }}"#,
            #"{"event": "watchProgress", "contentId": "c", "data": {"currentTime": 15.5, "duration": 45.2, "percentComplete": 34.3, "rendition": "720p"}}"#,
            #"{"event": "rebuffer", "contentId": "c", "data": {"duration": 1200, "currentTime": 12.5, "rendition": "720p"}}"#,
            #"{"event": "custom_action", "contentId": "cnt_abc123", "data": {"action": "bookmark"}}"#,
            #"{"event": "feedEntry", "sessionId": "s", "data": {"entryPoint": "deepLink"}}"#,
            #"{"eventId": "e", "type": "viewEnd", "contentId": "c", "playbackId": "p", "userId": "u1", "sessionId": "s", "viewSessionId": "v", "timestamp": "2026-11-21T11:59:00Z", "data": {"watchTimeMs": 1500, "playingTimeMs": 1400, "exitBeforeStart": false}}"#,
        ])
    func examples(_ text: String) {
        var parser = makeParser(archive: true)
        let bytes = Array(text.utf8)
        let block = bytes.withUnsafeBytes { parser.parseDocument($0, now: noon) }
        #expect(block.refusals.isEmpty)
        #expect(block.batch.count == 1)
    }
}
