import Shell
import Testing

@Suite("Keys of a terminal's bytes")
struct KeyDecoderTests {
    @Test("sequences, control characters and UTF-8 become keys, whatever pieces they come in")
    func pieces() {
        let bytes = Array(
            "aé😀\u{1B}[A\u{1B}[1;5D\u{1B}OH\u{1B}[3~\u{01}\t\r\u{1B}\r\u{1B}b\u{7F}".utf8)
        let keys: [Key] = [
            .text("a"), .text("é"), .text("😀"), .up, .wordLeft, .home, .delete, .control("a"), .tab,
            .enter, .metaEnter, .meta("b"), .backspace,
        ]
        for size in 1...bytes.count {
            var decoder = KeyDecoder()
            var found: [Key] = []
            for start in stride(from: 0, to: bytes.count, by: size) {
                found += decoder.decode(bytes[start..<min(start + size, bytes.count)])
            }
            #expect(found == keys, "in pieces of \(size)")
        }
    }

    @Test("what is pasted is one key, its line ends are line feeds, and escapes in it are text")
    func paste() {
        var decoder = KeyDecoder()
        var keys: [Key] = []
        for byte in "\u{1B}[200~a\r\nb\rc\u{1B}[31m\u{1B}[201~x".utf8 {
            keys += decoder.decode([byte])
        }
        #expect(keys == [.paste("a\nb\nc\u{1B}[31m"), .text("x")])
    }

    @Test("a lone ESC is a key once nothing follows")
    func escape() {
        var decoder = KeyDecoder()
        #expect(decoder.decode([0x1B]).isEmpty)
        #expect(decoder.isWaiting)
        #expect(decoder.flush() == [.escape])
    }

    @Test("a paste keeps as many bytes as it may have and no more")
    func pasteLimit() {
        var decoder = KeyDecoder()
        _ = decoder.decode(Array("\u{1B}[200~".utf8))
        _ = decoder.decode(Array(repeating: UInt8(ascii: "x"), count: KeyDecoder.pasteSizeMax + 1))
        let keys = decoder.decode(Array("\u{1B}[201~".utf8))
        #expect(keys == [.paste(String(repeating: "x", count: KeyDecoder.pasteSizeMax))])
    }

    @Test("bytes that are no UTF-8 and unknown sequences do no harm")
    func garbage() {
        var decoder = KeyDecoder()
        #expect(decoder.decode([0xFF, 0x61]) == [.text("\u{FFFD}"), .text("a")])
        #expect(decoder.decode(Array("\u{1B}[99;99z".utf8)) == [.unknown])
    }
}
