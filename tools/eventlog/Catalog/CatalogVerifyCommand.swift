import ArgumentParser
import EventLog

/// `eventlog catalog verify`: whether a store is the one that its commits made.
struct CatalogVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Names what of a store is not as its commits made it.",
        discussion: """
            Each commit names the SHA-256 of its segments and of the commit before it. This reads every \
            segment and all links, names each segment that was rewritten, dropped or inserted and each commit \
            that was replaced, reordered or cut out, and tells what erasure, retention and compaction removed, \
            when and why. It changes nothing and may run beside the daemon.

            Whoever may write the store can make a whole new chain. He cannot make the seals of a daemon \
            with --seal-key: for those give the verification key. That the newest commits were cut off shows \
            only beside the daemon's key file. segment verify --deep holds events against what is said of them.

            EXAMPLES
              eventlog catalog verify /var/lib/eventlog
              eventlog catalog verify /backup/store --verification-key /media/usb/eventlog.verify
              eventlog catalog verify /var/lib/eventlog --verification-key key \\
                --seal-key-state /var/lib/eventlog-key/seal.key

            EXIT STATUS
              0 sound · 1 not a store · 2 wrong usage · 3 something is not as it was made
            """)

    @Argument(
        help: ArgumentHelp("The store's directory.", valueName: "dir"), completion: .directory)
    var store: String

    @Option(
        help: ArgumentHelp(
            "A verification key that seals are held against; may be given again.",
            valueName: "file"))
    var verificationKey: [String] = []

    @Option(
        help: ArgumentHelp(
            "The daemon's key file: how many commits there must be. Nothing in it is changed.",
            valueName: "file"))
    var sealKeyState: String?

    @Flag(help: "Also each compaction.")
    var all = false

    @Flag(help: "JSON, an object a line: findings, steps, and a summary at the end.")
    var json = false

    func run() throws {
        let keys = try verificationKey.map { path throws(ToolFailure) in
            guard let key = VerificationKey(try KeyTextFile.read(path)) else {
                throw ToolFailure("\(harmless(path)) is not a verification key")
            }
            return key
        }
        let state = try sealKeyState.map { path throws(ToolFailure) in
            try OfflineStore.sealKeyState(path)
        }
        let report = ChainReport(isJSON: json, showsAll: all)
        let summary = try OfflineStore(path: store).auditChain(keys: keys, keyState: state) {
            report.take($0)
        }
        try report.finish(summary, hasKeys: !keys.isEmpty, hasState: state != nil)
    }
}
