import Columns
package import EventLog

/// Makes batches by hand, so that tests of the store need no parser.
package struct BatchBuilder {
    package var batch: EventBatch
    private let hasher: EventIdentityHasher

    package init(producer: String = "uid:0", identityKey: UInt64, receivedAt: Int64 = 1_000_000) {
        batch = EventBatch(
            producer: producer, peer: PeerCredentials(uid: 0, gid: 0, pid: 42),
            receivedAt: receivedAt)
        hasher = EventIdentityHasher(producer: producer, key: identityKey)
    }

    /// Adds one event.
    /// - Parameters:
    ///   - id: `nil` asks the store for one.
    ///   - custom: scalars of `data` without a column; a string that starts with `{`, `[` or `n` and
    ///     is marked `json` is kept as text.
    ///   - extra: fields of the envelope without a column.
    package mutating func add(
        _ event: String, id: String?, contentId: String? = nil, timestamp: Int64,
        fields: [EventColumn: String] = [:], numbers: [EventColumn: Double] = [:],
        custom: [(name: String, value: CustomValue)] = [],
        extra: [(name: String, json: String)] = [], flags: EventFlags = []
    ) {
        var row: [UInt8] = []
        func append(_ value: some FixedWidthInteger) {
            withUnsafeBytes(of: value.littleEndian) { row.append(contentsOf: $0) }
        }
        func varint(_ value: UInt64) {
            var value = value
            while value >= 0x80 {
                row.append(UInt8(value & 0x7F) | 0x80)
                value >>= 7
            }
            row.append(UInt8(value))
        }
        func text(_ string: String) {
            varint(UInt64(string.utf8.count))
            row.append(contentsOf: string.utf8)
        }
        func key(_ number: UInt64, _ form: EventRow.Form) {
            varint(number << 3 | UInt64(form.rawValue))
        }
        append(timestamp)
        append(id == nil ? flags.union(.generatedID).rawValue : flags.rawValue)
        var strings = fields
        strings[.event] = event
        strings[.eventId] = id
        strings[.contentId] = contentId
        for (column, string) in strings.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            key(UInt64(column.rawValue), .string)
            text(string)
        }
        for (column, number) in numbers {
            if column.type == .double {
                key(UInt64(column.rawValue), .double)
                append(number.bitPattern)
            } else {
                key(UInt64(column.rawValue), .integer)
                let value = Int64(number)
                varint(UInt64(bitPattern: (value << 1) ^ (value >> 63)))
            }
        }
        for (name, value) in custom {
            key(value.form.rawValue, .custom)
            text(name)
            switch value {
            case .double(let number): append(number.bitPattern)
            case .string(let string), .json(let string): text(string)
            case .bool: break
            }
        }
        for (name, json) in extra {
            key(0, .extra)
            text(name)
            text(json)
        }
        withUnsafeBytes(of: UInt32(row.count).littleEndian) { batch.rows.append(contentsOf: $0) }
        batch.rows.append(contentsOf: row)
        batch.rowOffsets.append(UInt32(batch.rows.count))
        batch.identities.append(
            id.map { id in Array(id.utf8).withUnsafeBytes { hasher.identity(of: $0) } })
    }

    package enum CustomValue: Sendable {
        case double(Double)
        case string(String)
        case bool(Bool)
        case json(String)

        var form: EventRow.CustomForm {
            switch self {
            case .double: .double
            case .string: .string
            case .bool(let value): value ? .true : .false
            case .json: .json
            }
        }
    }
}

extension BatchBuilder {
    /// Adds an event that the parser has refused.
    package mutating func refuse(
        _ text: String, code: Refusal.Code = .validationError, message: String = "Wrong.",
        fields: [String] = []
    ) {
        refuse(Array(text.utf8), code: code, message: message, fields: fields)
    }

    package mutating func refuse(
        _ bytes: [UInt8], code: Refusal.Code = .validationError, message: String = "Wrong.",
        fields: [String] = []
    ) {
        let refusal = Refusal(
            line: UInt64(batch.refused.count + 1), code: code, message: message,
            details: fields.map { .init(field: $0, reason: "missing") })
        batch.refused.append(RefusedEvent(refusal, bytes: bytes))
    }
}
