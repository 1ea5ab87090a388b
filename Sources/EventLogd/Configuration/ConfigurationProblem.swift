import Query

/// Something wrong with the configuration: which key, or which file, and what.
package struct ConfigurationProblem: Error, Sendable, Hashable, CustomStringConvertible {
    package let key: String
    /// The rest of a sentence that begins with the key.
    package let message: String

    package init(_ key: String, _ message: String) {
        self.key = key
        self.message = message
    }

    /// A key that there is not, with the one that was probably meant.
    init(unknown key: String, in source: String) {
        let nearest = EditDistance.nearest(to: key, among: SettingsTable.all.map(\.key))
        let hint = nearest.map { "; did you mean \($0)?" } ?? ""
        self.init(key, "is not a setting (\(source))\(hint)")
    }

    package var description: String { "\(key): \(message)" }
}
