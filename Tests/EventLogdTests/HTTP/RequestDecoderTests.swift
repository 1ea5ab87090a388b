import NIOCore
import NIOHTTP1
import TestSupport
import Testing

@testable import EventLogd

/// Every reading of a request that is not the only one is an error.
@Suite("RequestDecoder")
struct RequestDecoderTests {
    /// What a sequence of bytes is read as: one text a part, the error's status at the end.
    private func read(
        _ text: String, limits: DaemonLimits = DaemonLimits(), pieceSize: Int = .max
    ) -> [String] {
        read(Array(text.utf8), limits: limits, pieceSize: pieceSize)
    }

    private func read(
        _ bytes: [UInt8], limits: DaemonLimits = DaemonLimits(), pieceSize: Int = .max
    ) -> [String] {
        var decoder = RequestDecoder(limits: limits)
        var buffer = ByteBuffer()
        var parts: [String] = []
        var body: [UInt8]?
        var rest = bytes[...]
        do throws(HTTPFailure) {
            while !rest.isEmpty {
                buffer.writeBytes(rest.prefix(pieceSize))
                rest = rest.dropFirst(pieceSize)
                while let part = try decoder.next(&buffer) {
                    switch part {
                    case .head(let head):
                        let names = head.headers.map { "\($0.name)=\($0.value)" }
                        parts.append(
                            "\(head.method.rawValue) \(head.uri) \(head.framing) "
                                + "\(head.keepsAlive) \(names)")
                        body = []
                    case .body(let bytes): body?.append(contentsOf: bytes.readableBytesView)
                    case .end:
                        parts.append("body \(String(decoding: body ?? [], as: UTF8.self))")
                        body = nil
                    }
                }
            }
        } catch {
            parts.append("\(error.status.code)")
        }
        return parts
    }

    private let two =
        "POST /a?b=c HTTP/1.1\r\nHost: x\r\nX-Y:\t z z \r\nContent-Length: 3\r\n\r\nabc\r\n"
        + "PUT /d HTTP/1.1\r\nHost:\r\nTransfer-Encoding: Chunked\r\n\r\n"
        + "2;x=\"y\"\r\nde\r\n00A\r\n0123456789\r\n0\r\nTrailer: t\r\n\r\n"
        + "GET / HTTP/1.0\r\nConnection: a, keep-alive\r\n\r\n"

    @Test("requests are the same however their bytes are cut")
    func pieces() {
        let whole = read(two)
        #expect(
            whole == [
                #"POST /a?b=c length(3) true ["Host=x", "X-Y=z z", "Content-Length=3"]"#,
                "body abc",
                #"PUT /d chunked true ["Host=", "Transfer-Encoding=Chunked"]"#,
                "body de0123456789",
                #"GET / none true ["Connection=a, keep-alive"]"#,
                "body ",
            ])
        for size in 1...40 { #expect(read(two, pieceSize: size) == whole, "\(size)") }
    }

    @Test(
        "what could be read in two ways is refused",
        arguments: [
            // Where the body ends.
            "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
            "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n",
            "Content-Length: 3\r\nContent-Length: 4\r\n",
            "Content-Length: 3\r\nContent-Length: 3\r\n",
            "Content-Length: 3, 3\r\n", "Content-Length: +3\r\n", "Content-Length: -3\r\n",
            "Content-Length: 0x3\r\n", "Content-Length: 3 3\r\n", "Content-Length:\r\n",
            "Content-Length: ٣\r\n", "Content-Length: 9999999999999999999\r\n",
            "Content-Length: 18446744073709551619\r\n",
            "Transfer-Encoding: chunked, chunked\r\n", "Transfer-Encoding: gzip, chunked\r\n",
            "Transfer-Encoding: identity\r\n", "Transfer-Encoding: xchunked\r\n",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
            "Transfer-Encoding:\u{B}chunked\r\n", "Transfer-Encoding: \"chunked\"\r\n",
            // What a header's name and value are.
            "Content-Length : 3\r\n", " Content-Length: 3\r\n", "X: a\r\n b\r\n", "X: a\r\n\tb\r\n",
            ": 3\r\n", "Content-Length\r\n", "Content Length: 3\r\n", "X\u{0}: a\r\n",
            "X: \u{0}\r\n",
            "X: a\u{7F}\r\n", "X: a\rb\r\n", "X(y): a\r\n", "Ünï: a\r\n",
            // Where a line ends.
            "X: a\n", "X: a\n\n", "X: a\rY: b\r\n", "X: a\r\r\n",
            // Whom it is for.
            "Host: y\r\n",
        ])
    func headers(lines: String) {
        let answer = read("POST / HTTP/1.1\r\nHost: x\r\n\(lines)\r\n3\r\nabc\r\n0\r\n\r\n")
        #expect(answer == ["400"])
    }

