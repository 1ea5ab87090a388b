import Testing

@testable import EventLog

/// The table of section 3 of the specification, row by row: what is sent, and what it becomes.
///
/// Rows 11, 24, 29 and 30 are about counting, answers and retention: nothing of them is decided here.
@Suite("Canonical vocabulary")
struct CanonicalVocabularyTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let row: Int
        let event: String
        /// The fields that the row must have; a leading `!` is one that it must not have.
        let fields: [String]
        var warnings: [IngestWarning] = []

        init(_ row: Int, _ event: String, _ fields: [String], warns: [IngestWarning] = []) {
            self.row = row
            self.event = event
            self.fields = fields
            warnings = warns
        }

        var testDescription: String { "row \(row): \(event)" }
    }

    private static let names = [
        #"{"event":"playStart","contentId":"c","data":{"startupTime":1}}"#,
        #"{"type":"Play start","contentId":"c","data":{"startupTime":1}}"#,
        #"{"event_type":"play_start","contentId":"c","data":{"startupTime":1}}"#,
        #"{"eventType":"PLAY-START","contentId":"c","data":{"startupTime":1}}"#,
    ].map { Case(1, $0, ["event=playStart", "startupTime=1.0"]) }

    private static let contents = [
        Case(2, #"{"event":"adImpression","data":{"adId":"a"}}"#, ["adId=a", "!contentId"]),
        Case(2, #"{"event":"feedEntry"}"#, ["event=feedEntry", "!contentId"]),
        Case(2, #"{"event":"feedExit"}"#, ["event=feedExit", "!contentId"]),
        Case(2, #"{"event":"viewEnd","contentId":null}"#, ["event=viewEnd", "!contentId"]),
        Case(
            2, #"{"event":"swipe","data":{"fromContentId":"a","toContentId":"b","watchTime":1}}"#,
            ["contentId=b"]),
    ]

    private static func one(
        _ row: Int, _ type: String, _ data: String, _ fields: String...,
        warns: [IngestWarning] = []
    ) -> Case {
        Case(
            row, #"{"event":"\#(type)","contentId":"c","data":{\#(data)}}"#, fields, warns: warns)
    }

    private static let playback = [
        one(3, "playStart", #""startupTime":1,"rendition":"720p""#, "initialRendition=720p"),
        one(3, "playStart", #""startupTime":1,"initialRendition":"x""#, "initialRendition=x"),
        one(4, "playStart", #""startupTimeMs":250"#, "startupTime=250.0"),
        one(4, "playStart", #""videoStartupTimeMs":250.5"#, "startupTime=250.5"),
        one(4, "playStart", #""startup_time_ms":0"#, "startupTime=0.0"),
        one(
            5, "watchProgress", #""currentTime":1,"duration":2,"rendition":"x""#,
            "currentRendition=x", "!rendition"),
        one(6, "watchProgress", #""currentTime":1,"totalDuration":45.2"#, "duration=45.2"),
        one(
            7, "rebuffer", #""currentTime":1,"duration":1200"#, "rebufferDuration=1200.0",
            "!duration"),
        one(7, "rebuffer", #""currentTime":1,"durationMs":1200"#, "rebufferDuration=1200.0"),
        one(7, "rebuffer", #""currentTime":1,"rebufferDurationMs":7"#, "rebufferDuration=7.0"),
        one(7, "watchProgress", #""currentTime":1,"duration":45"#, "duration=45.0"),
        one(8, "viewEnd", #""percentComplete":34.3"#, "percentComplete=34.3"),
        one(8, "viewEnd", #""percentComplete":0"#, "percentComplete=0.0"),
        one(
            8, "viewEnd", #""percentComplete":1"#, "percentComplete=1.0",
            warns: [.percentCompleteScale]),
        one(
            8, "viewEnd", #""percentComplete":0.343"#, "percentComplete=0.343",
            warns: [.percentCompleteScale]),
    ]

    private static let watching = [
        one(9, "completion", #""watchTime":45.2,"looped":true"#, "totalWatchTime=45.2"),
        one(9, "completion", #""watchTimeMs":1500,"didLoop":true"#, "totalWatchTime=1.5"),
        one(9, "completion", #""totalWatchTime":2,"looped":false"#, "totalWatchTime=2.0"),
        one(10, "completion", #""watchTime":1,"looped":true"#, "didLoop=true"),
        one(10, "completion", #""watchTime":1"#, "didLoop=false", warns: [.missingLooped]),
        one(10, "completion", #""watchTime":1,"loopCount":2"#, "didLoop=true", "loopCount=2"),
        one(10, "completion", #""watchTime":1,"loopCount":0"#, "didLoop=false"),
        one(
            10, "completion", #""watchTime":1,"looped":false,"loopCount":2"#, "didLoop=false",
            "loopCount=2"),
        one(12, "swipe", #""fromContentId":"a","watchTime":2"#, "watchTimeOnFrom=2.0"),
        one(12, "swipe", #""fromContentId":"a","watchTimeOnPrevious":2"#, "watchTimeOnFrom=2.0"),
        one(12, "swipe", #""fromContentId":"a","watchTimeOnFrom":2"#, "watchTimeOnFrom=2.0"),
        one(
            13, "swipe", #""fromContentId":"a","watchTime":2"#, "contentId=c", "fromContentId=a",
            "toContentId=c"),
        one(
            14, "swipe", #""fromContentId":"a","watchTime":2,"direction":"forward""#,
            "direction=next", #"~direction=json "forward""#),
        one(
            14, "swipe", #""fromContentId":"a","watchTime":2,"direction":"backward""#,
            "direction=previous"),
        one(14, "swipe", #""fromContentId":"a","watchTime":2,"direction":"up""#, "direction=up"),
        one(
            15, "qualityChange", #""fromQuality":"a","toQuality":"b""#, "fromRendition=a",
            "toRendition=b"),
        one(
            15, "qualityChange",
            #""fromRendition":"a","toRendition":"b","fromBitrate":800,"toBitrate":1200"#,
            "fromBitrate=800.0", "toBitrate=1200.0"),
        one(
            16, "error",
            #""errorCode":"E","errorMessage":"m","errorType":"decode","currentTime":1,"#
                + #""rendition":"r","networkType":"wifi","deviceInfo":{"os":"ios"}"#,
            "errorType=decode", "rendition=r", "networkType=wifi",
            #"~deviceInfo=json {"os":"ios"}"#),
        one(16, "error", #""errorCode":"E","errorMessage":"m""#, "errorCode=E"),
    ]

    private static let actions = [
        one(17, "like", "", "action=like"),
        one(17, "save", "", "action=save"),
        one(17, "share", #""platform":"x""#, "action=share", "platform=x"),
        one(17, "share", #""shareMethod":"x""#, "platform=x"),
        one(17, "interaction", #""interactionType":"like""#, "action=like"),
        one(17, "interaction", #""interactionType":"share""#, "action=share", "!platform"),
        one(17, "interaction", #""interactionType":"bookmark""#, "action=save"),
        one(17, "interaction", #""interactionType":"seek","value":3"#, "action=seek", "value=3.0"),
        one(
            17, "custom_action", #""action":"bookmark""#, "action=save", "customAction=bookmark",
            "event=custom_action"),
        one(18, "feedExit", #""watchTime":9"#, "totalSessionTime=9.0", "!totalWatchTime"),
        one(18, "adCompletion", #""adId":"a","watchTime":9"#, "adWatchTime=9.0"),
        one(18, "viewEnd", #""watchTimeMs":900"#, "totalWatchTime=0.9"),
        one(
            19, "adComplete", #""slotId":"s""#, "event=adComplete", "didComplete=true",
            "action=adCompletion"),
        one(19, "adSkip", #""slotId":"s""#, "event=adSkip", "didSkip=true", "action=adCompletion"),
        one(19, "adCompletion", #""adId":"a","didSkip":true"#, "action=adCompletion"),
        one(19, "adRequest", #""slotId":"s""#, "slotId=s", "!action"),
        one(19, "adStart", #""slotId":"s""#, "slotId=s"),
        one(19, "adProgress", #""slotId":"s","watchTimeMs":1500"#, "adWatchTime=1.5"),
        one(19, "adImpression", #""slotId":"s""#, "slotId=s"),
    ]

    private static let rest = [
        one(20, "impression", #""position":0,"entryPoint":"feed""#, "entryPoint=feed"),
        one(
            20, "impression", #""position":0,"entryPoint":"home_tab""#, "entryPoint=home_tab",
            warns: [.unknownEntryPoint]),
        one(20, "feedEntry", #""entryPoint":"deepLink""#, "entryPoint=deepLink"),
        one(
            20, "feedEntry", #""entryPoint":"feed""#, "entryPoint=feed",
            warns: [.unknownEntryPoint]),
        one(20, "other", #""entryPoint":"anything""#, "entryPoint=anything"),
        Case(
            21, #"{"event":"save","contentId":"c","userId":"u1","deviceId":"d"}"#,
            ["userId=u1", "deviceId=d"]),
        Case(
            21, #"{"event":"save","contentId":"c","userId":"anonymous","deviceId":"d"}"#,
            ["!userId", #"+userId="anonymous""#], warns: [.placeholderUserId]),
        Case(
            21, #"{"event":"save","contentId":"c","userId":"d-17","anonymousId":"d-17"}"#,
            ["userId=d-17", "deviceId=d-17"], warns: [.deviceAsUserId]),
        one(22, "impression", #""position":3"#, "position=3"),
        one(22, "impression", #""position":3.0"#, "position=3"),
        one(22, "impression", #""position":3e0"#, "position=3"),
        one(22, "impression", #""positionInFeed":3"#, "position=3"),
        Case(
            23,
            #"{"event":"impression","content_id":"c","session_id":"s","view_session_id":"v","#
                + #""data":{"position":0,"feed_id":"f"}}"#,
            ["sessionId=s", "viewSessionId=v", "feedId=f"]),
        Case(28, #"{"event":"save","contentId":"c","eventId":"e"}"#, ["eventId=e"]),
        Case(28, #"{"event":"save","contentId":"c","id":"e"}"#, ["eventId=e"]),
        Case(28, #"{"event":"save","contentId":"c","uuid":"e"}"#, ["eventId=e"]),
        Case(28, #"{"event":"save","contentId":"c","insert_id":"e"}"#, ["eventId=e"]),
        Case(28, #"{"event":"save","contentId":"c","messageId":"e"}"#, ["eventId=e"]),
    ]

    @Test(
        "each row of section 3 means what it says",
        arguments: names + contents + playback + watching + actions + rest)
    func row(_ example: Case) throws {
        let block = parse(example.event)
        #expect(block.refusals.isEmpty)
        let row = try #require(try rows(of: block.batch).first)
        for field in example.fields {
            if field.hasPrefix("!") {
                #expect(row[String(field.dropFirst())] == nil, "\(row.fields)")
            } else {
                #expect(row.fields.contains(field), "\(row.fields)")
            }
        }
        let warned = IngestWarning.allCases.filter { block.batch.warnings[$0] == 1 }
        #expect(warned == example.warnings)
    }

    @Test(
        "what section 3 forbids is refused",
        arguments: [
            (4, "playStart", #""startupTime":-1"#, "data.startupTime", "must not be negative"),
            (
                22, "impression", #""position":-1"#, "data.position",
                "must be a whole number, 0 or more"
            ),
            (
                22, "impression", #""position":3.5"#, "data.position",
                "must be a whole number, 0 or more"
            ),
            (17, "share", "", "data.platform", "missing"),
        ])
    func refused(_ row: Int, _ type: String, _ data: String, _ field: String, _ reason: String) {
        let block = parse(#"{"event":"\#(type)","contentId":"c","data":{\#(data)}}"#)
        #expect(block.refusals.map(\.code) == [.validationError], "row \(row)")
        #expect(block.refusals.first?.details == [.init(field: field, reason: reason)])
    }

    @Test("row 27: events without a time keep the order in which they came")
    func order() throws {
        let lines = (0..<5).map { #"{"event":"save","contentId":"c\#($0)"}"# }
        let block = parse(lines.joined(separator: "\n"))
        let rows = try rows(of: block.batch)
        #expect(rows.map { $0["contentId"] } == (0..<5).map { "c\($0)" })
        #expect(rows.allSatisfy { $0.timestamp == noon && $0.flags.contains(.defaulted) })
    }

    @Test("row 8: a producer's scale is a setting, and turns fractions into percent")
    func percentScale() throws {
        var options = IngestOptions()
        options.percentScales["uid:7/player"] = .fraction
        let line = #"{"event":"viewEnd","data":{"percentComplete":0.25}}"#
        var parser = EventParser(
            producer: "uid:7/player", peer: PeerCredentials(uid: 7, gid: 7, pid: 7),
            identityKey: 1, options: options)
        func percent() throws -> (String?, Int) {
            let block = Array(line.utf8).withUnsafeBytes {
                parser.parse($0, firstLine: 1, now: noon)
            }
            let row = try rows(of: block.batch).first
            return (row?["percentComplete"], block.batch.warnings[.percentCompleteScale])
        }
        #expect(try percent() == ("25.0", 0))
        parser.setProducer("uid:7/other")
        #expect(try percent() == ("0.25", 1))
        parser.setProducer("uid:7/player")
        #expect(try percent() == ("25.0", 0))
    }
}
