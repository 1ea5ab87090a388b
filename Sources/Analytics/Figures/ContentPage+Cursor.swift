import FoundationEssentials

/// A page goes on after the last entry of the one before, which its cursor names with the order that it is
/// of: `base64(sort ␟ order ␟ value ␟ content)`.
extension ContentPage.Cursor {
    private static let separator = "\u{1F}"

    package func text(_ page: ContentPage) -> String {
        let fields = [
            page.sort?.rawValue ?? "contentId", page.isDescending ? "desc" : "asc",
            value.map { String($0.bitPattern, radix: 16) } ?? "", content,
        ]
        return Data(fields.joined(separator: Self.separator).utf8).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    /// - Returns: `nil` if it is none, or one of another order.
    package init?(_ text: String, _ page: ContentPage) {
        var standard = text.replacing("-", with: "+").replacing("_", with: "/")
        standard += String(repeating: "=", count: (4 - standard.utf8.count % 4) % 4)
        guard let data = Data(base64Encoded: standard),
            let fields = String(validating: data, as: UTF8.self)?
                .split(separator: Self.separator, maxSplits: 3, omittingEmptySubsequences: false),
            fields.count == 4, fields[0] == page.sort?.rawValue ?? "contentId",
            fields[1] == (page.isDescending ? "desc" : "asc")
        else { return nil }
        if !fields[2].isEmpty {
            guard let bits = UInt64(fields[2], radix: 16) else { return nil }
            value = Double(bitPattern: bits)
        }
        content = String(fields[3])
    }
}
