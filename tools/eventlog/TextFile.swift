import Glibc

/// A small text that people wrote: a query.
enum TextFile {
    /// Bytes; the query language's own limit is far lower and has the better message.
    static let sizeMax = 1 << 20

    /// - Parameter name: a path; `-` is standard input.
    static func read(_ name: String) throws(ToolFailure) -> String {
        let label = name == "-" ? "standard input" : harmless(name)
        let descriptor = name == "-" ? Terminal.input : open(name, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw ToolFailure("cannot open \(label): \(errorText(errno))")
        }
        defer { if name != "-" { close(descriptor) } }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = buffer.withUnsafeMutableBytes {
                Glibc.read(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                throw ToolFailure("cannot read \(label): \(errorText(errno))")
            }
            if count == 0 { break }
            bytes += buffer[..<count]
            guard bytes.count <= sizeMax else {
                throw ToolFailure("\(label) is longer than \(Quantities.bytes(sizeMax))")
            }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ToolFailure("\(label) is not UTF-8")
        }
        return text
    }
}
