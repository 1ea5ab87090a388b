import Testing

@testable import EventLog

@Suite("Vocabulary")
struct VocabularyTests {
    @Test("an impression keeps its envelope and its payload")
    func impression() throws {
        let row = try onlyRow(
            of: """
                {"event":"impression","eventId":"e1","contentId":"cnt_1","userId":"user_1",\
                "deviceId":"d","sessionId":"s","timestamp":"2026-11-21T11:59:59.5Z",\
                "data":{"position":3,"entryPoint":"feed","feedId":"f"}}
                """)
        #expect(row.timestamp == noon - 500_000)
        #expect(row.flags == [])
        #expect(
            row.fields == [
                "contentId=cnt_1", "deviceId=d", "entryPoint=feed", "event=impression",
                "eventId=e1", "feedId=f", "position=3", "sessionId=s", "userId=user_1",
            ])
    }

    @Test(
        "words mean what their event type says",
        arguments: [
            ("playStart", #""startupTime":250,"rendition":"720p""#, "initialRendition=720p"),
            ("playStart", #""startup_time_ms":250"#, "startupTime=250.0"),
            ("watchProgress", #""currentTime":1,"totalDuration":2"#, "duration=2.0"),
            (
                "watchProgress", #""currentTime":1,"duration":2,"rendition":"x""#,
                "currentRendition=x"
            ),
            ("rebuffer", #""currentTime":1,"duration":1200"#, "rebufferDuration=1200.0"),
            ("rebuffer", #""currentTime":1,"durationMs":1200"#, "rebufferDuration=1200.0"),
            ("completion", #""watchTime":45.2,"looped":true"#, "totalWatchTime=45.2"),
            ("completion", #""watchTimeMs":1500"#, "totalWatchTime=1.5"),
            ("completion", #""watchTime":1"#, "didLoop=false"),
            ("completion", #""watchTime":1,"loopCount":2"#, "didLoop=true"),
            ("swipe", #""fromContentId":"a","watchTime":2"#, "watchTimeOnFrom=2.0"),
            ("swipe", #""fromContentId":"a","watchTimeOnPrevious":2"#, "toContentId=c"),
            (
                "swipe", #""fromContentId":"a","watchTime":2,"direction":"forward""#,
                "direction=next"
            ),
            ("share", #""shareMethod":"x""#, "platform=x"),
            ("share", #""platform":"x""#, "action=share"),
            ("interaction", #""interactionType":"seek","value":12.5"#, "value=12.5"),
            ("interaction", #""interactionType":"seek","value":12.5"#, "action=seek"),
            ("interaction", #""interactionType":"mute_toggle","value":true"#, "~value=json true"),
            ("qualityChange", #""fromQuality":"a","toQuality":"b""#, "fromRendition=a"),
            ("adCompletion", #""adId":"a","watchTime":3"#, "adWatchTime=3.0"),
            ("adComplete", #""slotId":"a""#, "didComplete=true"),
            ("adSkip", #""slotId":"a""#, "action=adCompletion"),
            ("feedExit", #""watchTime":3"#, "totalSessionTime=3.0"),
            ("custom_action", #""action":"bookmark""#, "customAction=bookmark"),
            ("custom_action", #""action":"bookmark""#, "action=save"),
            ("like", #""mood":"good""#, "~mood='good'"),
            ("like", #""n":9007199254740993"#, "~n=json 9007199254740993"),
            ("like", #""n":12345678901234567890123"#, "~n=json 12345678901234567890123"),
            ("like", #""n":-3"#, "~n=-3.0"),
            ("like", #""deep": { "a" : [1, 2] }"#, #"~deep=json { "a" : [1, 2] }"#),
            ("like", #""position":"first""#, #"~position=json "first""#),
            ("impression", #""position":3.0"#, "position=3"),
            ("Play start", #""startupTime":1"#, "event=playStart"),
            ("PLAY_START", #""startupTime":1"#, #"+event="PLAY_START""#),
        ])
    func words(_ type: String, _ data: String, _ expected: String) throws {
        let row = try onlyRow(of: #"{"event":"\#(type)","contentId":"c","data":{\#(data)}}"#)
        #expect(row.fields.contains(expected), "\(row.fields)")
        let late = try payloadFirst(type, data)
        #expect(late.fields == row.fields, "the payload in front of the type reads the same")
    }

    private func payloadFirst(_ type: String, _ data: String) throws -> ReadableRow {
        try onlyRow(of: #"{"data":{\#(data)},"contentId":"c","event":"\#(type)"}"#)
    }

    @Test("a swipe without contentId belongs to the content it goes to")
    func swipeTarget() throws {
        let row = try onlyRow(
            of: #"{"event":"swipe","data":{"fromContentId":"a","toContentId":"b","watchTime":1}}"#)
        #expect(row["contentId"] == "b")
    }

    @Test("the canonical name wins over an alias, and the loser is kept")
    func precedence() throws {
        for data in [#""watchTime":1,"totalWatchTime":2"#, #""totalWatchTime":2,"watchTime":1"#] {
            let row = try payloadFirst("completion", data)
            #expect(row["totalWatchTime"] == "2.0")
            #expect(row["~watchTime"] == "json 1")
        }
    }

    @Test("envelope spellings of other systems are understood")
    func envelopeAliases() throws {
        let row = try onlyRow(
            of: """
                {"event_type":"like","id":"e","content_id":"c","user_id":"u1","device_id":"d",\
                "session_id":"s","view_session_id":"v","country":"DE","event_data":{"x":true},\
                "more":[1]}
                """)
        #expect(
            row.fields == [
                "+more=[1]", "action=like", "contentId=c", "country=DE", "deviceId=d",
                "event=like", "eventId=e", "sessionId=s", "userId=u1", "viewSessionId=v",
                "~x=true",
            ])
    }

    @Test(
        "placeholders in userId are nobody",
        arguments: ["", "anonymous", " Guest ", "NULL", "0", "[object Object]", "distinct_id"])
    func placeholders(_ text: String) throws {
        let row = try onlyRow(of: #"{"event":"like","contentId":"c","userId":"\#(text)"}"#)
        #expect(row["userId"] == nil)
        #expect(row["+userId"] == #""\#(text)""#)
    }

    @Test("identity records come as events or as operations")
    func identity() throws {
        for text in [
            #"{"event":"identify","userId":"u1","deviceId":"d"}"#,
            #"{"event":"$identify","userId":"u1","anonymousId":"d"}"#,
            #"{"op":"identity.resolve","userId":"u1","anonymousId":"d"}"#,
            #"{"event":"setUserId","data":{"userId":"u1","anonymousId":"d"}}"#,
        ] {
            let row = try onlyRow(of: text)
            #expect(row["event"] == "identify")
            #expect(row["userId"] == "u1")
            #expect(row["deviceId"] == "d")
        }
    }
}
