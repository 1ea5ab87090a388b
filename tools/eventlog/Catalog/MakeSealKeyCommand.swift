import ArgumentParser
import EventLog
import Glibc

/// `eventlog catalog make-seal-key`: the pair of keys that `eventlogd --seal-key` and `catalog verify` take.
struct MakeSealKeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "make-seal-key",
        abstract:
            "Makes the key that eventlogd seals commits with, and the one that verifies them.",
        discussion: """
            The daemon's key becomes another one with each commit, and none leads back: who takes the \
            machine over cannot make again what was sealed before. The verification key can: bring it away \
            from the machine, to where the store is verified, and leave no copy. Never copy the daemon's \
            file: an old copy seals what the new one cannot.

            Run it as the daemon's user. The daemon's file must be in a directory of that user that nobody \
            else may write to.

            EXAMPLES
              eventlog catalog make-seal-key --output /var/lib/eventlog-key/seal.key \\
                --verification-key /media/usb/eventlog.verify
              eventlogd --store /var/lib/eventlog --seal-key /var/lib/eventlog-key/seal.key
              eventlog catalog verify /var/lib/eventlog --verification-key /media/usb/eventlog.verify

            EXIT STATUS
              0 made · 1 failed, and neither is there · 2 wrong usage
            """)

    @Option(help: ArgumentHelp("The daemon's file; must be new.", valueName: "file"))
    var output: String

    @Option(help: ArgumentHelp("The verification key's file; must be new.", valueName: "file"))
    var verificationKey: String

    func run() throws {
        let key = VerificationKey.random()
        try KeyTextFile.create(verificationKey, key.text)
        do {
            try OfflineStore.writeSealKey(key, to: output)
        } catch {
            // It proves nothing without the other.
            unlink(verificationKey)
            throw error
        }
        try Terminal.print("seal key \(key.id.text)")
        Terminal.complain(
            "eventlog: bring \(harmless(verificationKey)) away from this machine, and leave no copy"
        )
    }
}
