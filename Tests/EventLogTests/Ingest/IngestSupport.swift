@testable import EventLog

/// 2026-11-21T12:00:00Z, the "now" of these tests, in µs.
let noon: Int64 = 1_795_262_400_000_000

/// Parses text in one go.
func parse(
    _ text: String, archive: Bool = false, now: Int64 = noon
) -> ParsedBlock { parse(bytes: Array(text.utf8), archive: archive, now: now) }

func parse(bytes: [UInt8], archive: Bool = false, now: Int64 = noon) -> ParsedBlock {
    var parser = makeParser(archive: archive)
    return bytes.withUnsafeBytes { parser.parse($0, firstLine: 1, now: now) }
}

func makeParser(archive: Bool = false) -> EventParser {
    var options = IngestOptions()
    options.archive = archive
    return EventParser(
        producer: "test", peer: PeerCredentials(uid: 1, gid: 2, pid: 3), identityKey: 7,
        options: options)
}

/// One row in a form that reads well in an expectation: column names to texts.
struct ReadableRow: Equatable {
    var timestamp: Int64
    var flags: EventFlags
    /// `name=value`, sorted; custom fields begin with `~`, unknown fields of the envelope with `+`.
    var fields: [String]

    subscript(_ name: String) -> String? {
        fields.first { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.utf8.count + 1)) }
    }
}

private func readable(_ field: EventRowField) -> String {
    func text(_ slice: UnsafeRawBufferPointer) -> String { String(decoding: slice, as: UTF8.self) }
    return switch field {
    case .integer(let column, let value): "\(column)=\(value)"
    case .double(let column, let value): "\(column)=\(value)"
    case .string(let column, let value): "\(column)=\(text(value))"
    case .bool(let column, let value): "\(column)=\(value)"
    case .extra(let name, let json): "+\(text(name))=\(text(json))"
    case .custom(let name, .double(let value)): "~\(text(name))=\(value)"
    case .custom(let name, .string(let value)): "~\(text(name))='\(text(value))'"
    case .custom(let name, .bool(let value)): "~\(text(name))=\(value)"
    case .custom(let name, .json(let value)): "~\(text(name))=json \(text(value))"
    }
}

func rows(of batch: EventBatch) throws -> [ReadableRow] {
    var result: [ReadableRow] = []
    try batch.rows.withUnsafeBytes { bytes in
        var reader = EventRowReader(bytes)
        while let header = try reader.nextRow() {
            var row = ReadableRow(timestamp: header.timestamp, flags: header.flags, fields: [])
            while let field = try reader.nextField() {
                row.fields.append(readable(field))
            }
            row.fields.sort()
            result.append(row)
        }
    }
    return result
}

/// The single row of a single accepted event.
func onlyRow(of text: String, archive: Bool = false) throws -> ReadableRow {
    let block = parse(text, archive: archive)
    guard let first = try rows(of: block.batch).first, block.refusals.isEmpty else {
        throw Unaccepted(refusals: block.refusals)
    }
    return first
}

struct Unaccepted: Error { let refusals: [Refusal] }

/// Small, fast and good enough; a failing test prints the seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
