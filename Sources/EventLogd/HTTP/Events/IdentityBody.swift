import NIOCore

extension Route {
    /// The event that a body of this path is; `nil` where bodies say it themselves.
    var identityEvent: String? {
        switch self {
        case .resolveIdentity: "identify"
        case .clearIdentity: "clear"
        case .aliasUsers: "alias"
        case .unaliasUsers: "unalias"
        case .unlinkDevice: "unlink"
        default: nil
        }
    }
}

extension ByteBuffer {
    /// The object with the event's name as its last member, so that no byte in front of it moves.
    /// What is not an object with members stays as it is, and is refused as it is.
    func namingEvent(_ name: String) -> ByteBuffer {
        let view = readableBytesView
        guard let end = view.lastIndex(where: { !Self.isSpace($0) }),
            view[end] == UInt8(ascii: "}"), end > view.startIndex,
            let last = view[..<end].lastIndex(where: { !Self.isSpace($0) })
        else { return self }
        var named = ByteBuffer(bytes: view[..<end])
        named.writeString(view[last] == UInt8(ascii: "{") ? "" : ",")
        named.writeString("\"event\":\"\(name)\"}")
        return named
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }
}
