import Foundation
import Testing

@testable import EventLog

/// Published test suites, which stand beside the repository and not in it.
private let shared: URL? = {
    let environment = ProcessInfo.processInfo.environment["EVENTLOG_SHARED"]
    let beside = URL(filePath: #filePath).appending(path: "../../../../../shared").standardized
    let place = environment.map { URL(filePath: $0) } ?? beside
    return FileManager.default.fileExists(atPath: place.appending(path: "data").path) ? place : nil
}()

@Suite("Conformance", .enabled(if: shared != nil))
struct ConformanceTests {
    private func output(_ program: String, _ arguments: [String]) throws -> [UInt8] {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [program] + arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        return [UInt8](data)
    }

    private func scratchDirectory() throws -> URL {
        let place = FileManager.default.temporaryDirectory.appending(path: "eventlog-\(UUID())")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        return place
    }

    @Test("JSONTestSuite: what must parse parses as a value, what must not is refused")
    func jsonTestSuite() throws {
        let shared = try #require(shared)
        let place = try scratchDirectory()
        defer { try? FileManager.default.removeItem(at: place) }
        let archive = shared.appending(path: "data/conformance/JSONTestSuite-test_parsing.tar.gz")
        _ = try output("tar", ["-xzf", archive.path, "-C", place.path])
        let folder = place.appending(path: "JSONTestSuite/test_parsing")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(names.count == 318)
        for name in names {
            let text = [UInt8](try Data(contentsOf: folder.appending(path: name)))
            for frame in [#"{"event":"like","contentId":"c","data":{"v":"#, #"{"x":"#] {
                let isPayload = frame.hasSuffix(#""v":"#)
                let tail = isPayload ? "}}" : #","event":"like","contentId":"c"}"#
                try decide(name, Array(frame.utf8) + text + Array(tail.utf8))
            }
        }
    }

    /// As a body, where a line feed is white space, and as a line where there is none.
    private func decide(_ name: String, _ event: [UInt8]) throws {
        var parser = makeParser()
        let body = event.withUnsafeBytes { parser.parseDocument($0, now: noon) }
        #expect(body.batch.count + body.refusals.count == 1, "\(name)")
        let isAccepted = body.batch.count == 1
        if name.hasPrefix("y_") { #expect(isAccepted, "\(name)") }
        if name.hasPrefix("n_") { #expect(!isAccepted, "\(name)") }
        if isAccepted {
            // What is left to us must at least be JSON to others.
            #expect(throws: Never.self, "\(name)") {
                try JSONSerialization.jsonObject(with: Data(event))
            }
        }
        guard !event.contains(0x0A) else { return }
        let line = parse(bytes: event)
        #expect((line.batch.count == 1) == isAccepted, "\(name)")
        #expect(line.batch.rows == body.batch.rows, "\(name)")
        #expect(
            isAccepted || line.refusals.map(\.code) == [.invalidRequest]
                || line.refusals.map(\.code) == [.validationError], "\(name)")
    }

    @Test("JSON Schema's date-times get its verdicts")
    func dateTimes() throws {
        struct Group: Decodable {
            struct Case: Decodable {
                let data: String?
                let valid: Bool
                enum CodingKeys: CodingKey { case data, valid }
                init(from decoder: any Decoder) throws {
                    let container = try decoder.container(keyedBy: CodingKeys.self)
                    data = try? container.decode(String.self, forKey: .data)
                    valid = try container.decode(Bool.self, forKey: .valid)
                }
            }
            let tests: [Case]
        }
        let shared = try #require(shared)
        let archive = shared.appending(path: "data/conformance/rfc3339-json-schema-formats.tar.gz")
        let json = try output(
            "tar", ["-xzOf", archive.path, "json-schema-formats/date-time.json"])
        let cases = try JSONDecoder().decode([Group].self, from: Data(json)).flatMap(\.tests)
        #expect(cases.count == 25)
        for test in cases {
            guard let text = test.data else { continue }
            let block = parse(
                #"{"event":"like","contentId":"c","timestamp":"\#(text)"}"#, archive: true)
            #expect((block.batch.count == 1) == test.valid, "\(text)")
        }
    }

    @Test(
        "published data sets are taken without a refusal",
        arguments: [
            ("convert_open_bandit.py", 60_287), ("convert_otto.py", 862),
        ])
    func dataSets(_ converter: String, _ count: Int) throws {
        let shared = try #require(shared)
        let text = try output("python3", [shared.appending(path: "data/\(converter)").path])
        var stream = EventStream(parser: makeParser(archive: true))
        var (accepted, refusals) = (0, [Refusal]())
        var offset = 0
        text.withUnsafeBytes {
            while let block = stream.next(in: $0, at: &offset, now: noon) {
                accepted += block.batch.count
                refusals += block.refusals
            }
        }
        #expect(refusals.prefix(3).isEmpty)
        #expect(accepted == count)
    }
}
