import Columns
import EventLog
import Testing

@testable import EventLogd

@Suite("Explore")
struct ExploreTests {
    private func question(_ query: String) throws -> ExploreQuestion {
        let target = try #require(RequestTarget("/v1/events/explore?\(query)"))
        return try ExploreQuestion(target, storeTag: 7, now: 1_000_000_000_000_000)
    }

    @Test("parameters are read, also escaped and repeated")
    func parameters() throws {
        #expect(try question("").limit == 20)
        let all = try question(
            "event_type=PLAY_START&content_id=a%26b&viewer_id=u&limit=200&page=50"
                + "&timeframe%5B%5D=10&timeframe[]=20")
        #expect(all.eventType == "playStart" && all.contentId == "a&b" && all.viewerId == "u")
        #expect(all.limit == 200 && all.offset == 49 * 200)
        #expect(all.times == 10_000_000..<21_000_000)
        #expect(
            try question("timeframe[]=2:hours").times
                == 1_000_000_000_000_000 - 7_200_000_000..<Int64.max)
    }

    @Test(
        "what is out of bounds is refused",
        arguments: [
            "limit=0", "limit=201", "page=0", "page=501", "limit=200&page=51", "cursor=1.2.3",
            "timeframe[]=0:days", "timeframe[]=100001:days", "timeframe[]=1:day",
            "timeframe[]=-1&timeframe[]=1", "timeframe[]=0&timeframe[]=253402300800",
            "timeframe[]=2&timeframe[]=1", "orderBy=seq",
        ])
    func bounds(query: String) {
        #expect(throws: HTTPFailure.self) { try question(query) }
    }

    @Test("nothing that comes from outside is part of the query's text")
    func injection() throws {
        var evil = ExploreQuestion()
        evil.eventType = "' OR 1=1"
        evil.contentId = "|> DROP"
        evil.viewerId = "@x"
        evil.after = .init(timestamp: 5, seq: 6)
        evil.times = 1..<2
        var plain = evil
        plain.eventType = "a"
        plain.contentId = "a"
        plain.viewerId = "a"
        #expect(ExploreQuery(evil).text == ExploreQuery(plain).text)
        #expect(ExploreQuery(evil).parameters["content"] == .string("|> DROP"))
    }

    @Test("a cursor is of its store and its filters")
    func cursor() throws {
        let place = ExploreQuestion.Place(timestamp: -5, seq: 9)
        let text = ExploreCursor(storeTag: 7, filters: ["a", ""], place: place).text
        #expect(try ExploreCursor(text, storeTag: 7, filters: ["a", ""]).place == place)
        #expect(throws: HTTPFailure.self) {
            try ExploreCursor(text, storeTag: 8, filters: ["a", ""])
        }
        #expect(throws: HTTPFailure.self) {
            try ExploreCursor(text, storeTag: 7, filters: ["", "a"])
        }
    }
}
