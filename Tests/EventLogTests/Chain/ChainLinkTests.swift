import TestSupport
import Testing

@testable import EventLog

/// Bytes and numbers made by another program (hashlib and hmac of Python).
@Suite("Links of the chain")
struct ChainLinkTests {
    private static let storeID = "01234567-89ab-4def-8123-456789abcdef"
    private static let secret = (0..<32).map { UInt8($0) }
    private static let golden =
        #"{"chain":1,"version":12,"time":1780000000000,"operation":"ERASE","reason":"squash","receipt":"ers_0123456789abcdef","previous":"4cc3b62eeb34c7576600f4d005239c58b66c42e6cde5cb74d8d1d453a3199a0d","body":"230d8358dc8e8890b4c58deeb62912ee2f20357ae92a5cc861b98e68fe31acb5","before":[{"path":"2026/07/01/0.parquet","size":5,"rows":1}],"added":[{"path":"2026/07/01/1.parquet","size":1234,"rows":10,"sha256":"230d8358dc8e8890b4c58deeb62912ee2f20357ae92a5cc861b98e68fe31acb5"}],"removed":[{"path":"2026/07/01/0.parquet","sha256":"4cc3b62eeb34c7576600f4d005239c58b66c42e6cde5cb74d8d1d453a3199a0d"}],"key":"406fa4dc01419708","number":1}"#

    private static func link() throws -> ChainLink {
        let body = Digest256(of: Array("body".utf8))
        let genesis = ChainLink.genesis(of: storeID)
        return ChainLink(
            version: 12, time: 1_780_000_000_000, operation: "ERASE", reason: "squash",
            receipt: "ers_0123456789abcdef", previous: genesis, body: body,
            before: [.init(path: "2026/07/01/0.parquet", size: 5, rows: 1)],
            added: [.init(path: "2026/07/01/1.parquet", size: 1234, rows: 10, sha256: body)],
            removed: [.init(path: "2026/07/01/0.parquet", sha256: genesis)],
            key: .init(id: try #require(SealKeyID("406fa4dc01419708")), number: 1))
    }

    @Test("a link has these bytes and this digest, and reads back")
    func canonicalBytes() throws {
        let link = try Self.link()
        #expect(String(decoding: link.canonical, as: UTF8.self) == Self.golden)
        #expect(
            link.digest.text == "e3f4d7f6fc44acbfda4b5b41ccdefd94b36dd0ffbb916e23391a0abd7380f41a")
        #expect(ChainLink(try CatalogJSON.read(Array(Self.golden.utf8))) == link)
    }

    @Test("a row of keys and its seals are those that anybody works out")
    func keys() throws {
        var key = VerificationKey(Self.secret).first
        #expect(key.id.text == "406fa4dc01419708")
        key.advance()
        #expect(key.number == 1)
        #expect(
            Hex.text(key.secret)
                == "5360680cc28b771dcc47bc4b4def830a554828376c5d9f19891a5d7eb3329ff7")
        #expect(
            key.seal(try Self.link().canonical).text
                == "37ba2dc9791f8959a70495f4ef5fc1ac328bc5d6c6a09677dd012b3e6fbe066b")
    }

    @Test("a verification key is a text that a typing error spoils")
    func verificationKeys() throws {
        let text =
            "elvk_406fa4dc01419708_000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
        #expect(VerificationKey(Self.secret).text == text)
        #expect(VerificationKey(text)?.text == text)
        for place in text.utf8.indices {
            for digit in ["0", "7", "f", "_", "A"] {
                var wrong = text
                wrong.replaceSubrange(place...place, with: digit)
                #expect(wrong == text || VerificationKey(wrong) == nil, "\(wrong)")
            }
        }
        #expect(VerificationKey.random().text != VerificationKey.random().text)
    }

    @Test("what is not written as we write it is no link")
    func strictness() throws {
        let changes: [(String, String)] = [
            (#""chain":1"#, #""chain":2"#), (#""version":12"#, #""version":-1"#),
            (#""version":12,"#, #""version":12,"more":1,"#),
            (#""version":12,"time":1780000000000"#, #""time":1780000000000,"version":12"#),
            (#""rows":10"#, #""rows":10.0"#), (#""rows":10"#, #""rows":-1"#),
            ("ERASE", "ER\\u0041SE\\n"), (#""number":1"#, #""number":"1""#), ("4cc3", "4CC3"),
            (#","number":1"#, ""), (#""operation":"ERASE","#, ""), ("07/01/1.parquet", "07/01/ü"),
            (#""removed":[{"#, #""removed":[{"x":1,"#),
        ]
        for (from, to) in changes {
            var text = Self.golden
            let range = try #require(text.firstRange(of: from))
            text.replaceSubrange(range, with: to)
            let json = try CatalogJSON.read(Array(text.utf8))
            #expect(ChainLink(json) == nil, "\(to)")
        }
        // No bit of it can be another one and still have the digest.
        let digest = try Self.link().digest
        let bytes = Array(Self.golden.utf8)
        for place in bytes.indices {
            var damaged = bytes
            damaged[place] ^= 1 << UInt8(place % 7)
            guard let json = try? CatalogJSON.read(damaged), let link = ChainLink(json) else {
                continue
            }
            #expect(link.digest != digest, "byte \(place)")
        }
    }

    @Test("a line of the history reads back, and no flipped bit goes unseen")
    func historyLines() throws {
        var key = VerificationKey(Self.secret).first
        key.advance()
        let sealed = SealedLink(link: try Self.link(), seal: key.seal(try Self.link().canonical))
        let line = ChainHistory.line(sealed)
        #expect(line.last == 0x0A)
        #expect(String(decoding: line, as: UTF8.self).hasSuffix(",\"crc32c\":3861016518}\n"))
        #expect(try ChainHistory.link(in: line.dropLast()) == sealed)
        for place in line.indices.dropLast() {
            var damaged = line
            damaged[place] ^= 1 << UInt8(place % 8)
            #expect(throws: CatalogJSONError.self, "byte \(place)") {
                try ChainHistory.link(in: damaged.dropLast())
            }
        }
    }

    @Test("where a chain ends is a text that reads back")
    func heads() throws {
        let link = try Self.link()
        let heads = [
            ChainHead(version: 7, digest: link.digest, key: nil),
            ChainHead(version: .max, digest: link.digest, key: link.key),
        ]
        for head in heads { #expect(ChainHead("\(head)") == head) }
        for text in [
            "", "7", "7 x", "7 \(link.digest.text) 406fa4dc01419708", "x \(link.digest.text)",
        ] {
            #expect(ChainHead(text) == nil)
        }
    }
}
