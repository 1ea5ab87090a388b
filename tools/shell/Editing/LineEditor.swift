/// The editor as a value: a key goes in, what to do comes out. It knows no terminal.
///
/// Emacs keys as in readline; Enter ends a text that `isComplete` says is whole, and is a line feed in
/// any other. Up and Down move in the text, and beyond its first and last line in the history.
package struct LineEditor {
    package enum Outcome: Equatable {
        case redraw
        /// The text is to be run.
        case accept(String)
        /// The text was given up.
        case cancel
        case leave
        case suspend
        case clearScreen
        /// Several things could stand here.
        case list([String])
        case ignored
    }

    package private(set) var buffer = LineBuffer()
    package var history: History
    /// What is typed into Ctrl-R; `nil` while nothing is searched.
    package private(set) var search: Search?

    package struct Search: Equatable {
        package var text = ""
        package var found: Int?
        package var isFailed = false
        var before: LineBuffer
    }

    private let isComplete: (LineBuffer) -> Bool
    /// What could stand at the cursor; changes with what is known.
    package var complete: (LineBuffer) -> Completion = { _ in .none }
    /// Place in the history; its count is the text being written.
    private var place: Int
    private var draft = LineBuffer()
    private var killed = ""
    private var undone: [LineBuffer] = []
    private static let undoCountMax = 200

    package init(history: History, isComplete: @escaping (LineBuffer) -> Bool) {
        self.history = history
        self.isComplete = isComplete
        place = history.entries.count
    }

    /// Begins with `text`.
    package mutating func begin(_ text: String = "") {
        buffer = LineBuffer(text)
        draft = LineBuffer()
        undone = []
        search = nil
        place = history.entries.count
    }

    package mutating func moveToEnd() { buffer.move(to: buffer.characters.count) }

    package mutating func handle(_ key: Key) -> Outcome {
        if search != nil { return handleSearch(key) }
        let before = buffer
        let outcome = edit(key)
        let isUndo = key == .control("\u{7F}") || key == .control("_")
        if before.text != buffer.text, !isUndo {
            undone.append(before)
            if undone.count > Self.undoCountMax { undone.removeFirst() }
        }
        return outcome
    }

    private mutating func edit(_ key: Key) -> Outcome {
        switch key {
        case .text(let text), .paste(let text): buffer.insert(text)
        case .enter:
            if isComplete(buffer) { return .accept(buffer.text) }
            buffer.insert("\n")
        case .metaEnter: buffer.insert("\n")
        case .tab: return completeWord()
        case .backspace: buffer.deleteBackward()
        case .delete: buffer.deleteForward()
        case .left: buffer.move(to: buffer.cursor - 1)
        case .right: buffer.move(to: buffer.cursor + 1)
        case .wordLeft: buffer.move(to: buffer.wordStart)
        case .wordRight: buffer.move(to: buffer.wordEnd)
        case .home: buffer.move(to: buffer.lineStart)
        case .end: buffer.move(to: buffer.lineEnd)
        case .up: if !buffer.moveUp() { return recall(place - 1) }
        case .down: if !buffer.moveDown() { return recall(place + 1) }
        case .metaBackspace: kill(buffer.wordStart..<buffer.cursor)
        case .control(let letter): return control(letter)
        case .meta(let letter): return meta(letter)
        case .escape, .unknown: return .ignored
        }
        return .redraw
    }

    private mutating func control(_ letter: Character) -> Outcome {
        switch letter {
        case "a": buffer.move(to: buffer.lineStart)
        case "e": buffer.move(to: buffer.lineEnd)
        case "b": buffer.move(to: buffer.cursor - 1)
        case "f": buffer.move(to: buffer.cursor + 1)
        case "p": if !buffer.moveUp() { return recall(place - 1) }
        case "n": if !buffer.moveDown() { return recall(place + 1) }
        case "d":
            if buffer.isEmpty { return .leave }
            buffer.deleteForward()
        case "k":
            // At the end of a line its line feed goes.
            let end = buffer.lineEnd
            kill(
                buffer.cursor..<(end == buffer.cursor ? min(end + 1, buffer.characters.count) : end)
            )
        case "u": kill(buffer.lineStart..<buffer.cursor)
        case "w": killBlankWord()
        case "y": buffer.insert(killed)
        case "t": buffer.transpose()
        case "c": return .cancel
        case "l": return .clearScreen
        case "z": return .suspend
        case "r": search = Search(before: buffer)
        case "_", "\u{7F}":
            guard let last = undone.popLast() else { return .ignored }
            buffer = last
        default: return .ignored
        }
        return .redraw
    }

    private mutating func meta(_ letter: Character) -> Outcome {
        switch letter {
        case "b": buffer.move(to: buffer.wordStart)
        case "f": buffer.move(to: buffer.wordEnd)
        case "d": kill(buffer.cursor..<buffer.wordEnd)
        case "<": buffer.move(to: 0)
        case ">": buffer.move(to: buffer.characters.count)
        default: return .ignored
        }
        return .redraw
    }

    private mutating func kill(_ range: Range<Int>) {
        if !range.isEmpty { killed = buffer.remove(range) }
    }

    /// As Ctrl-W of a shell: back to the blank before the word.
    private mutating func killBlankWord() {
        var start = buffer.cursor
        while start > 0, buffer.characters[start - 1].isWhitespace { start -= 1 }
        while start > 0, !buffer.characters[start - 1].isWhitespace { start -= 1 }
        kill(start..<buffer.cursor)
    }

    private mutating func recall(_ wanted: Int) -> Outcome {
        guard wanted >= 0, wanted <= history.entries.count, wanted != place else { return .ignored }
        if place == history.entries.count { draft = buffer }
        place = wanted
        buffer =
            wanted == history.entries.count ? draft : LineBuffer(history.entries[wanted])
        return .redraw
    }

    private mutating func completeWord() -> Outcome {
        let completion = complete(buffer)
        let word = String(buffer.textBeforeCursor.suffix(completion.length))
        let common = completion.commonPrefix
        guard !common.isEmpty else { return .ignored }
        if completion.candidates.count > 1, common.count <= word.count {
            return .list(completion.candidates)
        }
        buffer.remove(buffer.cursor - completion.length..<buffer.cursor)
        buffer.insert(common)
        return .redraw
    }

    private mutating func handleSearch(_ key: Key) -> Outcome {
        guard var search else { return .ignored }
        switch key {
        case .text(let text):
            search.text += text
            find(&search, before: search.found.map { $0 + 1 } ?? history.entries.count)
        case .backspace:
            if !search.text.isEmpty { search.text.removeLast() }
            find(&search, before: history.entries.count)
        case .control("r"):
            find(&search, before: search.found ?? history.entries.count)
        case .control("g"), .control("c"), .escape:
            buffer = search.before
            self.search = nil
            return .redraw
        default:
            // Any other key takes what was found and does its work on it.
            self.search = nil
            if let found = search.found { place = found }
            return edit(key)
        }
        if let found = search.found { buffer = LineBuffer(history.entries[found]) }
        self.search = search
        return .redraw
    }

    private func find(_ search: inout Search, before position: Int) {
        let found = search.text.isEmpty ? nil : history.search(search.text, before: position)
        search.isFailed = found == nil && !search.text.isEmpty
        search.found = found ?? search.found
    }
}
