/// The front of a request to the portal, read strictly: what could be read in two ways is refused.
package struct PortalRequest: Sendable, Hashable {
    package struct Field: Sendable, Hashable {
        /// In small letters.
        package var name: String
        package var value: String
    }

    package var method: String
    /// As sent; begins with a slash.
    package var target: String
    package var fields: [Field]
    /// Bytes of the body.
    package var bodySize: Int

    package var path: Substring { target.prefix { $0 != "?" } }

    /// The value of a field that may come once.
    package func field(_ name: String) -> String? {
        fields.first { $0.name == name }?.value
    }

    /// - Parameter head: up to the empty line, without it.
    package init(_ head: some Collection<UInt8>) throws(PortalRefusal) {
        guard let text = String(validating: head, as: UTF8.self),
            text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F || $0 == 0x0D || $0 == 0x0A || $0 == 9 })
        else { throw .malformed }
        var lines = text.split(separator: "\r\n", omittingEmptySubsequences: false)[...]
        let parts = (lines.popFirst() ?? "").split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[2] == "HTTP/1.1", parts[1].hasPrefix("/"),
            !parts[1].contains("#"), parts[0].utf8.allSatisfy({ $0 >= 0x41 && $0 <= 0x5A })
        else { throw .malformed }
        method = String(parts[0])
        target = String(parts[1])
        fields = []
        for line in lines {
            guard let colon = line.firstIndex(of: ":"), colon != line.startIndex,
                line[..<colon].utf8.allSatisfy({ $0 > 0x20 }),
                line.utf8.allSatisfy({ $0 != 0x0D && $0 != 0x0A })
            else { throw .malformed }
            var value = line[line.index(after: colon)...]
            while value.first == " " || value.first == "\t" { value.removeFirst() }
            while value.last == " " || value.last == "\t" { value.removeLast() }
            fields.append(Field(name: line[..<colon].lowercased(), value: String(value)))
        }
        let lengths = fields.filter { $0.name == "content-length" }
        guard lengths.count <= 1, !fields.contains(where: { $0.name == "transfer-encoding" }) else {
            throw .malformed
        }
        bodySize = 0
        if let length = lengths.first?.value {
            guard (1...18).contains(length.utf8.count),
                length.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let size = Int(length)
            else { throw .malformed }
            bodySize = size
        }
    }
}
