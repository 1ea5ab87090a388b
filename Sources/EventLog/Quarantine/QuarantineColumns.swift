package import Columns
import Parquet

/// The columns of quarantined events, in the table and in the files alike.
package enum QuarantineColumns: Int, CaseIterable, Sendable {
    case id, receivedAt, producer, peerUid, peerPid, line, byteOffset, code, message, fields
    case event, eventHex, truncated, size

    package var definition: ColumnDefinition {
        switch self {
        case .id: .init("id", .int64, summary: "Its number, for replaying and dropping it.")
        case .receivedAt: .init("receivedAt", .timestamp, summary: "When it was refused first.")
        case .producer: .init("producer", .string, summary: "Who sent it.")
        case .peerUid: .init("peerUid", .int64, summary: "User of the sending process.")
        case .peerPid: .init("peerPid", .int64, summary: "The sending process.")
        case .line: .init("line", .int64, summary: "Line of the stream, or place in the request.")
        case .byteOffset:
            .init("byteOffset", .int64, unit: "B", summary: "Where its bytes stop making sense.")
        case .code: .init("code", .string, summary: "Why it was refused: the error's code.")
        case .message: .init("message", .string, summary: "Why it was refused, in words.")
        case .fields: .init("fields", .string, summary: "Names of the fields that are wrong.")
        case .event: .init("event", .string, summary: "What was sent, as text.")
        case .eventHex:
            .init("eventHex", .string, summary: "What was sent, in hex, where it is not UTF-8.")
        case .truncated:
            .init("truncated", .bool, summary: "More was sent than is kept: cannot be replayed.")
        case .size: .init("size", .int64, unit: "B", summary: "Bytes that it takes here.")
        }
    }

    package static let definitions = allCases.map(\.definition)

    static let leaves = definitions.map {
        ParquetLeaf(
            path: [$0.name], type: $0.type,
            isRequired: !["byteOffset", "fields", "eventHex"].contains($0.name),
            hasStatistics: !["message", "fields", "event", "eventHex"].contains($0.name))
    }

    func column(of events: [QuarantinedEvent]) -> Column {
        Column(type: definition.type, events.map(value))
    }

    private func value(_ event: QuarantinedEvent) -> Value {
        switch self {
        case .id: .int64(event.id)
        case .receivedAt: .timestamp(event.receivedAt)
        case .producer: .string(event.producer)
        case .peerUid: .int64(Int64(event.peerUid))
        case .peerPid: .int64(Int64(event.peerPid))
        case .line: .int64(Int64(clamping: event.line))
        case .byteOffset: event.byteOffset.map { .int64(Int64($0)) } ?? .null
        case .code: .string(event.code)
        case .message: .string(event.message)
        case .fields: event.fields.isEmpty ? .null : .string(event.fields)
        case .event: .string(String(decoding: event.bytes, as: UTF8.self))
        case .eventHex:
            String(validating: event.bytes, as: UTF8.self) == nil
                ? .string(Hexadecimal.text(of: event.bytes)) : .null
        case .truncated: .bool(event.isTruncated)
        case .size: .int64(Int64(event.size))
        }
    }
}

extension QuarantinedEvent {
    /// Puts an event together from its values, in the order of `QuarantineColumns`.
    /// - Returns: `nil` if a value is missing or of a wrong type.
    convenience init?(_ values: [Value]) {
        func text(_ column: QuarantineColumns) -> String? {
            if case .string(let text) = values[column.rawValue] { text } else { nil }
        }
        func integer(_ column: QuarantineColumns) -> Int64? {
            switch values[column.rawValue] {
            case .int64(let number), .timestamp(let number): number
            case .null, .bool, .double, .string: nil
            }
        }
        guard let id = integer(.id), let receivedAt = integer(.receivedAt),
            let producer = text(.producer), let uid = integer(.peerUid),
            let pid = integer(.peerPid), let line = integer(.line), let code = text(.code),
            let message = text(.message), let event = text(.event),
            case .bool(let isTruncated) = values[QuarantineColumns.truncated.rawValue]
        else { return nil }
        var bytes = Array(event.utf8)
        if let hex = text(.eventHex) {
            guard let exact = Hexadecimal.bytes(hex) else { return nil }
            bytes = exact
        }
        self.init(
            id: id, receivedAt: receivedAt, producer: producer, peerUid: UInt32(clamping: uid),
            peerPid: Int32(clamping: pid), line: UInt64(clamping: line),
            byteOffset: integer(.byteOffset).map { Int(clamping: $0) }, code: code,
            message: message, fields: text(.fields) ?? "", bytes: bytes, isTruncated: isTruncated)
    }
}

/// Bytes as pairs of hexadecimal digits.
enum Hexadecimal {
    private static let digits = Array("0123456789abcdef".utf8)

    static func text(of bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count * 2)
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// - Returns: `nil` if the text is not an even number of lower-case digits.
    static func bytes(_ text: String) -> [UInt8]? {
        let values = text.utf8.map { digits.firstIndex(of: $0) }
        guard values.count.isMultiple(of: 2), values.allSatisfy({ $0 != nil }) else { return nil }
        return stride(from: 0, to: values.count, by: 2).map {
            UInt8((values[$0] ?? 0) << 4 | (values[$0 + 1] ?? 0))
        }
    }
}
