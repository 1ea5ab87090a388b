/// Text from events, files or the daemon, made harmless to a terminal and to a reader's eye: the one
/// function that everything foreign passes before it is printed.
///
/// C0, DEL and C1 controls, bidirectional controls, invisible characters and line separators become
/// `\u{…}`; malformed UTF-8 has become U+FFFD when the string was made.
func harmless(_ text: some StringProtocol, keeping kept: Set<Unicode.Scalar> = []) -> String {
    guard text.unicodeScalars.contains(where: { isHidden($0) && !kept.contains($0) }) else {
        return String(text)
    }
    var result = ""
    for scalar in text.unicodeScalars {
        if isHidden(scalar), !kept.contains(scalar) {
            result += "\\u{\(String(scalar.value, radix: 16))}"
        } else {
            result.unicodeScalars.append(scalar)
        }
    }
    return result
}

/// Whether a terminal might obey `scalar`, or show nothing for it.
private func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x00...0x1F, 0x7F...0x9F: true
    case 0xAD, 0x61C, 0x180E, 0xFEFF: true
    case 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F: true
    case 0xFFF9...0xFFFB, 0xE0000...0xE0FFF: true
    default: false
    }
}
