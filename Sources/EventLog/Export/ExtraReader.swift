/// Takes the column `extra` apart again (`ExtraBuilder` puts it together).
final class ExtraReader {
    private let fieldCounts: UnsafeMutablePointer<Int>

    init() {
        fieldCounts = .allocate(capacity: Limits.nestingMax + 2)
        fieldCounts.initialize(repeating: 0, count: Limits.nestingMax + 2)
    }

    deinit { fieldCounts.deallocate() }

    /// Hands over each field: whether it is one of `data`, its name, and its value, which holds until the
    /// next.
    /// - Throws: `JSONError` if the text is not what the builder writes.
    func read(
        _ text: UnsafeRawBufferPointer,
        _ take: (Bool, UnsafeRawBufferPointer, JSONValue) -> Void
    ) throws {
        var copy = [UInt8](repeating: 0, count: 3 * (text.count + JSONPadding.size))
        copy.withUnsafeMutableBytes { $0.copyMemory(from: text) }
        try copy.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            var cursor = JSONCursor(
                base: base, end: base + text.count, p: base,
                scratch: base + text.count + JSONPadding.size, fieldCounts: fieldCounts)
            try readFields(&cursor, depth: 1) { cursor, name in
                guard name.elementsEqual("data".utf8), cursor.p.pointee == UInt8(ascii: "{") else {
                    let value = try cursor.value(depth: 1)
                    return take(false, name, value)
                }
                try readFields(&cursor, depth: 2) { cursor, name in
                    take(true, name, try cursor.value(depth: 2))
                }
            }
            guard cursor.p >= cursor.end else { throw cursor.error(.trailingBytes) }
        }
    }

    /// The fields of the object at the cursor; each is read by `body`, from its value on.
    private func readFields(
        _ cursor: inout JSONCursor, depth: Int,
        _ body: (inout JSONCursor, UnsafeRawBufferPointer) throws -> Void
    ) throws {
        guard cursor.p.pointee == UInt8(ascii: "{") else { throw cursor.error(.notAnObject) }
        cursor.p += 1
        if cursor.p.pointee == UInt8(ascii: "}") {
            cursor.p += 1
            return
        }
        while true {
            let mark = cursor.scratch
            let name = try cursor.name()
            try body(&cursor, UnsafeRawBufferPointer(start: name.start, count: name.count))
            cursor.scratch = mark
            cursor.skipSpace()
            if cursor.p.pointee == UInt8(ascii: ",") {
                cursor.p += 1
                continue
            }
            guard cursor.p.pointee == UInt8(ascii: "}") else {
                throw cursor.error(.expectedCommaOrBrace)
            }
            cursor.p += 1
            return
        }
    }
}
