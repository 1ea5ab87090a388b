/// The setting `archiver.command`: a command for the shell, in which `%p` stands for the path of a segment, `%f`
/// for the name of its file, and `%%` for a percent sign.
package struct ArchiveCommand: Sendable, Hashable {
    private enum Part: Hashable { case text(String), path, name }

    private let parts: [Part]
    /// As it was written.
    package let text: String

    /// - Returns: `nil` if another letter follows a percent sign, or none.
    package init?(_ text: String) {
        var parts: [Part] = []
        var literal = ""
        var rest = text[...]
        while let character = rest.popFirst() {
            guard character == "%" else {
                literal.append(character)
                continue
            }
            switch rest.popFirst() {
            case "%": literal.append("%")
            case "p":
                parts += [.text(literal), .path]
                literal = ""
            case "f":
                parts += [.text(literal), .name]
                literal = ""
            default: return nil
            }
        }
        self.text = text
        self.parts = parts + [.text(literal)]
    }

    /// What the shell is to run.
    package func line(path: String, name: String) -> String {
        parts.map {
            switch $0 {
            case .text(let text): text
            case .path: Self.quoted(path)
            case .name: Self.quoted(name)
            }
        }.joined()
    }

    /// A word that the shell takes as it is. Plain ones are left alone, so that they may also stand in quotes.
    static func quoted(_ word: String) -> String {
        let isPlain = word.utf8.allSatisfy {
            switch $0 {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        guard !isPlain || word.isEmpty else { return word }
        return "'"
            + word.split(separator: "'", omittingEmptySubsequences: false)
            .joined(separator: #"'\''"#) + "'"
    }
}
