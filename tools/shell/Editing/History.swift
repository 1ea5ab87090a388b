/// What was asked before, oldest first; an entry of several lines stays one entry.
///
/// As text it is a line per entry: `\n` for a line feed, `\\` for a backslash.
package struct History: Sendable, Equatable {
    /// Entries that are kept.
    package static let countMax = 1_000
    /// Bytes of one entry; longer ones are not kept. A query may have 16 KiB.
    package static let entrySizeMax = 64 << 10

    package private(set) var entries: [String] = []

    package init() {}

    package init(reading text: String) {
        for line in text.split(separator: "\n") { append(Self.unescaped(line)) }
    }

    /// - Returns: whether it is kept: not if it is blank, too long, or the last one again.
    @discardableResult
    package mutating func append(_ entry: String) -> Bool {
        guard entry.contains(where: { !$0.isWhitespace }), entry.utf8.count <= Self.entrySizeMax,
            entry != entries.last
        else { return false }
        entries.append(entry)
        if entries.count > Self.countMax { entries.removeFirst(entries.count - Self.countMax) }
        return true
    }

    package var text: String { entries.map(Self.line).joined() }

    /// The line for `entry`, with its line feed.
    package static func line(_ entry: String) -> String {
        var line = String.UnicodeScalarView()
        for scalar in entry.unicodeScalars {
            switch scalar {
            case "\n": line.append(contentsOf: "\\n".unicodeScalars)
            case "\r": line.append(contentsOf: "\\r".unicodeScalars)
            case "\\": line.append(contentsOf: "\\\\".unicodeScalars)
            default: line.append(scalar)
            }
        }
        return String(line) + "\n"
    }

    private static func unescaped(_ line: Substring) -> String {
        var entry = String.UnicodeScalarView()
        var isEscaped = false
        for scalar in line.unicodeScalars {
            switch (isEscaped, scalar) {
            case (true, "n"): entry.append("\n")
            case (true, "r"): entry.append("\r")
            case (false, "\\"): break
            default: entry.append(scalar)
            }
            isEscaped = !isEscaped && scalar == "\\"
        }
        return String(entry)
    }

    /// The newest entry before `position` that contains `text`.
    package func search(_ text: String, before position: Int) -> Int? {
        entries[..<min(position, entries.count)].lastIndex { $0.contains(text) }
    }
}
