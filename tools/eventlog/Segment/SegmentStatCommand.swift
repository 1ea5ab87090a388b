import ArgumentParser

/// `eventlog segment stat`: what is in a segment and how it is laid out.
struct SegmentStatCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stat",
        abstract: "Shows what is in segments: columns, sizes, pages, dictionaries, filters.",
        discussion: """
            Reads the footer, the indexes, and the heads of dictionaries and Bloom filters, so it takes no longer for \
            a large file. With --pages a line for each page of a column, whose bytes are read and their \
            checksums tried; rows count from 0 in the row group.

            EXAMPLES
              eventlog segment stat events/2026/11/15/*.parquet
              eventlog segment stat --pages contentId --json /var/lib/eventlog

            EXIT STATUS
              0 shown · 1 failed · 2 wrong usage · 3 damaged
            """)

    @OptionGroup var options: SegmentOptions
    @Option(help: ArgumentHelp("List the pages of this column.", valueName: "column"))
    var pages: String?
    @OptionGroup var damage: DamageOptions

    func run() throws {
        var report = DamageReport(damage, title: "damaged parts")
        for segment in try options.segments() {
            do throws(ToolFailure) {
                if let pages {
                    for page in try segment.pages(of: pages, &report) {
                        try Terminal.print(options.json ? page.json : page.line)
                    }
                    continue
                }
                let statistics = try segment.statistics(&report)
                for line in try options.json ? [statistics.json] : statistics.lines {
                    try Terminal.print(line)
                }
            } catch {
                guard error.status == .damage else { throw error }
                report.add(error, path: segment.path)
            }
        }
        try report.finish()
    }
}
