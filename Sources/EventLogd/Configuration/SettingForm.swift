import EventLog

/// How values of settings are written: every unit in the text, so that nobody has to look it up.
package enum SettingForm {
    /// What is wrong with a text; ends a sentence that names the key.
    package struct Problem: Error, Sendable, Hashable {
        package let message: String
        init(_ message: String) { self.message = message }
    }

    // MARK: Durations

    /// Largest first, for writing; the second name of minutes is read only.
    private static let timeUnits: [(name: String, nanoseconds: Int64)] = [
        ("d", 86_400_000_000_000), ("h", 3_600_000_000_000), ("min", 60_000_000_000),
        ("m", 60_000_000_000), ("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1_000), ("ns", 1),
    ]

    /// - Returns: nanoseconds.
    static func duration(_ text: String) throws(Problem) -> Int64 {
        let (digits, unit) = split(text)
        guard let number = Int64(digits), number >= 0 else {
            throw Problem("is not a duration such as 60s, 5min or 90d")
        }
        guard let factor = timeUnits.first(where: { $0.name == unit })?.nanoseconds else {
            throw Problem(
                unit.isEmpty
                    ? "needs a unit: \(number)s, \(number)min, \(number)h or \(number)d"
                    : "has an unknown unit; there are us, ms, s, min, h, d")
        }
        let (product, overflow) = number.multipliedReportingOverflow(by: factor)
        guard !overflow else { throw Problem("is too long") }
        return product
    }

    static func text(nanoseconds: Int64) -> String {
        if nanoseconds == 0 { return "0s" }
        let unit = timeUnits.first {
            $0.name != "m" && nanoseconds.isMultiple(of: $0.nanoseconds)
        }
        return unit.map { "\(nanoseconds / $0.nanoseconds)\($0.name)" } ?? "\(nanoseconds)ns"
    }

    // MARK: Sizes

    private static let sizeUnits: [(name: String, bytes: Int)] = [
        ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1), ("", 1),
    ]

    /// - Returns: bytes.
    static func size(_ text: String) throws(Problem) -> Int {
        let (digits, unit) = split(text)
        guard let number = Int(digits), number >= 0,
            let factor = sizeUnits.first(where: { $0.name == unit })?.bytes
        else { throw Problem("is not a size such as 16MiB; units are B, KiB, MiB, GiB") }
        let (product, overflow) = number.multipliedReportingOverflow(by: factor)
        guard !overflow else { throw Problem("is too large") }
        return product
    }

    static func text(bytes: Int) -> String {
        let unit = sizeUnits.first { bytes > 0 && bytes.isMultiple(of: $0.bytes) }
        return unit.map { "\(bytes / $0.bytes)\($0.name)" } ?? "\(bytes)B"
    }

    private static func split(_ text: String) -> (digits: Substring, unit: Substring) {
        let end = text.firstIndex { !$0.isASCII || !$0.isNumber } ?? text.endIndex
        return (text[..<end], text[end...].drop { $0 == " " })
    }

    // MARK: Others

    static func count(_ text: String) throws(Problem) -> Int {
        guard let number = Int(text) else { throw Problem("is not a whole number") }
        return number
    }

    static func flag(_ text: String) throws(Problem) -> Bool {
        switch text.lowercased() {
        case "true", "yes", "1": return true
        case "false", "no", "0": return false
        default: throw Problem("is not true or false")
        }
    }

    /// Rights of a file in octal, as `chmod` takes them.
    static func mode(_ text: String) throws(Problem) -> UInt32 {
        guard let mode = UInt32(text, radix: 8), mode <= 0o777, mode & 0o600 == 0o600,
            mode & 0o111 == 0
        else { throw Problem("is not a mode of a socket such as 0600, 0660 or 0666") }
        return mode
    }

    static func text(mode: UInt32) -> String { "0" + String(mode, radix: 8) }

    /// Any absolute or relative path; with a zero byte in it none could be opened.
    static func command(_ text: String) throws(Problem) -> ArchiveCommand {
        guard let command = ArchiveCommand(text) else {
            throw Problem("has a % that is not %p, %f or %%")
        }
        return command
    }

    static func path(_ text: String) throws(Problem) -> String {
        guard !text.utf8.contains(0) else { throw Problem("is not a path") }
        return text
    }

    static func choice<Value: RawRepresentable & CaseIterable>(
        _ text: String, of type: Value.Type
    ) throws(Problem) -> Value where Value.RawValue == String {
        guard let value = Value(rawValue: text) else {
            throw Problem("is not one of \(names(of: type))")
        }
        return value
    }

    static func names<Value: RawRepresentable & CaseIterable>(
        of type: Value.Type
    ) -> String where Value.RawValue == String {
        type.allCases.map(\.rawValue).joined(separator: ", ")
    }

    /// `uid:1000/app=fraction,key:abc=percent`
    static func scales(_ text: String) throws(Problem) -> [String: IngestOptions.PercentScale] {
        var scales: [String: IngestOptions.PercentScale] = [:]
        for pair in text.split(separator: ",") {
            guard let equals = pair.lastIndex(of: "="), equals > pair.startIndex else {
                throw Problem("is not a list such as uid:1000/app=fraction,key:abc=percent")
            }
            let scale = try choice(
                String(pair[pair.index(after: equals)...]), of: IngestOptions.PercentScale.self)
            guard scales.updateValue(scale, forKey: String(pair[..<equals])) == nil else {
                throw Problem("names \(pair[..<equals]) twice")
            }
        }
        return scales
    }

    static func text(scales: [String: IngestOptions.PercentScale]) -> String {
        scales.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.rawValue)" }
            .joined(separator: ",")
    }
}
