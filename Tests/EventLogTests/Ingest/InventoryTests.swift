import Testing

@testable import EventLog

/// The events and fields that the references list (specification, 2.1, 2.2 and 2.4), item by item.
@Suite("Inventory")
struct InventoryTests {
    struct Item: Sendable, CustomTestStringConvertible {
        let name: String
        let event: String
        /// The whole row, sorted.
        let fields: [String]

        init(_ name: String, _ event: String, _ fields: String...) {
            self.name = name
            self.event = event
            self.fields = fields
        }

        var testDescription: String { name }
    }

    private static let envelope = [
        Item(
            "A4 to A11",
            #"{"event":"save","contentId":"cnt_1","userId":"user_1","deviceId":"d","sessionId":"sess_1","eventId":"evt_1","timestamp":"2026-11-21T12:00:00Z","data":{}}"#,
            "action=save", "contentId=cnt_1", "deviceId=d", "event=save", "eventId=evt_1",
            "sessionId=sess_1", "userId=user_1"),
        Item(
            "A23",
            #"{"event":"custom_action","contentId":"c","data":{"action":"bookmark"}}"#,
            "action=save", "contentId=c", "customAction=bookmark", "event=custom_action"),
        Item(
            "B35 and C3",
            #"{"event":"save","contentId":"c","country":"DE","deviceType":"ios"}"#, "action=save",
            "contentId=c", "country=DE", "deviceType=ios", "event=save"),
        Item(
            "2.4, snake case",
            #"{"id":"e","event_type":"like","content_id":"c","user_id":"anonymous","session_id":"s","view_session_id":"v","timestamp":"2026-11-21T12:00:00Z","received_at":"2026-11-21T12:00:01Z","event_data":{"x":1}}"#,
            #"+received_at="2026-11-21T12:00:01Z""#, #"+user_id="anonymous""#, "action=like",
            "contentId=c", "event=like", "eventId=e", "sessionId=s", "viewSessionId=v", "~x=1.0"),
    ]

    private static func item(
        _ name: String, _ type: String, _ data: String, _ fields: String...
    ) -> Item {
        Item(
            name, #"{"event":"\#(type)","contentId":"c","data":{\#(data)}}"#,
            fields: fields + ["contentId=c", "event=\(type)"])
    }