    @Test(
        "a request line is a method, a path and a version, and nothing else",
        arguments: [
            ("GET  / HTTP/1.1", "400"), ("GET / HTTP/1.1 ", "400"), (" GET / HTTP/1.1", "400"),
            ("GET /", "400"), ("GET", "400"), ("get / HTTP/1.1", "400"), ("G@T / HTTP/1.1", "400"),
            ("GET\t/\tHTTP/1.1", "400"), ("GET /a b HTTP/1.1", "400"), ("GET / http/1.1", "400"),
            ("GET http://x/ HTTP/1.1", "400"), ("GET //x HTTP/1.1", "ok"),
            ("GET * HTTP/1.1", "400"),
            ("CONNECT x:1 HTTP/1.1", "400"), ("GET /\u{0} HTTP/1.1", "400"),
            ("GET /é HTTP/1.1", "400"), ("GET /#f HTTP/1.1", "400"), ("GET /\\ HTTP/1.1", "ok"),
            ("GET / HTTP/2.0", "505"), ("PRI * HTTP/2.0", "400"), ("GET / HTTP/1.2", "505"),
            ("GET / HTTP/11", "505"), ("GET / XTTP/1.1", "400"),
            ("ABCDEFGHIJKLMNOPQRST / HTTP/1.1", "ok"), ("ABCDEFGHIJKLMNOPQRSTU / HTTP/1.1", "400"),
        ])
    func requestLine(line: String, verdict: String) {
        let answer = read(line + "\r\nHost: x\r\n\r\n")
        #expect(verdict == "ok" ? answer.count == 2 : answer == [verdict])
    }

    @Test("HTTP/1.1 needs a Host, HTTP/1.0 does not, and chunks are of HTTP/1.1 alone")
    func versions() {
        #expect(read("GET / HTTP/1.1\r\n\r\n") == ["400"])
        #expect(read("GET / HTTP/1.0\r\n\r\n") == ["GET / none false []", "body "])
        #expect(
            read("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n") == ["400"])
        #expect(read("GET / HTTP/1.1\r\nHost: x\r\nConnection: Close\r\n\r\n")[0].contains("false"))
    }

    @Test(
        "a chunk is exactly as long as its size says",
        arguments: [
            "", " 3", "3 ", "+3", "-3", "0x3", "3g", "ffffffffffffffff", "10000000000000000",
            "8000000000000000", "3;a\u{0}", "3;a\rb", "3\n", "٣",
        ])
    func chunkSizes(size: String) {
        let head = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        let answer = read(head + size + "\r\nabc\r\n0\r\n\r\n")
        #expect(answer.last == "400" && answer.count == 2, "\(answer)")
    }

    @Test("what follows a chunk or the last of them is as prescribed")
    func chunkEnds() {
        let head = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        for wrong in [
            "3\r\nabcd\r\n", "3\r\nabc\n0", "3\r\nabc0\r\n", "0\r\nx\r\n", "0\r\n x: y\r\n",
        ] {
            #expect(read(head + wrong + "\r\n\r\n\r\n").last == "400", "\(wrong)")
        }
    }

    @Test("each limit is met at its edge and not one past it")
    func limits() {
        var limits = DaemonLimits()
        limits.requestLineSizeMax = 20
        limits.headerSizeMax = 30
        limits.headerCountMax = 3
        limits.chunkLineSizeMax = 5
        func status(_ text: String) -> String {
            let once = read(text, limits: limits).last ?? ""
            #expect(read(text, limits: limits, pieceSize: 1).last == once)
            return once
        }
        let host = "Host: x\r\n"
        #expect(status("GET /1234567 HTTP/1.1\r\n\(host)\r\n") == "414")
        #expect(status("GET /123456 HTTP/1.1\r\n\(host)\r\n") == "body ")
        #expect(status("GET /" + String(repeating: "1", count: 1_000)) == "414")
        // 7 bytes of Host, and 23 more.
        let field = "X: " + String(repeating: "a", count: 20)
        #expect(status("GET / HTTP/1.1\r\n\(host)\(field)\r\n\r\n") == "body ")
        #expect(status("GET / HTTP/1.1\r\n\(host)\(field)a\r\n\r\n") == "431")
        #expect(status("GET / HTTP/1.1\r\n\(host)\(field)\r\nA: \r\n\r\n") == "431")
        #expect(status("GET / HTTP/1.1\r\n\(host)A:1\r\nB:2\r\n\r\n") == "body ")
        #expect(status("GET / HTTP/1.1\r\n\(host)A:1\r\nB:2\r\nC:3\r\n\r\n") == "431")
        let chunked = "POST / HTTP/1.1\r\nHost:\r\nTransfer-Encoding:chunked\r\n\r\n"
        limits.headerSizeMax = 100
        #expect(status(chunked + "1;abc\r\nx\r\n0\r\n\r\n") == "body x")
        #expect(status(chunked + "1;abcd\r\nx\r\n0\r\n\r\n") == "400")
        #expect(status(chunked + "0\r\nA:1\r\nB:2\r\nC:3\r\n\r\n") == "body ")
        #expect(status(chunked + "0\r\nA:1\r\nB:2\r\nC:3\r\nD:4\r\n\r\n") == "431")
    }

    @Test("mutated requests are read or refused, the same in any pieces", arguments: [1, 2, 3])
    func mutations(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let original = Array(two.utf8)
        for _ in 0..<3_000 {
            var bytes = original
            for _ in 0...(random.next() % 3) {
                let place = Int(random.next() % UInt64(bytes.count))
                switch random.next() % 3 {
                case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
                case 1: bytes.remove(at: place)
                default: bytes.insert([10, 13, 32, 48, 58, 0][Int(random.next() % 6)], at: place)
                }
            }
            let whole = read(bytes)
            let size = 1 + Int(random.next() % 9)
            #expect(
                read(bytes, pieceSize: size) == whole, "seed \(seed), pieces of \(size): \(bytes)")
        }
    }
}
