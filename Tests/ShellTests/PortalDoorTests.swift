import Shell
import Testing

/// What the portal passes on, and to whom.
struct PortalDoorTests {
    private static let token = String(repeating: "0123456789abcdef", count: 4)
    private let door = PortalDoor(port: 8200, token: token, key: nil)

    private func request(
        _ line: String = "GET /v1/status", host: String = "127.0.0.1:8200",
        token: String? = token, _ more: String...
    ) throws(PortalRefusal) -> PortalRequest {
        let authorization = token.map { ["Authorization: Bearer \($0)"] } ?? []
        let lines = ["\(line) HTTP/1.1", "Host: \(host)"] + authorization + more
        return try PortalRequest(Array(lines.joined(separator: "\r\n").utf8))
    }

    /// Why `body` failed; `nil` if it did not, or for another reason.
    private func refusal(_ body: () throws -> Void) -> PortalRefusal? {
        do {
            try body()
            return nil
        } catch {
            return error as? PortalRefusal
        }
    }

    @Test func onlyWhatTheDaemonNeedsIsPassedOn() throws {
        let asked = try request(
            "POST /v1/query?format=csv", "Content-Length: 3", "Content-Type: application/json",
            "Accept: text/csv", "Cookie: a=b", "X-Forwarded-For: 1.2.3.4")
        #expect(
            try door.admit(asked) == """
                POST /v1/query?format=csv HTTP/1.1\r
                Host: localhost\r
                accept: text/csv\r
                content-type: application/json\r
                Content-Length: 3\r
                Connection: close\r
                \r\n
                """)
        #expect(asked.bodySize == 3)
    }

    @Test func theDaemonsKeyTakesThePlaceOfTheToken() throws {
        let door = PortalDoor(port: 8200, token: Self.token, key: "sk_live_x")
        let head = try door.admit(try request())
        #expect(head.contains("Authorization: Bearer sk_live_x\r\n"))
        #expect(!head.contains(Self.token))
    }

    @Test func thePagesFilesNeedNoToken() throws {
        for target in ["/", "/?x", "/page/app.js"] {
            #expect(try door.admit(try request("GET \(target)", token: nil)).hasPrefix("GET "))
        }
        #expect(refusal { _ = try door.admit(try request(token: nil)) } == .badToken)
        let almost = String(Self.token.dropLast()) + "x"
        #expect(refusal { _ = try door.admit(try request(token: almost)) } == .badToken)
    }

    @Test(arguments: [
        "POST /v1/events", "POST /v1/seal", "DELETE /v1/users/u", "GET /v1/keys",
        "PUT /v1/content/x",
        "POST /", "GET /metrics", "HEAD /v1/status", "GET /pages", "POST /v1/query/",
    ])
    func whatChangesSomethingIsClosed(line: String) {
        #expect(refusal { _ = try door.admit(try request(line)) } == .closed)
    }

    @Test(arguments: ["evil.example", "127.0.0.1", "127.0.0.1:8201", "127.0.0.1:8200.evil.example"])
    func anotherNameOfThisMachineIsRefused(host: String) {
        #expect(refusal { _ = try door.admit(try request(host: host)) } == .otherHost)
    }

    @Test func anotherPageIsRefused() throws {
        _ = try door.admit(try request("GET /v1/status", "Origin: http://127.0.0.1:8200"))
        for origin in ["null", "https://127.0.0.1:8200", "http://127.0.0.1:8201", "http://evil"] {
            #expect(
                refusal { _ = try door.admit(try request("GET /v1/status", "Origin: \(origin)")) }
                    == .otherOrigin)
        }
    }

    @Test func aBodyHasABound() throws {
        let size = PortalDoor.bodySizeMax
        _ = try door.admit(try request("POST /v1/query", "Content-Length: \(size)"))
        #expect(
            refusal {
                _ = try door.admit(try request("POST /v1/query", "Content-Length: \(size + 1)"))
            } == .tooLarge)
    }

    @Test(arguments: [
        "", "GET / HTTP/1.0", "GET  / HTTP/1.1", "get / HTTP/1.1", "GET x HTTP/1.1",
        "GET /#x HTTP/1.1", "GET / HTTP/1.1\r\nA", "GET / HTTP/1.1\r\n: b",
        "GET / HTTP/1.1\r\nA : b", "GET / HTTP/1.1\r\n A: b", "GET / HTTP/1.1\r\nA: b\nB: c",
        "GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1",
        "GET / HTTP/1.1\r\nContent-Length: +1", "GET / HTTP/1.1\r\nContent-Length:",
        "GET / HTTP/1.1\r\nContent-Length: 9999999999999999999",
        "GET / HTTP/1.1\r\nTransfer-Encoding: chunked",
    ])
    func whatCouldBeReadInTwoWaysIsRefused(head: String) {
        #expect(refusal { _ = try PortalRequest(Array(head.utf8)) } == .malformed)
    }

    @Test func theAddressHasTheTokenWhereNoServerSeesIt() {
        var random = SystemRandomNumberGenerator()
        let token = PortalDoor.makeToken(using: &random)
        #expect(token.count == 64 && token.allSatisfy { $0.isHexDigit })
        let door = PortalDoor(port: 1, token: token, key: nil)
        #expect(door.address == "http://127.0.0.1:1/#token=\(token)")
    }
}
