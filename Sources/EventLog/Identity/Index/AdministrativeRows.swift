import Columns

/// The administrators' records in a unit of events (`EventParser+Administration.swift` writes them). They
/// are rare, so that what only they need is read only where an event has one of their names.
struct AdministrativeRows {
    private static let positions = [EventColumn.flags, .extra].map { Int($0.rawValue) }

    private let flags: [Int64]
    private let codes: [Int32]
    private let texts: StringDictionary

    init(of unit: any ScanUnit) throws {
        let block = try unit.read(Self.positions)
        guard case .int64(let flags) = block.columns[0].values,
            case .string(let codes, let texts) = block.columns[1].values
        else {
            // Without `extra` nobody is named.
            (self.flags, self.codes, self.texts) = ([], [], .empty)
            return
        }
        (self.flags, self.codes, self.texts) = (flags, codes, texts)
    }

    func contains(_ row: Int) -> Bool {
        row < flags.count
            && EventFlags(rawValue: UInt16(truncatingIfNeeded: flags[row])).contains(
                .administrative)
    }

    /// - Returns: `nil` if the row says nothing about anybody.
    func record(_ row: Int, named name: String, time: Int64, seq: UInt64) -> IdentityRecord? {
        guard codes[row] >= 0 else { return nil }
        return IdentityRecord(
            administrative: name, extra: Array(texts.bytes[texts.range(at: Int(codes[row]))]),
            time: time, seq: seq)
    }
}

extension IdentityRecord {
    /// Reads what an administrator's event says.
    /// - Parameters:
    ///   - name: the event's.
    ///   - extra: its column of that name.
    /// - Returns: `nil` if it says nothing about anybody.
    init?(administrative name: String, extra: [UInt8], time: Int64, seq: UInt64) {
        let ids = Self.texts(in: extra)
        switch name {
        case "alias":
            guard let from = ids["fromUser"], let to = ids["toUser"] else { return nil }
            self = .alias(from: from, to: to, time: time, seq: seq)
        case "unalias":
            guard let from = ids["fromUser"], let to = ids["toUser"] else { return nil }
            self = .unalias(from: from, to: to, time: time, seq: seq)
        case "unlink":
            guard let device = ids["deviceId"], let user = ids["userId"] else { return nil }
            self = .unlink(device: device, user: user, time: time, seq: seq)
        default: return nil
        }
        guard (try? check()) != nil else { return nil }
    }

    /// The texts among the envelope's fields of an `extra`.
    private static func texts(in extra: [UInt8]) -> [String: String] {
        var result: [String: String] = [:]
        let reader = ExtraReader()
        // What cannot be read names nobody.
        try? extra.withUnsafeBytes { bytes in
            try reader.read(bytes) { inPayload, name, value in
                guard !inPayload, value.kind == .string else { return }
                let text = UnsafeBufferPointer(start: value.text, count: value.count)
                result[String(decoding: name, as: UTF8.self)] = String(
                    decoding: text, as: UTF8.self)
            }
        }
        return result
    }
}
