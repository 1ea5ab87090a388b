import Testing

@testable import EventLog

@Suite("Requests for exports")
struct ExportRequestTests {
    private func read(_ body: String, daysMax: Int = 30) throws -> ExportRequest {
        try ExportRequest(rangeFrom: Array(body.utf8), daysMax: daysMax)
    }

    private func refusal(_ body: String, daysMax: Int = 30) -> Refusal? {
        do {
            _ = try read(body, daysMax: daysMax)
            return nil
        } catch {
            return error as? Refusal
        }
    }

    @Test("the reference's example is 30 days from the first to the last, and no day more is taken")
    func days() throws {
        let request = try read(
            #"{"startDate": "2024-01-01", "endDate": "2024-01-31", "format": "jsonl"}"#)
        guard case .range(let range) = request.subject else {
            Issue.record("no range")
            return
        }
        #expect(range.days.upperBound.day - range.days.lowerBound.day == 30)
        #expect(range.dataTypes == [.events] && request.compression == .gzip)
        let times = ExportDate.times(range.days)
        #expect(times.lowerBound == 1_704_067_200_000_000)
        #expect(times.upperBound == 1_706_745_599_999_999)
        let longer = refusal(#"{"startDate": "2024-01-01", "endDate": "2024-02-01"}"#)
        #expect(longer?.code == .validationError)
        #expect(longer?.details.map(\.field) == ["endDate"])
    }

    @Test(
        "days that are none",
        arguments: [
            "2024-02-30", "2023-02-29", "2024-1-01", "2024-01-01T00:00:00Z", "0000-01-01", "",
            "2024-13-01", "2024-00-10", "2024-01-00", "+024-01-01", "２024-01-1",
        ])
    func noDays(_ text: String) { #expect(ExportDate(text) == nil) }

    @Test("days that are", arguments: ["2024-02-29", "0001-01-01", "9999-12-31", "1969-12-31"])
    func areDays(_ text: String) { #expect(ExportDate(text)?.text == text) }

    @Test("all that is wrong is told at once")
    func allDetails() {
        let found = refusal(
            #"{"startDate":"x","format":"json","dataTypes":["events","x"],"compression":1,"#
                + #""filters":{"users":["a"],"contentIds":"c","eventTypes":[1]}}"#)
        #expect(
            found?.details.map(\.field) == [
                "startDate", "endDate", "format", "compression", "dataTypes", "filters.users",
                "filters.contentIds", "filters.eventTypes",
            ])
    }

    @Test(
        "requests that are refused, with the field",
        arguments: [
            (#"{"startDate":"2024-01-02","endDate":"2024-01-01"}"#, "endDate"),
            (
                #"{"startDate":"2024-01-01","endDate":"2024-01-01","format":"parquet","#
                    + #""compression":"gzip"}"#, "compression"
            ),
            (#"{"startDate":"2024-01-01","endDate":"2024-01-01","dataTypes":[]}"#, "dataTypes"),
            (#"{"startDate":"2024-01-01","endDate":"2024-01-01","filters":[]}"#, "filters"),
        ])
    func refused(_ body: String, _ field: String) {
        #expect(refusal(body)?.details.map(\.field) == [field])
    }

    @Test("bodies that are no request", arguments: ["", "[]", "{", #"{"a":1,"a":2}"#])
    func noJSON(_ body: String) { #expect(refusal(body)?.code == .invalidRequest) }

    @Test(
        "values of a filter",
        arguments: [Limits.exportFilterValueCountMax, Limits.exportFilterValueCountMax + 1])
    func filterValues(count: Int) {
        let list = (0..<count).map { "\"c\($0)\"" }.joined(separator: ",")
        let found = refusal(
            #"{"startDate":"2024-01-01","endDate":"2024-01-01","#
                + #""filters":{"contentIds":[\#(list)]}}"#
        )
        #expect((found == nil) == (count == Limits.exportFilterValueCountMax))
    }

    @Test("what a user is asked for, and ids that are nobody's")
    func users() throws {
        let request = try ExportRequest(user: "u/1", from: [])
        #expect(request.format == .json && request.compression == .none && request.isUser)
        #expect(throws: Refusal.self) { try ExportRequest(user: " NULL ", from: []) }
        #expect(throws: Refusal.self) {
            try ExportRequest(user: "u", from: Array(#"{"format":"csv"}"#.utf8))
        }
        let longest = String(repeating: "u", count: Limits.idSizeMax)
        _ = try ExportRequest(user: longest, from: [])
        #expect(throws: Refusal.self) { try ExportRequest(user: longest + "u", from: []) }
    }

    @Test("a request reads back from its own JSON")
    func roundTrip() throws {
        let request = try read(
            #"{"startDate":"2024-01-01","endDate":"2024-01-02","format":"csv","compression":"none","#
                + #""dataTypes":["ads","quality"],"filters":{"contentIds":["a\u0000\"é"],"#
                + #""userIds":["u"],"eventTypes":["x","y"]}}"#
        )
        #expect(try ExportRequest(rangeFrom: request.json, daysMax: 1) == request)
        let user = try ExportRequest(user: "ü", from: Array(#"{"format":"jsonl"}"#.utf8))
        #expect(try ExportRequest(user: "ü", from: user.json) == user)
    }
}
