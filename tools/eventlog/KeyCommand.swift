import ArgumentParser
import FoundationEssentials
import Keys

/// `eventlog key`: makes, lists and revokes keys.
struct KeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "Makes, lists and revokes the keys that programs show to the daemon.",
        discussion: """
            Keys are needed over TCP, and on the sockets where the daemon's setting auth.requireKey \
            says so. Changes are in force at once. With --store the keys of a store are changed \
            whose daemon does not run.

            EXAMPLES
              eventlog key create --publishable --name app --output app.key
              eventlog key create --secret --expires 90d > admin.key
              EVENTLOG_KEY_FILE=admin.key eventlog status
              eventlog key ls
              eventlog key revoke mjapx3m7
              eventlog key create --secret --store /var/lib/eventlog
            """,
        subcommands: [Create.self, List.self, Revoke.self])

    /// The daemon, or a store without one.
    struct PlaceOptions: ParsableArguments {
        @Option(
            help: ArgumentHelp("The store of a daemon that does not run.", valueName: "dir"))
        var store: String?

        @Flag(help: "With --store: it is one for test keys (auth.environment).")
        var test = false

        @OptionGroup var socket: SocketOptions

        func place() throws -> KeyPlace {
            if let store { return .store(store, test ? .test : .live) }
            return .daemon(try socket.client())
        }

        func validate() throws {
            if store != nil, socket.explicitPath != nil {
                throw ValidationError("Give --store or --socket, not both.")
            }
            if test, store == nil {
                throw ValidationError("--test goes with --store; a daemon knows by itself.")
            }
        }
    }

    enum KindFlag: String, EnumerableFlag {
        case publishable, secret

        static func help(for value: KindFlag) -> ArgumentHelp? {
            switch value {
            case .publishable: "pk_…: may send events."
            case .secret: "sk_…: may do everything."
            }
        }

        var kind: KeyRecord.Kind {
            switch self {
            case .publishable: .publishable
            case .secret: .secret
            }
        }
    }

    struct Create: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes a key and prints it, once.")

        @Flag var kind: KindFlag

        @Option(help: "What it is for, as the list shows it.")
        var name = ""

        @Option(help: ArgumentHelp("How long it works: 90d, 12h, 30min.", valueName: "time"))
        var expires: Lifetime?

        @Option(
            help: ArgumentHelp(
                "A new file for the key, which only you can read; nothing is printed.",
                valueName: "path"))
        var output: String?

        @OptionGroup var options: PlaceOptions

        func run() throws {
            let (key, report) = try options.place().create(
                name: name, kind: kind.kind, expiresIn: expires?.seconds)
            if let output {
                do {
                    try KeyTextFile.create(output, key)
                } catch {
                    // A key that nobody has must not stay valid.
                    _ = try? options.place().revoke(report.id)
                    throw error
                }
            } else {
                try Terminal.print(key)
            }
            let place = output.map { "in \(harmless($0))" } ?? "shown this once"
            Terminal.complain("key \(report.id) (\(report.kind)), \(place)")
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "ls", abstract: "Lists the keys; never the keys themselves.")

        @Flag(help: "The daemon's own JSON.")
        var json = false

        @OptionGroup var options: PlaceOptions

        func run() throws {
            let keys = try options.place().list()
            if json {
                let encoder = JSONEncoder()
                encoder.dateEncodingStrategy = .iso8601
                encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
                try Terminal.printDocument(Array(try encoder.encode(keys)) + [0x0A])
                return
            }
            if keys.isEmpty { return Terminal.complain("no keys") }
            let rows =
                [["ID", "KIND", "STATE", "CREATED", "EXPIRES", "LAST USED", "NAME"]]
                + keys.map {
                    [
                        $0.id, $0.kind, $0.state, Self.day($0.created),
                        $0.expires.map(Self.day) ?? "never", $0.lastUsedDay ?? "never", $0.name,
                    ].map { harmless($0) }
                }
            let widths = rows[0].indices.map { column in
                rows.map { $0[column].count }.max() ?? 0
            }
            for row in rows {
                let cells = zip(row, widths).map {
                    $0 + String(repeating: " ", count: $1 - $0.count)
                }
                let line = cells.joined(separator: "  ")
                try Terminal.print(String(line.reversed().drop { $0 == " " }.reversed()))
            }
        }

        private static func day(_ time: Date) -> String {
            time.formatted(.iso8601.year().month().day())
        }
    }

    struct Revoke: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Refuses a key from now on; its streams end in order.")

        @Argument(help: "The key's id, as the list shows it.")
        var id: String

        @OptionGroup var options: PlaceOptions

        func run() throws {
            let report = try options.place().revoke(id)
            try Terminal.print("revoked \(harmless(report.id))")
        }
    }
}

/// A time such as `90d`.
struct Lifetime: ExpressibleByArgument {
    let seconds: TimeInterval

    init?(argument: String) {
        let digits = argument.prefix { $0.isASCII && $0.isNumber }
        let factors = ["s": 1.0, "m": 60, "min": 60, "h": 3_600, "d": 86_400, "w": 604_800]
        guard let number = Double(digits), number > 0, digits.count <= 9,
            let factor = factors[String(argument[digits.endIndex...])]
        else { return nil }
        seconds = number * factor
    }
}
