import Synchronization

/// Which queries run, and the slowest of late, for `status`. Their texts come without what stands in
/// quotes: an id of a person is nobody's business there, and would outlive its erasure.
final class QueryLog: Sendable {
    struct Ended: Sendable {
        var text: String
        var duration: Duration
        /// µs since 1970 UTC.
        var time: Int64
    }

    private struct State {
        var running: [ObjectIdentifier: (text: String, start: ContinuousClock.Instant)] = [:]
        /// The slowest first.
        var slowest: [Ended] = []
    }

    /// Slow queries that are kept, and for how long, in µs: what was slow yesterday is no news.
    static let slowestCountMax = 10
    static let slowestAge: Int64 = 3_600 * 1_000_000
    /// Running ones that are shown, the longest first.
    static let runningCountMax = 16

    private let state = Mutex(State())

    func begin(_ query: ObjectIdentifier, _ text: String) {
        let text = QueryText.redacted(text)
        state.withLock { $0.running[query] = (text, .now) }
    }

    /// - Parameter time: µs since 1970 UTC.
    func end(_ query: ObjectIdentifier, at time: Int64) {
        state.withLock { state in
            guard let (text, start) = state.running.removeValue(forKey: query) else { return }
            let ended = Ended(text: text, duration: .now - start, time: time)
            state.slowest.removeAll { time - $0.time > Self.slowestAge }
            let place = state.slowest.firstIndex { $0.duration < ended.duration }
            state.slowest.insert(ended, at: place ?? state.slowest.endIndex)
            if state.slowest.count > Self.slowestCountMax { state.slowest.removeLast() }
        }
    }

    /// The longest first.
    var running: [(text: String, age: Duration)] {
        let running = state.withLock { $0.running.values.sorted { $0.start < $1.start } }
        return running.prefix(Self.runningCountMax).map { ($0.text, .now - $0.start) }
    }

    /// The slowest first.
    /// - Parameter time: µs since 1970 UTC.
    func slowest(at time: Int64) -> [Ended] {
        state.withLock { $0.slowest.filter { time - $0.time <= Self.slowestAge } }
    }
}

/// The text of a query as others may see it.
enum QueryText {
    /// Characters that are shown; the rest is cut.
    static let shownMax = 200

    /// One line without comments, and with `'…'` for whatever is in quotes.
    static func redacted(_ text: String) -> String {
        var result = ""
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst(), result.unicodeScalars.count <= shownMax {
            switch scalar {
            case "'", "\"":
                skipQuoted(by: scalar, &rest)
                result += "'…'"
            case "-" where rest.first == "-", "#":
                rest = rest.drop { $0 != "\n" }
            case "/" where rest.first == "*":
                skipComment(&rest)
            case let blank where blank.properties.isWhitespace:
                if result.last != " ", !result.isEmpty { result += " " }
            default:
                result.unicodeScalars.append(scalar)
            }
        }
        if result.last == " " { result.removeLast() }
        guard result.unicodeScalars.count > shownMax else { return result }
        return String(String.UnicodeScalarView(result.unicodeScalars.prefix(shownMax))) + "…"
    }

    private static func skipQuoted(
        by quote: Unicode.Scalar, _ rest: inout Substring.UnicodeScalarView
    ) {
        while let scalar = rest.popFirst() {
            if scalar == "\\" {
                rest = rest.dropFirst()
            } else if scalar == quote {
                // A doubled quote is one within the text.
                guard rest.first == quote else { return }
                rest = rest.dropFirst()
            }
        }
    }

    private static func skipComment(_ rest: inout Substring.UnicodeScalarView) {
        rest = rest.dropFirst()
        while let scalar = rest.popFirst() {
            if scalar == "*", rest.first == "/" {
                rest = rest.dropFirst()
                return
            }
        }
    }
}
