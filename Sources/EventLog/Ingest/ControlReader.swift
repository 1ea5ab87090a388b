/// Reads a control line: an object with `op`. Rare, so plain.
enum ControlReader {
    /// - Parameter document: a line that has been read as one JSON object before.
    static func read(_ document: JSONCursor) -> Result<ControlRequest, Refusal> {
        var strings: [String: String] = [:]
        var numbers: [String: Int] = [:]
        var unusable: Set<String> = []
        do throws(JSONError) {
            var cursor = document
            cursor.skipSpace()
            cursor.p += 1
            cursor.skipSpace()
            while cursor.p.pointee != UInt8(ascii: "}") {
                let name = try cursor.name()
                let key = text(name.start, name.count)
                let value = try cursor.value(depth: 1)
                switch value.kind {
                case .string where value.count <= Limits.idSizeMax:
                    strings[key] = text(value.text, value.count)
                case .integer: numbers[key] = Int(Int64(bitPattern: value.bits))
                case .null: break
                case .string, .double, .bigInteger, .true, .false, .object, .array:
                    unusable.insert(key)
                }
                cursor.skipSpace()
                guard cursor.p.pointee == UInt8(ascii: ",") else { break }
                cursor.p += 1
                cursor.skipSpace()
            }
        } catch {
            return .failure(Refusal(error, line: 0))
        }
        switch strings["op"] {
        case "hello": return hello(strings, numbers, unusable)
        case "sync":
            guard numbers["id"] == nil, !unusable.contains("id") else {
                return refuse("id", "must be a string of at most \(Limits.idSizeMax) bytes")
            }
            return .success(.sync(id: strings["id"]))
        case "ping": return .success(.ping)
        default:
            return refuse("op", "must be hello, sync or ping; an event has the field event instead")
        }
    }

    private static func hello(
        _ strings: [String: String], _ numbers: [String: Int], _ unusable: Set<String>
    ) -> Result<ControlRequest, Refusal> {
        if unusable.contains("producer") || numbers["producer"] != nil
            || strings["producer"].map({
                $0.isEmpty || $0.utf8.contains { $0 < 0x20 || $0 == 0x7F }
            })
                ?? false
        {
            return refuse("producer", "must be a string of 1 to \(Limits.idSizeMax) plain bytes")
        }
        let durability: Durability?
        switch strings["durability"] {
        case nil where numbers["durability"] == nil && !unusable.contains("durability"):
            durability = nil
        case "synced": durability = .synced
        case "buffered": durability = .buffered
        default: return refuse("durability", "must be synced or buffered")
        }
        if unusable.contains("ackEvery") || strings["ackEvery"] != nil
            || numbers["ackEvery"].map({ $0 < 1 }) ?? false
        {
            return refuse("ackEvery", "must be a whole number, 1 or more")
        }
        return .success(
            .hello(
                producer: strings["producer"], durability: durability,
                ackEvery: numbers["ackEvery"]))
    }

    private static func refuse(
        _ field: String, _ reason: String
    ) -> Result<ControlRequest, Refusal> {
        .failure(
            Refusal(
                line: 0, code: .invalidRequest, message: "\(field) \(reason).",
                details: [.init(field: field, reason: reason)]))
    }

    private static func text(_ start: UnsafePointer<UInt8>, _ count: Int) -> String {
        String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }
}
