import ArgumentParser
import EventLog
import Parquet

/// `eventlog segment salvage`: what is intact of a damaged segment, as a sound one.
struct SegmentSalvageCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "salvage",
        abstract: "Writes what is intact of a damaged segment as a new, sound one.",
        discussion: """
            The damaged file is only read, and OUT must not exist. An event is kept if all of its columns \
            can be read; with --partial also if only columns are lost that need not have a value, which \
            are null then. A file whose footer is gone needs --like, a sound segment of the same store \
            with the same columns; where the pages that are left do not prove which column is which, \
            nothing is written.

            EXAMPLES
              eventlog segment salvage damaged.parquet saved.parquet
              eventlog segment salvage cut.parquet saved.parquet --like sound.parquet --partial

            EXIT STATUS
              0 nothing was lost · 1 failed · 2 wrong usage · 3 something was lost, as the report says
            """)

    @Argument(help: ArgumentHelp("The damaged segment.", valueName: "file")) var path: String
    @Argument(help: ArgumentHelp("The segment to write.", valueName: "out")) var out: String
    @Option(help: ArgumentHelp("A sound segment with the same columns.", valueName: "file"))
    var like: String?
    @Flag(help: "Also keep events that lost columns which may be null.") var partial = false
    @Flag(help: "JSON, one object.") var json = false
    @OptionGroup var damage: DamageOptions

    func run() throws {
        guard out != "-", !OfflineStore.exists(out) else {
            throw ToolFailure("\(harmless(out)) exists already, or is no file", .usage)
        }
        let report: SegmentSalvage.Report
        do {
            let model = try like.map { try ParquetFile(source: FileSource(path: $0)) }
            var salvage = try SegmentSalvage(
                try FileSource(path: path), like: model, keepsIncomplete: partial)
            let output = try ExportOutput(out)
            report = try salvage.run { try output.write(Array($0)) }
            if report.keptRows > 0 { try output.finish() }
        } catch let error as ParquetError {
            return try refuse(error)
        }
        let told = SalvageReport(report, path, report.keptRows > 0 ? out : nil)
        if json {
            try Terminal.print(JSONLine.text(told))
        } else {
            for line in told.lines { try Terminal.print(line) }
        }
        if report.keptRows > 0, !(try OfflineSegment(file: out)).verifyDeeply().isSound {
            throw ToolFailure("\(harmless(out)) is not sound", .damage)
        }
        if !told.isWhole { throw ToolFailure("", .damage) }
    }

    /// Nothing was written: says why.
    private func refuse(_ error: ParquetError) throws {
        var report = DamageReport(damage, title: "nothing could be saved")
        report.add(
            DamageReport.Entry(
                path: path, offset: error.offset, message: error.message,
                hint: like == nil ? "--like may help" : nil))
        try report.finish()
    }
}

/// What `salvage` says; the names are those of the JSON.
private struct SalvageReport: Codable {
    struct Bytes: Codable {
        var offset: Int
        var length: Int

        init(_ range: Range<Int>) { (offset, length) = (range.lowerBound, range.count) }
        var text: String { "\(offset)–\(offset + length - 1)" }
    }

    struct Loss: Codable {
        var column: String
        var rows: Int
        var bytes: [Bytes]
    }

    var path: String
    /// `nil`: there was nothing to write.
    var out: String?
    var hasFooter: Bool
    var kept: Int
    var lost: Int
    /// Of those kept.
    var incomplete: Int
    var columns: [Loss]
    var unknown: [Bytes]

    init(_ report: SegmentSalvage.Report, _ path: String, _ out: String?) {
        self.path = path
        self.out = out
        hasFooter = report.hasFooter
        kept = report.keptRows
        lost = report.lostRows
        incomplete = report.incompleteRows
        columns = report.columns.map {
            Loss(column: $0.name, rows: $0.rowCount, bytes: $0.byteRanges.map(Bytes.init))
        }
        unknown = report.unknownBytes.map(Bytes.init)
    }

    /// A footer can name row groups of which nothing is left, so without one nobody knows.
    var isWhole: Bool { hasFooter && lost == 0 && incomplete == 0 && columns.isEmpty }

    var lines: [String] {
        var lines = [
            "\(Quantities.grouped(kept)) events kept, \(Quantities.grouped(lost)) lost"
                + (incomplete > 0
                    ? ", \(Quantities.grouped(incomplete)) of those kept incomplete" : "")
        ]
        for loss in columns {
            let places = loss.bytes.map(\.text).joined(separator: ", ")
            lines.append(
                "  column \(harmless(loss.column)): \(Quantities.grouped(loss.rows)) events"
                    + (places.isEmpty ? "" : ", bytes \(places)"))
        }
        if !hasFooter {
            lines.append("  the footer is gone: what else was in these bytes is not known")
            lines += unknown.map { "  bytes \($0.text)" }
        }
        return lines
    }
}
