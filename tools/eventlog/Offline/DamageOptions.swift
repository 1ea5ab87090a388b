import ArgumentParser
import Columns
import FoundationEssentials

/// How damage is told by every offline command.
struct DamageOptions: ParsableArguments {
    @Flag(
        name: .customLong("damage-json"),
        help: "Tell of damage on standard error as JSON, an object a line.")
    var isJSON = false
}

/// What of the given paths could not be read.
struct DamageReport {
    /// The names are those of the JSON.
    struct Entry: Codable, Equatable {
        var path: String
        /// In the file, in bytes, as far as known.
        var offset: Int?
        var length: Int?
        /// Events that are left out because of it, as far as known.
        var events: Int?
        var message: String
        /// What may help.
        var hint: String?
    }

    private(set) var entries: [Entry] = []
    /// As it was told before there was JSON, a line each.
    private(set) var lines: [String] = []
    private let isJSON: Bool
    /// What the first line says to people.
    private let title: String

    init(
        _ options: DamageOptions = DamageOptions(), title: String = "damaged events were left out"
    ) {
        isJSON = options.isJSON
        self.title = title
    }

    mutating func add(_ damage: [Damage], of events: OfflineEvents) {
        for found in damage { add(found, path: events.name(of: found.file)) }
    }

    /// - Parameter path: as people may type it.
    mutating func add(_ damage: Damage, path: String) {
        let entry = Entry(
            path: path, offset: damage.byteRange?.lowerBound, length: damage.byteRange?.count,
            events: damage.rowCount, message: damage.message)
        add(entry)
    }

    mutating func add(_ entry: Entry) {
        // Several looks at one file meet the same.
        guard !entries.contains(entry) else { return }
        entries.append(entry)
        lines.append(Self.line(entry))
    }

    /// A file that is of no use at all.
    mutating func add(_ failure: ToolFailure, path: String) {
        let prefix = "\(harmless(path)): "
        let message = failure.message
        let own = message.hasPrefix(prefix) ? String(message.dropFirst(prefix.count)) : message
        entries.append(Entry(path: path, message: own))
        lines.append(message)
    }

    /// One line for people about what could not be used.
    private static func line(_ entry: Entry) -> String {
        let place =
            entry.offset.map { offset in
                guard let length = entry.length, length > 0 else { return ", byte \(offset)" }
                return ", bytes \(offset)–\(offset + length - 1)"
            } ?? ""
        let cost = entry.events.map { " (\(Quantities.grouped($0)) events)" } ?? ""
        let hint = entry.hint.map { "; \($0)" } ?? ""
        return harmless("\(entry.path)\(place): \(entry.message)\(cost)\(hint)")
    }

    /// Tells it on standard error, if there is any.
    func tell() throws {
        guard !entries.isEmpty else { return }
        if isJSON {
            for entry in entries { Terminal.complain(harmless(try JSONLine.text(entry))) }
        } else {
            Terminal.complain("eventlog: warning: \(title)")
            for line in lines { Terminal.complain("  \(line)") }
        }
    }

    /// Tells it and ends with the status of damage, if there is any.
    func finish() throws {
        guard !entries.isEmpty else { return }
        try tell()
        throw ToolFailure("", .damage)
    }
}