    private static let engagement = [
        item(
            "A12, A24, B6", "impression", #""position":0,"entryPoint":"feed","feedId":"feed_1""#,
            "position=0", "entryPoint=feed", "feedId=feed_1"),
        item(
            "A13, A25", "playStart",
            #""startupTime":250,"rendition":"720p","codec":"h264","autoplay":true"#,
            "startupTime=250.0", "initialRendition=720p", "codec=h264", "autoplay=true"),
        item(
            "B7", "playStart",
            #""startupTime":250.5,"initialRendition":"720p","codec":"av1","autoplay":false"#,
            "startupTime=250.5", "initialRendition=720p", "codec=av1", "autoplay=false"),
        item(
            "A14, A26", "watchProgress",
            #""currentTime":15.5,"duration":45.2,"percentComplete":34.3,"rendition":"720p""#,
            "currentTime=15.5", "duration=45.2", "percentComplete=34.3", "currentRendition=720p"),
        item(
            "B8", "watchProgress",
            #""currentTime":1,"duration":2,"percentComplete":50,"currentRendition":"x","currentBitrate":800"#,
            "currentTime=1.0", "duration=2.0", "percentComplete=50.0", "currentRendition=x",
            "currentBitrate=800.0"),
        item(
            "A15, A27", "completion", #""watchTime":45.2,"looped":false,"loopCount":0"#,
            "totalWatchTime=45.2", "didLoop=false", "loopCount=0"),
        item(
            "B12", "completion", #""totalWatchTime":9,"didLoop":true,"loopCount":2"#,
            "totalWatchTime=9.0", "didLoop=true", "loopCount=2"),
        item(
            "A16", "swipe", #""fromContentId":"a","toContentId":"b","watchTime":1"#,
            "fromContentId=a", "toContentId=b", "watchTimeOnFrom=1.0"),
        item(
            "A29, B13", "swipe",
            #""fromContentId":"a","watchTimeOnFrom":12.5,"direction":"previous""#,
            "fromContentId=a", "toContentId=c", "watchTimeOnFrom=12.5", "direction=previous"),
        item("A17", "like", "", "action=like"),
        item("A18", "share", #""platform":"x""#, "action=share", "platform=x"),
        item("A19", "save", "", "action=save"),
    ]

    private static let quality = [
        item(
            "A20, A28", "rebuffer", #""duration":1200,"currentTime":12.5,"rendition":"720p""#,
            "rebufferDuration=1200.0", "currentTime=12.5", "rendition=720p"),
        item(
            "B9", "rebuffer", #""rebufferDuration":1200,"currentTime":1,"networkType":"wifi""#,
            "rebufferDuration=1200.0", "currentTime=1.0", "networkType=wifi"),
        item(
            "A21", "qualityChange", #""fromQuality":"a","toQuality":"b""#, "fromRendition=a",
            "toRendition=b"),
        item(
            "B10", "qualityChange",
            #""fromRendition":"a","toRendition":"b","reason":"bandwidth","currentTime":1"#,
            "fromRendition=a", "toRendition=b", "reason=bandwidth", "currentTime=1.0"),
        item(
            "A22", "error", #""errorCode":"E1","errorMessage":"m""#, "errorCode=E1",
            "errorMessage=m"),
        item(
            "B11", "error",
            #""errorCode":"E1","errorMessage":"m","errorType":"player","currentTime":1,"rendition":"r","networkType":"n","deviceInfo":{"os":"x"}"#,
            "errorCode=E1", "errorMessage=m", "errorType=player", "currentTime=1.0", "rendition=r",
            "networkType=n", #"~deviceInfo=json {"os":"x"}"#),
    ]

    private static let interactions =
        [
            ("share", "null", "value=json null"), ("caption_toggle", "true", "value=json true"),
            ("mute_toggle", #""on""#, #"value=json "on""#),
            ("fullscreen_toggle", "{}", "value=json {}"),
        ].map { type, value, kept in
            item(
                "B14 \(type)", "interaction", #""interactionType":"\#(type)","value":\#(value)"#,
                "action=\(type)", "interactionType=\(type)", "~" + kept)
        } + [
            item(
                "B14 speed_change", "interaction", #""interactionType":"speed_change","value":1.5"#,
                "action=speed_change", "interactionType=speed_change", "value=1.5"),
            item(
                "B14 like", "interaction", #""interactionType":"like""#, "action=like",
                "interactionType=like"),
            item(
                "B14 pip_toggle", "interaction", #""interactionType":"pip_toggle""#,
                "action=pip_toggle", "interactionType=pip_toggle"),
        ]

    private static let visits = [
        Item(
            "B15",
            #"{"event":"adImpression","data":{"adId":"a","adNetworkId":"n","contentIdBefore":"b","position":2}}"#,
            "adId=a", "adNetworkId=n", "contentIdBefore=b", "event=adImpression", "position=2"),
        Item(
            "B16",
            #"{"event":"Ad completion","data":{"adId":"a","watchTime":3,"didComplete":true,"didSkip":false}}"#,
            #"+event="Ad completion""#, "action=adCompletion", "adId=a", "adWatchTime=3.0",
            "didComplete=true", "didSkip=false", "event=adCompletion"),
        Item(
            "B17", #"{"event":"Feed entry","sessionId":"s","data":{"entryPoint":"tab"}}"#,
            #"+event="Feed entry""#, "entryPoint=tab", "event=feedEntry", "sessionId=s"),
        Item(
            "B18",
            #"{"event":"feedExit","data":{"totalSessionTime":60.5,"videosWatched":3,"adsWatched":1,"exitMethod":"background"}}"#,
            "adsWatched=1", "event=feedExit", "exitMethod=background", "totalSessionTime=60.5",
            "videosWatched=3"),
        Item(
            "2.4, viewEnd",
            #"{"type":"viewEnd","data":{"watchTimeMs":1500,"playingTimeMs":1400,"exitBeforeStart":false,"completed":true,"loopCount":1,"startupTimeMs":9,"rebufferCount":2,"seekCount":3}}"#,
            "completed=true", "event=viewEnd", "exitBeforeStart=false", "loopCount=1",
            "playingTime=1.4", "rebufferCount=2", "seekCount=3", "startupTime=9.0",
            "totalWatchTime=1.5"),
    ]

    @Test(
        "each listed event is taken, and each listed field has its column",
        arguments: envelope + engagement + quality + interactions + visits)
    func listed(_ item: Item) throws {
        #expect(try onlyRow(of: item.event).fields == item.fields.sorted())
    }

    @Test("B19: multi-word titles are known in any case and with any mark between the words")
    func titles() throws {
        for type in EventType.all.dropFirst() {
            let words = snakeCase(type.name)
            for title in [
                words, words.uppercased(), words.replacing("_", with: " "),
                words.replacing("_", with: "-"), type.name.lowercased(),
            ] {
                var parser = makeParser()
                let line = Array(#"{"event":"\#(title)","data":{}}"#.utf8)
                let block = line.withUnsafeBytes { parser.parse($0, firstLine: 1, now: noon) }
                let isKnown =
                    try rows(of: block.batch).first.map { $0["event"] == type.name }
                    // What is refused has been known by what it lacks, or by whom it is not taken from.
                    ?? (block.refusals.first?.details.isEmpty == false
                        || block.refusals.first?.code == .forbidden)
                #expect(isKnown, "\(title)")
            }
        }
    }
}

extension InventoryTests.Item {
    fileprivate init(_ name: String, _ event: String, fields: [String]) {
        self.name = name
        self.event = event
        self.fields = fields
    }
}
