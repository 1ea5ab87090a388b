import ArgumentParser
import EventLog

/// `eventlog user verify`: whether any file has anything of a user.
struct UserVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Looks for a user id in every byte of the store, decompressed.",
        discussion: """
            Reads every file: values and dictionaries of columns, journal records, the map of persons, \
            quarantine, exports, receipts. An id is found as a word of its own: u1 is not in u12.

            EXAMPLES
              eventlog user verify u_17
              eventlog user verify u_17 device-9 --store /backup/store

            EXIT STATUS
              0 nothing found · 1 found · 2 wrong usage · 3 nothing found, but not all could be read
            """)

    @Argument(help: ArgumentHelp("User ids, or any others.", valueName: "id"))
    var ids: [String]

    @Option(
        help: ArgumentHelp(
            "A store; it need not be in use, nor whole. Default: that of the daemon.",
            valueName: "dir"))
    var store: String?

    @Flag(help: "JSON.")
    var json = false

    @OptionGroup var socket: SocketOptions

    func validate() throws { for id in ids { try UserEraseCommand.check(id) } }

    func run() throws {
        var report = ErasureCheck.Report()
        if let store {
            report = try Self.look(for: ids, in: store)
        } else {
            for id in ids {
                let one: ErasureCheck.Report = try socket.client().data(
                    "GET", "/v1/users/" + URLText.escaped(id) + "/traces")
                report.files = one.files
                report.bytes = one.bytes
                report.hits += one.hits
                report.unreadable += one.unreadable.filter { !report.unreadable.contains($0) }
            }
        }
        try show(report)
    }

    private func show(_ report: ErasureCheck.Report) throws {
        if json {
            try Terminal.print(JSONLine.text(report))
        } else {
            for hit in report.hits {
                let rows = hit.rows.map { ", \(Quantities.grouped($0)) rows" } ?? ""
                try Terminal.print("found in \(harmless(hit.file)), \(harmless(hit.place))\(rows)")
            }
            for line in report.unreadable { Terminal.complain("eventlog: \(harmless(line))") }
            try Terminal.print(
                "\(Quantities.grouped(report.hits.count)) hits in "
                    + "\(Quantities.grouped(report.files)) files, \(Quantities.bytes(report.bytes))"
            )
        }
        if !report.hits.isEmpty { throw ToolFailure("") }
        if !report.unreadable.isEmpty { throw ToolFailure("", .damage) }
    }

    private static func look(
        for ids: [String], in store: String
    ) throws(ToolFailure) -> ErasureCheck.Report {
        var line = ProgressLine(isWanted: true)
        let report = Result { () throws(StoreError) in
            try ErasureCheck.run(ErasureCheck(store, ids: ids)) { file in
                line.update { _ in harmless(file) }
            }
        }
        line.clear()
        do {
            return try report.get()
        } catch {
            throw ToolFailure(harmless("\(store): \(error)"))
        }
    }
}
