import FoundationEssentials

/// A piece of the document, as people write it: the paths of one tag, or of one that another piece has
/// (`under`), and what they need.
///
/// It is OpenAPI 3.1 in JSON, less what all operations have in common (`Operation`), and with texts
/// that may be cut into lines: an array of them as `description`, an empty one between paragraphs.
struct DocumentPart: Sendable {
    let root: JSONNode

    /// All pieces, in the order in which their tags are shown. `base` is what they are put into.
    static let all = [
        events, identity, query, persons, content, exports, erasure, keys, store, operations,
        storeStatus, analytics, contentFigures, engagement, quality, viewers, figures, metrics,
        signals,
        feed, page,
    ]

    /// - Parameter text: JSON, of our own: what cannot be read is a broken promise.
    init(_ text: String) {
        do {
            root = try JSONDecoder().decode(JSONNode.self, from: Data(text.utf8)).joiningLines()
        } catch {
            preconditionFailure("a part of the OpenAPI document is not JSON: \(error)")
        }
    }
}

extension JSONNode {
    /// The same with whole texts for those that were cut into lines.
    fileprivate func joiningLines() -> JSONNode {
        switch self {
        case .array(let values): .array(values.map { $0.joiningLines() })
        case .object(let members):
            .object(
                Dictionary(
                    uniqueKeysWithValues: members.map { name, value in
                        let lines = name == "description" ? value.array?.compactMap(\.string) : nil
                        return (name, lines.map { .string(Self.text($0)) } ?? value.joiningLines())
                    }))
        default: self
        }
    }

    private static func text(_ lines: [String]) -> String {
        lines.split(separator: "", omittingEmptySubsequences: false)
            .map { $0.joined(separator: " ") }.joined(separator: "\n\n")
    }
}
