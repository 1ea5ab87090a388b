/// Takes an input apart into choices and bytes.
public struct FuzzInput {
    private var rest: ArraySlice<UInt8>

    public init(_ bytes: [UInt8]) { rest = bytes[...] }

    /// 0 once there are no more.
    public mutating func byte() -> UInt8 { rest.popFirst() ?? 0 }

    public mutating func choice(_ count: Int) -> Int { Int(byte()) % count }

    public mutating func number16() -> Int { Int(byte()) | Int(byte()) << 8 }

    public mutating func number32() -> UInt32 {
        (0..<4).reduce(0) { value, place in value | UInt32(byte()) << UInt32(8 * place) }
    }

    public mutating func number64() -> UInt64 {
        UInt64(number32()) | UInt64(number32()) << 32
    }

    public mutating func bytes(_ count: Int) -> [UInt8] {
        let part = rest.prefix(count)
        rest = rest.dropFirst(count)
        return Array(part)
    }

    public var remaining: [UInt8] { Array(rest) }
    public var isEmpty: Bool { rest.isEmpty }
}
