import Columns
import Testing

@testable import EventLog

@Suite("Events as JSON")
struct EventJSONTests {
    /// The lines of a batch's rows.
    private func lines(_ batch: EventBatch) throws -> [String] {
        var json = EventJSON()
        var text: [UInt8] = []
        try batch.rows.withUnsafeBytes { bytes in
            var reader = EventRowReader(bytes)
            while let header = try reader.nextRow() { try json.append(header, &reader, to: &text) }
        }
        return String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    @Test(
        "a stored event is written under its canonical names",
        arguments: [
            (
                #"{"event":"impression","eventId":"e","content_id":"c","userId":"u1","timestamp":"2026-11-21T11:59:59.5Z","data":{"positionInFeed":3.0,"x":[1, 2],"mood":"good"},"more":null}"#,
                #"{"timestamp":"2026-11-21T11:59:59.500Z","event":"impression","eventId":"e","contentId":"c","userId":"u1","data":{"position":3,"x":[1, 2],"mood":"good"},"more":null}"#
            ),
            (
                #"{"event":"completion","contentId":"c","timestamp":"2026-11-21T12:00:00Z","data":{"watchTimeMs":1500,"looped":true}}"#,
                #"{"timestamp":"2026-11-21T12:00:00Z","event":"completion","contentId":"c","data":{"totalWatchTime":1.5,"didLoop":true}}"#
            ),
            (
                #"{"event":"rebuffer","contentId":"c","timestamp":"2026-11-21T12:00:00Z","data":{"duration":3,"currentTime":1,"totalDuration":9}}"#,
                #"{"timestamp":"2026-11-21T12:00:00Z","event":"rebuffer","contentId":"c","data":{"currentTime":1,"totalDuration":9,"rebufferDuration":3}}"#
            ),
            (
                #"{"type":"PLAY_START","contentId":"c","timestamp":"2026-11-21T12:00:00Z","data":{"startupTime":-0.0}}"#,
                #"{"timestamp":"2026-11-21T12:00:00Z","event":"playStart","contentId":"c","data":{"startupTime":-0.0},"type":"PLAY_START"}"#
            ),
        ])
    func canonical(_ sent: String, _ expected: String) throws {
        #expect(try lines(parse(sent).batch) == [expected])
    }

    @Test("an event that was sent over many lines is written on one")
    func oneLine() throws {
        let text =
            "{\n\"event\":\"like\",\r\n\"contentId\":\"c\",\"data\":{\"x\":[1,\n2],\"y\":\"\\n\"}}"
        var parser = makeParser()
        let block = Array(text.utf8).withUnsafeBytes { parser.parseDocument($0, now: noon) }
        let lines = try lines(block.batch)
        #expect(lines.count == 1)
        #expect(try rows(of: parse(lines[0]).batch).first?["~x"] == "json [1, 2]")
    }

    @Test("an adjusted event keeps the client's time")
    func adjusted() throws {
        let sent = parse(
            #"{"event":"like","contentId":"c","eventId":"e","timestamp":"2026-11-21T15:00:00Z"}"#)
        let line = try #require(try lines(sent.batch).first)
        #expect(line.contains(#""clientTimestamp":"2026-11-21T15:00:00Z""#))
        #expect(try rows(of: parse(line).batch) == rows(of: sent.batch))
    }

    /// Flags that say how an event came, and not what it is.
    private static let ofArrival: EventFlags = [.defaulted, .generatedID]

    private func comparable(_ row: ReadableRow) -> ReadableRow {
        var row = row
        row.flags.subtract(Self.ofArrival)
        // White space between tokens becomes plain; nothing else of kept JSON changes.
        row.fields = row.fields.map { $0.replacing("\n", with: " ") }
            .filter { !$0.hasPrefix("+timestamp=") && !$0.hasPrefix("+clientTimestamp=") }
        return row
    }

    @Test("what is written and sent again is the same event, to the last bit", arguments: 1...20)
    func roundTrip(seed: UInt64) throws {
        var random = RandomEvent(seed: seed)
        var count = 0
        for _ in 0..<1000 {
            let sent = random.line()
            let batch = parse(sent, archive: true).batch
            guard let before = try rows(of: batch).first else { continue }
            count += 1
            let line = try #require(try lines(batch).first)
            let again = parse(line, archive: true)
            let after = try rows(of: again.batch).first
            #expect(
                again.refusals.isEmpty && after.map(comparable) == comparable(before),
                "seed \(seed)\n\(sent)\n\(line)\n\(again.refusals)\n\(before.fields)\n\(after?.fields ?? [])"
            )
        }
        #expect(count > 300, "seed \(seed) accepts \(count)")
    }

    @Test("the same holds for events that have become columns", arguments: 1...5)
    func roundTripOfColumns(seed: UInt64) throws {
        var random = RandomEvent(seed: seed)
        let text = (0..<500).map { _ in random.line() }
            // An unusable time that was replaced is the one thing that is left out.
            .filter { !$0.contains("null") && !$0.contains("lientTimestamp") }
            .joined(separator: "\n")
        let first = try columns(parse(text, archive: true).batch)
        var json = EventJSON()
        var lines: [UInt8] = []
        for row in 0..<first.block.rowCount {
            try json.append(row: row, of: first.block, first.definitions, to: &lines)
        }
        let again = parse(bytes: lines, archive: true)
        #expect(again.refusals.isEmpty)
        let second = try columns(again.batch)
        #expect(second.block.rowCount == first.block.rowCount)
        #expect(second.definitions == first.definitions)
        for (position, definition) in first.definitions.enumerated() {
            guard definition.name != "flags" else { continue }
            for row in 0..<first.block.rowCount {
                #expect(
                    first.block.columns[position][row] == second.block.columns[position][row],
                    "seed \(seed), \(definition.name), row \(row)")
            }
        }
    }

    private func columns(
        _ batch: EventBatch
    ) throws -> (block: Block, definitions: [ColumnDefinition]) {
        var schema = EventSchema()
        var builder = TailBlockBuilder(seed: 1)
        try builder.append(
            batch, rows: 0..<batch.count, firstSeq: 1,
            generatedIDs: GeneratedEventID(storeTag: 7), schema: &schema)
        let block = builder.build(schema)
        return (Block(rowCount: block.rowCount, columns: block.columns), schema.definitions)
    }

    @Test("text in the column extra that no store wrote is an error, never a trap")
    func badExtra() throws {
        var (block, definitions) = try columns(
            parse(#"{"event":"like","contentId":"c","more":[1,{"a":"b"}],"data":{"x":null}}"#).batch
        )
        let extra = Int(EventColumn.extra.rawValue)
        guard case .string(let text) = block.columns[extra][0] else { return #expect(Bool(false)) }
        var json = EventJSON()
        for size in 0..<text.utf8.count {
            var columns = block.columns
            let cut = String(decoding: text.utf8.prefix(size), as: UTF8.self)
            columns[extra] = Column(codes: [0], dictionary: StringDictionary([cut]))
            block = Block(rowCount: 1, columns: columns)
            var line: [UInt8] = []
            #expect(throws: (any Error).self) {
                try json.append(row: 0, of: block, definitions, to: &line)
            }
            #expect(line.isEmpty)
        }
        definitions = []
    }
}
