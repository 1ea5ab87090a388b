import Query

/// Text from events, files or the daemon, made harmless to a terminal and to a reader's eye: the one
/// function that everything foreign passes before it is printed.
///
/// Which characters are escaped, and how, is `TextSafety`'s rule, so that a daemon's table and a
/// client's message show the same text alike.
/// - Parameter kept: layout that is wanted, such as the line feeds of a document.
func harmless(_ text: some StringProtocol, keeping kept: Set<Unicode.Scalar> = []) -> String {
    if kept.isEmpty { return TextSafety.escaped(String(text)) }
    var result = ""
    var piece = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
        if kept.contains(scalar) {
            result += TextSafety.escaped(String(piece))
            result.unicodeScalars.append(scalar)
            piece.removeAll(keepingCapacity: true)
        } else {
            piece.append(scalar)
        }
    }
    return result + TextSafety.escaped(String(piece))
}
