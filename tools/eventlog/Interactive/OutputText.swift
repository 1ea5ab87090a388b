import Glibc

/// The file of `\o`: emptied when it is named, longer with each answer.
enum OutputText {
    static func begin(_ path: String) throws(ToolFailure) { try write([], path, O_TRUNC) }

    static func append(_ document: [UInt8], to path: String) throws(ToolFailure) {
        try write(document, path, O_APPEND)
    }

    private static func write(_ bytes: [UInt8], _ path: String, _ mode: Int32) throws(ToolFailure) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | mode, 0o666)
        guard descriptor >= 0 else {
            throw ToolFailure("cannot write \(harmless(path)): \(errorText(errno))")
        }
        defer { close(descriptor) }
        try Terminal.write(bytes, to: descriptor)
    }
}
