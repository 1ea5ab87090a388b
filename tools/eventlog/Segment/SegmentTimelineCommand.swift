import ArgumentParser
import Columns
import EventLog
import Query

/// `eventlog segment timeline`: when the events of stores and files happened.
struct SegmentTimelineCommand: ParsableCommand {
    /// Columns of a bar on the terminal.
    private static let barLength = 40

    static let configuration = CommandConfiguration(
        commandName: "timeline",
        abstract: "Shows how many events each segment, day or hour has, with gaps and overlaps.",
        discussion: """
            Without --by a line for each segment, by its first moment: gap and overlap compare it with all \
            before it. Journals are not in it. With --by day or --by hour a line for each, UTC, that has \
            events, those of a store's journal included; gap is the time without any before it.

            EXAMPLES
              eventlog segment timeline /var/lib/eventlog
              eventlog segment timeline --by day --json /backup/store

            EXIT STATUS
              0 shown · 1 failed · 2 wrong usage · 3 shown without what is damaged
            """)

    enum Unit: String, ExpressibleByArgument, CaseIterable {
        case day, hour
        /// µs.
        var length: Int64 { self == .day ? 86_400_000_000 : 3_600_000_000 }
    }

    @OptionGroup var options: SegmentOptions
    @OptionGroup var damage: DamageOptions
    @Option(help: "day or hour.") var by: Unit?

    func run() throws {
        var report = DamageReport(damage)
        let entries = try by.map { try periods($0, &report) } ?? segments(&report)
        let most = entries.reduce(1) { max($0, $1.rows) }
        for entry in entries {
            try Terminal.print(
                options.json ? JSONLine.text(entry) : entry.line(most, Self.barLength))
        }
        try report.finish()
    }

    private func segments(_ report: inout DamageReport) throws -> [TimelineEntry] {
        var found: [(entry: TimelineEntry, from: Int64, to: Int64)] = []
        for segment in try options.segments() {
            let summary: SegmentSummary
            do throws(ToolFailure) {
                summary = try segment.summary()
            } catch {
                report.add(error, path: segment.path)
                continue
            }
            guard let from = summary.from.flatMap(TimestampText.time),
                let to = summary.to.flatMap(TimestampText.time)
            else { continue }
            found.append(
                (
                    TimelineEntry(
                        path: summary.path, from: summary.from ?? "", to: summary.to ?? "",
                        rows: summary.rows), from, to
                ))
        }
        found.sort { ($0.from, $0.to) < ($1.from, $1.to) }
        var last: Int64?
        for position in found.indices {
            let (_, from, to) = found[position]
            if let last {
                if from > last { found[position].entry.gap = seconds(from - last) }
                if from < last { found[position].entry.overlap = seconds(min(to, last) - from) }
            }
            last = max(last ?? to, to)
        }
        return found.map(\.entry)
    }

    private func periods(
        _ unit: Unit, _ report: inout DamageReport
    ) throws -> [TimelineEntry] {
        var counts: [Int64: Int] = [:]
        let time = Int(EventColumn.timestamp.rawValue)
        for path in options.paths {
            guard let events = try OfflineEvents.open(path, &report) else { continue }
            let observer = ScanObserver()
            let scan = try events.table.scan(
                ScanRequest(columns: [time], bounds: [], observer: observer))
            for part in scan.units {
                let block = try part.read([time])
                guard case .int64(let times) = block.columns[0].values else { continue }
                for row in times.indices
                where !block.unreadable.contains(where: { $0.contains(row) }) {
                    let (whole, rest) = times[row].quotientAndRemainder(dividingBy: unit.length)
                    counts[rest < 0 ? whole - 1 : whole, default: 0] += 1
                }
            }
            report.add(events.damage + observer.damage, of: events)
        }
        var last: Int64?
        return counts.keys.sorted().map { period in
            var entry = TimelineEntry(
                from: TimestampText.text(of: period * unit.length),
                to: TimestampText.text(of: (period + 1) * unit.length - 1),
                rows: counts[period] ?? 0)
            if let last, period > last + 1 {
                entry.gap = seconds((period - last - 1) * unit.length)
            }
            last = period
            return entry
        }
    }

    private func seconds(_ microseconds: Int64) -> Double { Double(microseconds) / 1_000_000 }
}

/// A line of the timeline; the names are those of the JSON.
private struct TimelineEntry: Codable {
    /// `nil` for a day or an hour.
    var path: String?
    /// RFC 3339; both are part of it.
    var from: String
    var to: String
    var rows: Int
    /// Seconds without events before it.
    var gap: Double?
    /// Seconds that others before it cover too.
    var overlap: Double?

    func line(_ most: Int, _ length: Int) -> String {
        let full = Int((Double(rows) / Double(most) * Double(length)).rounded(.up))
        let bar = String(repeating: "█", count: full) + String(repeating: "·", count: length - full)
        let note =
            (gap.map { ", gap \(Quantities.duration($0))" } ?? "")
            + (overlap.map { ", overlap \(Quantities.duration($0))" } ?? "")
        let name = path.map { " \(harmless($0))" } ?? ""
        return "\(from) … \(to) \(bar) \(Quantities.grouped(rows)) events\(note)\(name)"
    }
}
