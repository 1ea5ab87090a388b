import EventLog
import Query

/// Prints what an audit of the chain observes, as it comes.
final class ChainReport {
    private let isJSON: Bool
    private let showsAll: Bool
    private var progress: ProgressLine
    private var failure: ToolFailure?
    /// Compactions and squashes that are only counted, and their files.
    private var compactions = (commits: 0, before: 0, after: 0)

    init(isJSON: Bool, showsAll: Bool) {
        self.isJSON = isJSON
        self.showsAll = showsAll
        progress = ProgressLine(isWanted: !isJSON)
    }

    func take(_ observation: ChainAudit.Observation) {
        switch observation {
        case .finding(let finding): print(FindingLine(finding))
        case .step(let step):
            // Their events stay: of years there are too many to be read.
            if step.operation == "OPTIMIZE", !showsAll, !isJSON {
                compactions.commits += 1
                compactions.before += step.filesBefore
                compactions.after += step.filesAfter
            } else {
                print(StepLine(step))
            }
        case .progress(let done, let all):
            progress.update { _ in
                "\(ProgressLine.bar(all > 0 ? Double(done) / Double(all) : 1)) · "
                    + "\(Quantities.bytes(done)) of \(Quantities.bytes(all))"
            }
        }
    }

    /// - Throws: `ToolFailure` with status 3 if anything was found.
    func finish(_ summary: ChainSummary, hasKeys: Bool, hasState: Bool) throws {
        progress.clear()
        if let failure { throw failure }
        if isJSON {
            try Terminal.print(JSONLine.text(SummaryLine(summary)))
        } else {
            if compactions.commits > 0 {
                try Terminal.print(
                    "\(Quantities.grouped(compactions.commits)) compactions put "
                        + "\(Quantities.grouped(compactions.before)) files into "
                        + "\(Quantities.grouped(compactions.after)), with the same number of events (--all "
                        + "shows each)")
            }
            for line in Self.lines(summary, hasKeys: hasKeys, hasState: hasState) {
                try Terminal.print(line)
            }
        }
        if summary.findings > 0 { throw ToolFailure("", .damage) }
    }

    private func print(_ line: some ChainLine) {
        guard failure == nil else { return }
        progress.clear()
        do {
            try Terminal.print(isJSON ? JSONLine.text(line) : line.text)
        } catch {
            failure = error as? ToolFailure ?? ToolFailure("\(error)")
        }
    }

    private static func lines(
        _ summary: ChainSummary, hasKeys: Bool, hasState: Bool
    ) -> [String] {
        guard let first = summary.firstVersion, let last = summary.lastVersion,
            let digest = summary.digest
        else {
            return [
                "no commit has a link: the store is from before the chain, which begins with the next "
                    + "commit, or all links were taken away"
            ]
        }
        var lines = [
            "the chain goes from version \(first) (\(text(summary.firstTime))) to version \(last) "
                + "(\(text(summary.lastTime))), \(Quantities.grouped(summary.commits)) commits; "
                + "it ends with \(digest.text)",
            "\(Quantities.grouped(summary.segments)) segments were read, "
                + Quantities.bytes(summary.bytes),
        ]
        if summary.uncovered > 0 {
            lines.append(
                "\(Quantities.grouped(summary.uncovered)) segments are from before the chain: what is in "
                    + "them is not covered until they are compacted")
        }
        if hasKeys {
            lines.append(
                "\(Quantities.grouped(summary.proven)) of \(Quantities.grouped(summary.sealed)) seals are "
                    + "the key's"
                    + (summary.key.map { ", the newest is number \($0.number)" } ?? ""))
        } else if summary.sealed > 0 {
            lines.append(
                "\(Quantities.grouped(summary.sealed)) commits are sealed, which was not held against a "
                    + "key (--verification-key)")
        } else {
            lines.append(
                "no commit is sealed: who may write the store can have made all of it anew")
        }
        if !hasState, summary.sealed > 0 {
            lines.append(
                "whether the newest commits were cut off cannot be told without --seal-key-state")
        }
        lines.append(
            summary.findings == 0
                ? "sound"
                : summary.findings == 1
                    ? "1 finding" : "\(Quantities.grouped(summary.findings)) findings")
        return lines
    }

    fileprivate static func text(_ time: Int64?) -> String {
        guard let time else { return "?" }
        return TimestampText.text(of: time.multipliedReportingOverflow(by: 1000).partialValue)
    }
}

private protocol ChainLine: Encodable {
    var text: String { get }
}

private struct FindingLine: ChainLine {
    var type = "finding"
    var kind: String
    var file: String?
    var version: Int64?
    var message: String

    init(_ finding: ChainFinding) {
        kind = finding.kind.rawValue
        file = finding.file
        version = finding.version
        message = finding.message
    }

    var text: String {
        let place = file ?? version.map { "version \($0)" } ?? "catalog"
        return "\(harmless(place)): \(kind.uppercased()): \(harmless(message))"
    }
}

private struct StepLine: ChainLine {
    var type = "step"
    var version: Int64
    /// RFC 3339.
    var time: String
    var operation: String
    var reason: String?
    var receipt: String?
    var filesBefore: Int
    var filesAfter: Int
    var eventsBefore: Int?
    var eventsAfter: Int

    init(_ step: ChainStep) {
        version = step.version
        time = ChainReport.text(step.time)
        operation = step.operation
        reason = step.reason
        receipt = step.receipt
        filesBefore = step.filesBefore
        filesAfter = step.filesAfter
        eventsBefore = step.eventsBefore
        eventsAfter = step.eventsAfter
    }

    var text: String {
        let why = [reason, receipt].compactMap(\.self).map { " " + harmless($0) }.joined()
        let events = eventsBefore.map { Quantities.grouped($0) } ?? "?"
        return "\(time) version \(version) \(harmless(operation))\(why): "
            + "\(filesBefore == 1 ? "1 file" : "\(Quantities.grouped(filesBefore)) files") with "
            + "\(events) events became \(Quantities.grouped(filesAfter)) with "
            + Quantities.grouped(eventsAfter)
    }
}

private struct SummaryLine: Encodable {
    var type = "summary"
    var firstVersion: Int64?
    var firstTime: String?
    var lastVersion: Int64?
    var lastTime: String?
    var digest: String?
    var commits: Int
    var segments: Int
    var bytes: Int
    var uncovered: Int
    var sealed: Int
    var proven: Int
    var key: String?
    var number: Int64?
    var findings: Int

    init(_ summary: ChainSummary) {
        firstVersion = summary.firstVersion
        firstTime = summary.firstTime.map(ChainReport.text)
        lastVersion = summary.lastVersion
        lastTime = summary.lastTime.map(ChainReport.text)
        digest = summary.digest?.text
        commits = summary.commits
        segments = summary.segments
        bytes = summary.bytes
        uncovered = summary.uncovered
        sealed = summary.sealed
        proven = summary.proven
        key = summary.key?.id.text
        number = summary.key?.number
        findings = summary.findings
    }
}
