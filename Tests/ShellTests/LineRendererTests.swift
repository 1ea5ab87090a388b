import Shell
import Testing

@Suite("Drawing the text being written")
struct LineRendererTests {
    private func frame(_ buffer: LineBuffer, width: Int = 12, height: Int = 10)
        -> LineRenderer.Frame
    {
        LineRenderer.frame(buffer, prompt: "> ", continuation: ". ", width: width, height: height)
    }

    @Test("lines stand behind their prompts, and the cursor where it is")
    func lines() {
        var buffer = LineBuffer("ab\ncd")
        buffer.move(to: 1)
        let drawn = frame(buffer)
        #expect(drawn.rows == ["> ab", ". cd"])
        #expect(drawn.cursorRow == 0 && drawn.cursorColumn == 3)
    }

    @Test("long lines wrap before the last column, wide characters whole")
    func wrapping() {
        #expect(frame(LineBuffer("123456789a")).rows == ["> 123456789", "a"])
        #expect(frame(LineBuffer("12345678日")).rows == ["> 12345678", "日"])
        #expect(frame(LineBuffer("日本")).cursorColumn == 6)
    }

    @Test("of a text taller than the screen the rows around the cursor are shown")
    func tall() {
        var buffer = LineBuffer("1\n2\n3\n4")
        #expect(frame(buffer, height: 2).rows == [". 3", ". 4"])
        buffer.move(to: 0)
        #expect(frame(buffer, height: 2).rows == ["> 1", ". 2"])
    }

    @Test("control characters never reach the terminal")
    func controls() {
        #expect(frame(LineBuffer("\u{1B}[2J"), width: 40).rows == ["> \\u{1b}[2J"])
    }
}
