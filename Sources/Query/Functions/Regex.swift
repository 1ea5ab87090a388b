import CRE2

/// A compiled regular expression: RE2's syntax, and time linear in the text whatever the pattern.
///
/// Searching changes nothing that shows and RE2 locks what it caches, so threads share it.
final class Regex: @unchecked Sendable {
    private let program: OpaquePointer
    /// Groups in parentheses, without the whole match.
    let groupCount: Int

    init(_ pattern: String) throws(QueryError) {
        var pattern = pattern
        var reason = [UInt8](repeating: 0, count: 200)
        let program = pattern.withUTF8 { bytes in
            eventlog_regex_compile(
                bytes.baseAddress, bytes.count, Int64(QueryLimits.regexMemoryMax), &reason,
                reason.count)
        }
        guard let program else {
            let text = String(decoding: reason.prefix { $0 != 0 }, as: UTF8.self)
            throw QueryError(
                .value, "the regular expression '\(pattern.prefix(60))' cannot be used: \(text)")
        }
        self.program = program
        groupCount = Int(eventlog_regex_group_count(program))
    }

    deinit { eventlog_regex_free(program) }

    /// Bytes of a text, searched from some place on.
    struct Match {
        /// Begin and end of the whole match and of each group; -1 where a group took no part.
        let spans: [Int64]

        var range: Range<Int> { Int(spans[0])..<Int(spans[1]) }

        func range(ofGroup group: Int) -> Range<Int>? {
            let start = Int(spans[2 * group])
            return start < 0 ? nil : start..<Int(spans[2 * group + 1])
        }
    }

    /// The leftmost match at or after byte `start`, with the first `groupCount` groups.
    func firstMatch(in text: [UInt8], from start: Int = 0, groupCount: Int = 0) -> Match? {
        var spans = [Int64](repeating: -1, count: 2 * (groupCount + 1))
        let isFound = eventlog_regex_find(
            program, text, text.count, start, &spans, Int32(groupCount))
        return isFound ? Match(spans: spans) : nil
    }

    /// Visits all matches from left to right. They do not overlap; after an empty one the next is
    /// searched a code point further (as Java does, so also Spark).
    func forEachMatch(
        in text: [UInt8], groupCount: Int = 0, _ body: (Match) throws(QueryError) -> Void
    ) throws(QueryError) {
        var start = 0
        while start <= text.count,
            let match = firstMatch(in: text, from: start, groupCount: groupCount)
        {
            try body(match)
            start = match.range.upperBound
            guard match.range.isEmpty else { continue }
            start += 1
            while start < text.count, text[start] & 0xC0 == 0x80 { start += 1 }
        }
    }
}
