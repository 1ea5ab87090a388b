/// A command as the argument parser describes it (its `--experimental-dump-help`), as far as the manual
/// needs it.
struct CommandDescription: Decodable {
    struct Root: Decodable {
        var command: CommandDescription
    }

    struct Argument: Decodable {
        struct Name: Decodable {
            var kind: String
            var name: String

            /// `--format`, `-f`
            var text: String { kind == "long" ? "--\(name)" : "-\(name)" }
        }

        var kind: String
        var names: [Name]?
        var valueName: String?
        var abstract: String?
        var defaultValue: String?
        var isOptional: Bool
        var isRepeating: Bool
        var shouldDisplay: Bool
    }

    var superCommands: [String]?
    var commandName: String
    var abstract: String?
    var discussion: String?
    var subcommands: [CommandDescription]?
    var arguments: [Argument]?

    /// `eventlog segment ls`
    var fullName: String { ((superCommands ?? []) + [commandName]).joined(separator: " ") }
}
