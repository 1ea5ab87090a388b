import ArgumentParser
import EventLog

/// `eventlog journal`: looks at the journal's files without a daemon and without touching them.
struct JournalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal",
        abstract: "Looks at journal files offline, strictly read-only.",
        subcommands: [
            JournalListCommand.self, JournalStatCommand.self, JournalCatCommand.self,
            JournalVerifyCommand.self,
        ])
}

/// What `journal` subcommands work on.
struct JournalOptions: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "Stores, directories with journal files, or single files.", valueName: "dir|file"))
    var paths: [String]

    func journals() throws(ToolFailure) -> [JournalFiles] {
        var journals: [JournalFiles] = []
        for path in paths { journals.append(try Self.journal(at: path)) }
        return journals
    }

    /// - Throws: `ToolFailure` if nothing is there, or no journal.
    static func journal(at path: String) throws(ToolFailure) -> JournalFiles {
        let isDirectory = OfflineStore.isDirectory(path)
        // Says what is wrong with a path in the same words as other commands.
        if !isDirectory { _ = try FileSource(path: path) }
        do throws(StoreError) {
            return try isDirectory ? JournalFiles(directory: path) : JournalFiles(file: path)
        } catch {
            throw ToolFailure("\(harmless(path)): \(harmless("\(error)"))")
        }
    }
}

extension JournalFiles {
    /// Reads all of it as a restart would, and decodes every record.
    func audit() throws(ToolFailure) -> JournalAudit {
        do {
            return try JournalAudit(self)
        } catch {
            throw ToolFailure(harmless("\(error)"))
        }
    }
}
