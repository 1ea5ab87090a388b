/// The text that is being written, of one line or several, and where the cursor is in it.
package struct LineBuffer: Sendable, Hashable {
    package private(set) var characters: [Character]
    /// Characters before it.
    package private(set) var cursor: Int

    /// The cursor stands at the end.
    package init(_ text: String = "") {
        characters = Array(text)
        cursor = characters.count
    }

    package var text: String { String(characters) }
    package var isEmpty: Bool { characters.isEmpty }
    package var textBeforeCursor: String { String(characters[..<cursor]) }

    // MARK: Changes

    package mutating func insert(_ text: String) {
        // A combining mark joins the character before it.
        let start = max(0, cursor - 1)
        let joined = Array(String(characters[start..<cursor]) + text)
        characters.replaceSubrange(start..<cursor, with: joined)
        cursor = start + joined.count
    }

    /// Removes `range` and leaves the cursor where it was.
    @discardableResult
    package mutating func remove(_ range: Range<Int>) -> String {
        let removed = String(characters[range])
        characters.removeSubrange(range)
        cursor = range.lowerBound
        return removed
    }

    package mutating func deleteBackward() {
        if cursor > 0 { remove(cursor - 1..<cursor) }
    }

    package mutating func deleteForward() {
        if cursor < characters.count { remove(cursor..<cursor + 1) }
    }

    /// Exchanges the characters around the cursor, at the end the last two.
    package mutating func transpose() {
        let second = min(cursor, characters.count - 1)
        guard second > 0, characters[second] != "\n", characters[second - 1] != "\n" else { return }
        characters.swapAt(second - 1, second)
        cursor = second + 1
    }

    // MARK: Places

    package var lineStart: Int {
        (characters[..<cursor].lastIndex(of: "\n") ?? -1) + 1
    }

    package var lineEnd: Int {
        characters[cursor...].firstIndex(of: "\n") ?? characters.count
    }

    /// Where the word before the cursor begins.
    package var wordStart: Int {
        var place = cursor
        while place > 0, !Self.isWordPart(characters[place - 1]) { place -= 1 }
        while place > 0, Self.isWordPart(characters[place - 1]) { place -= 1 }
        return place
    }

    /// Where the word after the cursor ends.
    package var wordEnd: Int {
        var place = cursor
        while place < characters.count, !Self.isWordPart(characters[place]) { place += 1 }
        while place < characters.count, Self.isWordPart(characters[place]) { place += 1 }
        return place
    }

    private static func isWordPart(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "_"
    }

    // MARK: Motion

    package mutating func move(to place: Int) {
        cursor = min(max(place, 0), characters.count)
    }

    /// - Returns: `false` if the cursor is in the first line.
    package mutating func moveUp() -> Bool {
        let start = lineStart
        guard start > 0 else { return false }
        let column = cursor - start
        cursor = start - 1
        cursor = min(lineStart + column, start - 1)
        return true
    }

    /// - Returns: `false` if the cursor is in the last line.
    package mutating func moveDown() -> Bool {
        let end = lineEnd
        guard end < characters.count else { return false }
        let column = cursor - lineStart
        cursor = end + 1
        cursor = min(end + 1 + column, lineEnd)
        return true
    }
}
