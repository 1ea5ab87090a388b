import Query

/// Draws the text being written, with its prompt, on a terminal of any size.
///
/// It remembers where it left the cursor, goes back to its first row, and writes all rows anew. The
/// last column stays empty, so that no terminal's way of wrapping matters.
package struct LineRenderer {
    /// Rows and the cursor's place among them.
    package struct Frame: Equatable {
        package var rows: [String]
        package var cursorRow: Int
        package var cursorColumn: Int
    }

    private var drawnCursorRow = 0

    package init() {}

    /// Lays out `buffer`: the first line behind `prompt`, others behind `continuation`.
    /// - Parameter height: rows that may be used; of a longer text those around the cursor are shown.
    package static func frame(
        _ buffer: LineBuffer, prompt: String, continuation: String, width: Int, height: Int
    ) -> Frame {
        let room = max(2, width - 1)
        var rows = [prompt]
        var column = DisplayWidth.of(prompt)
        var cursor = (row: 0, column: column)
        func wrap(behind text: String) {
            rows.append(text)
            column = DisplayWidth.of(text)
        }
        for (position, character) in buffer.characters.enumerated() {
            let shown = character == "\n" ? "" : Self.shown(character)
            let size = DisplayWidth.of(shown)
            if column + size > room { wrap(behind: "") }
            if position == buffer.cursor { cursor = (rows.count - 1, column) }
            if character == "\n" { wrap(behind: continuation) }
            rows[rows.count - 1] += shown
            column += size
        }
        if buffer.cursor == buffer.characters.count { cursor = (rows.count - 1, column) }
        let first = min(max(0, cursor.row - height + 1), max(0, rows.count - height))
        let last = min(rows.count, first + max(1, height))
        return Frame(
            rows: Array(rows[first..<last]), cursorRow: cursor.row - first,
            cursorColumn: cursor.column)
    }

    /// What is typed is shown, whatever it is; nothing in it reaches the terminal as a command.
    private static func shown(_ character: Character) -> String {
        character == "\t" ? "    " : TextSafety.escaped(String(character))
    }

    /// Bytes that replace what was drawn before with `frame`.
    package mutating func draw(_ frame: Frame) -> String {
        var output = toTop + "\u{1B}[J" + frame.rows.joined(separator: "\r\n") + "\r"
        let below = frame.rows.count - 1 - frame.cursorRow
        if below > 0 { output += "\u{1B}[\(below)A" }
        if frame.cursorColumn > 0 { output += "\u{1B}[\(frame.cursorColumn)C" }
        drawnCursorRow = frame.cursorRow
        return output
    }

    /// Bytes that leave `frame` as it is and go to a new line below it.
    package mutating func leave(_ frame: Frame) -> String {
        let below = frame.rows.count - 1 - frame.cursorRow
        drawnCursorRow = 0
        return (below > 0 ? "\u{1B}[\(below)B" : "") + "\r\n"
    }

    /// Bytes that clear the screen; what is drawn next stands at its top.
    package mutating func clear() -> String {
        drawnCursorRow = 0
        return "\u{1B}[H\u{1B}[2J"
    }

    private var toTop: String {
        "\r" + (drawnCursorRow > 0 ? "\u{1B}[\(drawnCursorRow)A" : "")
    }
}

/// Candidates in columns, like `ls`.
package enum ColumnList {
    package static func lines(_ names: [String], width: Int) -> [String] {
        let names = names.map { TextSafety.escaped($0) }
        let cell = (names.map { DisplayWidth.of($0) }.max() ?? 0) + 2
        let columnCount = max(1, (width - 1) / max(1, cell))
        let rowCount = (names.count + columnCount - 1) / columnCount
        return (0..<rowCount).map { row in
            let line = stride(from: row, to: names.count, by: rowCount)
                .map { DisplayWidth.padded(names[$0], to: cell) }.joined()
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
    }
}
