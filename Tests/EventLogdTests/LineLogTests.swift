import EventLogd
import Logging
import Synchronization
import Testing

@Suite("The log")
struct LineLogTests {
    private final class Lines: Sendable {
        private let lines = Mutex<[String]>([])
        func add(_ line: String) { lines.withLock { $0.append(line) } }
        var all: [String] { lines.withLock { $0 } }
    }

    private func log(
        _ form: LineLog.Form = .forJournal, level: LiveValue<Logger.Level> = LiveValue(.info),
        _ body: (Logger) -> Void
    ) -> [String] {
        let lines = Lines()
        body(
            Logger(label: "test") { _ in
                LineLog(level: level, form: form) { lines.add($0) }
            })
        return lines.all
    }

    @Test("a record is one line, whatever is in it")
    func escapes() {
        let lines = log {
            $0.error(
                "a\nb\u{1B}[2J", metadata: ["x": "1\r2 3\"\u{202E}", "plain": "v", "eq": "a=b"])
        }
        #expect(
            lines == [
                #"<3>a\u{a}b\u{1b}[2J eq="a=b" plain=v x="1\u{d}2 3\"\u{202e}""# + "\n"
            ])
    }

    @Test("the level of the record stands as the journal reads it")
    func levels() {
        let lines = log(level: LiveValue(.trace)) { logger in
            for level in Logger.Level.allCases { logger.log(level: level, "m") }
        }
        #expect(lines.map { $0.prefix(3) } == ["<7>", "<7>", "<6>", "<5>", "<4>", "<3>", "<2>"])
    }

    @Test("a new level holds for loggers that are there already")
    func reload() {
        let level = LiveValue(Logger.Level.error)
        let lines = log(level: level) { logger in
            logger.info("before")
            level.current = .debug
            logger.debug("after")
        }
        #expect(lines == ["<7>after\n"])
    }

    @Test("on a terminal the time stands in front")
    func time() throws {
        let line = try #require(log(.withTime) { $0.info("m") }.first)
        #expect(line.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ info m\n/) != nil)
    }
}
