import Glibc

/// Lets people write a text in the editor that they like.
enum TextEditor {
    static func edit(_ text: String) throws(ToolFailure) -> String {
        let directory = environment("TMPDIR") ?? "/tmp"
        let suffix = ".sql"
        var template = Array("\(directory)/eventlog-XXXXXX\(suffix)".utf8CString)
        let descriptor = mkstemps(&template, Int32(suffix.utf8.count))
        guard descriptor >= 0 else {
            throw ToolFailure("cannot make a file in \(harmless(directory)): \(errorText(errno))")
        }
        let path = String(
            decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { unlink(path) }
        do {
            defer { close(descriptor) }
            try Terminal.write(Array((text + "\n").utf8), to: descriptor)
        }
        let editor = environment("VISUAL") ?? environment("EDITOR") ?? "vi"
        // The editor may be a command with arguments; the path has no quote in it but TMPDIR's.
        let quoted =
            "'"
            + path.split(separator: "'", omittingEmptySubsequences: false)
            .joined(separator: "'\\''") + "'"
        guard system("\(editor) \(quoted)") == 0 else {
            throw ToolFailure("\(harmless(editor)) did not end well; the text is as it was")
        }
        let edited = try TextFile.read(path)
        return String(edited.reversed().drop { $0.isWhitespace }.reversed())
    }
}
