/// The report for people.
extension ClockReport {
    /// Columns of a bar, and lines of a list.
    private static let barLength = 30
    private static let listLength = 10

    var lines: [String] {
        var lines = [
            "\(Quantities.grouped(events)) events, received "
                + "\(receivedFrom ?? "never") … \(receivedTo ?? "never")"
        ]
        lines += daemonLines
        lines += producerLines
        lines += deviceLines
        if wildCount > 0 {
            lines.append("")
            lines.append("\(Quantities.grouped(wildCount)) events with a time that is none:")
            for event in wild.prefix(Self.listLength) {
                lines.append(
                    "  seq \(event.seq) \(harmless(event.producer)) says \(event.clientTime), "
                        + "received \(event.receivedAt)")
            }
        }
        return lines + timeline
    }

    private var daemonLines: [String] {
        var lines = ["", "the daemon's clock:"]
        for step in steps {
            let size = Quantities.duration(abs(step.seconds))
            let direction = step.seconds < 0 ? "set back by" : "set ahead by"
            var line =
                "  \(direction) \(step.atLeast ? "at least " : "")\(size) between \(step.from) and "
                + "\(step.to) (version \(step.version))"
            if let gap = step.gap {
                line += ", most likely between seq \(gap.firstSeq) and \(gap.lastSeq)"
            } else if let run = step.run {
                line += ", most likely at seq \(run.firstSeq)–\(run.lastSeq), all of \(run.time)"
            } else if let first = step.firstSeq, let last = step.lastSeq {
                line += ", between seq \(first) and \(last)"
            }
            lines.append(line)
        }
        if steps.isEmpty { lines.append("  no step is known") }
        if decreases > 0 {
            lines.append(
                "  \(Quantities.grouped(decreases)) times of arrival are before those of earlier events"
            )
        }
        for gap in gaps.sorted(by: { $0.seconds > $1.seconds }).prefix(Self.listLength) {
            lines.append(
                "  nothing received for \(Quantities.duration(gap.seconds)): \(gap.from) … \(gap.to), "
                    + "seq \(gap.firstSeq)–\(gap.lastSeq)")
        }
        if gapCount > Self.listLength {
            lines.append("  and \(Quantities.grouped(gapCount - Self.listLength)) more such times")
        }
        for run in runs.sorted(by: { $0.events > $1.events }).prefix(Self.listLength) {
            lines.append(
                "  \(Quantities.grouped(run.events)) events received at \(run.time): seq "
                    + "\(run.firstSeq)–\(run.lastSeq)"
                    + (run.severalProducers ? ", from several producers" : ""))
        }
        return lines
    }

    private var producerLines: [String] {
        guard !producers.isEmpty else { return [] }
        var rows = [
            [
                "producer", "events", "adjusted", "late", "delay p5", "median", "p95", "skew",
                "drift", "out of order", "by at most",
            ]
        ]
        for producer in producers {
            rows.append([
                producer.producer.isEmpty ? "(others)" : harmless(producer.producer),
                Quantities.grouped(producer.events), Quantities.grouped(producer.adjusted),
                Quantities.grouped(producer.late), Self.signed(producer.delayP5),
                Self.signed(producer.delayMedian), Self.signed(producer.delayP95),
                Self.signed(producer.skew) + (producer.skewed ? " !" : ""),
                producer.drift.map { Self.signed($0 * 0.0864) + "/d" } ?? "–",
                Quantities.grouped(producer.outOfOrder), Self.signed(producer.outOfOrderMax),
            ])
        }
        var lines = ["", "clients' clocks (ahead is +, behind −; ! beyond the limit):"]
        lines += Self.table(rows)
        for producer in producers {
            guard let from = producer.skewedFrom, let to = producer.skewedTo else { continue }
            lines.append("  \(harmless(producer.producer)) was wrong \(from) … \(to)")
        }
        return lines
    }

    private var deviceLines: [String] {
        guard !devices.isEmpty else { return [] }
        var rows = [["device", "producer", "skew", "events", "first", "last"]]
        for device in devices {
            rows.append([
                harmless(device.device), harmless(device.producer), Self.signed(device.skew),
                (device.error > 0 ? "≤ " : "") + Quantities.grouped(device.beyond),
                device.first, device.last,
            ])
        }
        return ["", "devices:"] + Self.table(rows)
    }

    private var timeline: [String] {
        let most = periods.reduce(0) { max($0, $1.ahead + $1.late) }
        guard most > 0 else { return [] }
        var lines = [
            "",
            "ahead of the daemon's clock or late, by \(Quantities.duration(periodSeconds)):",
        ]
        for period in periods {
            let count = period.ahead + period.late
            let full = Int(
                (Double(count) / Double(most) * Double(Self.barLength)).rounded(.up))
            let bar =
                String(repeating: "█", count: full)
                + String(repeating: "·", count: Self.barLength - full)
            lines.append(
                "  \(period.from) \(bar) \(Quantities.grouped(period.ahead)) ahead, "
                    + "\(Quantities.grouped(period.late)) late of \(Quantities.grouped(period.events))"
            )
        }
        return lines
    }

    private static func signed(_ seconds: Double?) -> String {
        guard let seconds else { return "–" }
        let size = abs(seconds)
        let text =
            size < 10
            ? "\(Quantities.decimal(size, size < 0.1 ? 3 : 1)) s" : Quantities.duration(size)
        return size == 0 ? "0 s" : (seconds < 0 ? "−" : "+") + text
    }

    /// Columns of equal width; all but the first to the right.
    private static func table(_ rows: [[String]]) -> [String] {
        let widths = (rows.first ?? []).indices.map { column in
            rows.reduce(0) { max($0, $1[column].count) }
        }
        return rows.map { row in
            row.enumerated().map { column, text in
                let blanks = String(repeating: " ", count: widths[column] - text.count)
                return column == 0 ? text + blanks : blanks + text
            }.joined(separator: "  ")
        }.map { "  " + $0 }
    }
}
