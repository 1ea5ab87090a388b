import EventLog
import Query

/// The text of the screen, line by line. It knows no terminal.
struct TopPage {
    enum Order { case count, name }

    let history: TopHistory
    let minutes: Int
    var order = Order.count
    var isPaused = false
    var interval: Double?
    /// Why there is no newer look.
    var trouble: String?

    /// - Parameters:
    ///   - columns: cells of a line; longer ones are cut.
    ///   - rows: lines that there is room for; `nil`: all that there are.
    func lines(columns: Int, rows: Int?) -> [String] {
        guard let last = history.last else { return [] }
        let status = last.status
        var lines = head(status) + [""]
        let queries = self.queries(status)
        let room = rows.map { max($0 - lines.count - queries.count - 2, 3) } ?? 10
        lines += tops(last, columns: columns, rows: room) + queries
        return lines.prefix(rows ?? lines.count).map { DisplayWidth.cut($0, to: columns) }
    }

    // MARK: The head

    private func head(_ status: DaemonReport) -> [String] {
        var title =
            "eventlogd \(harmless(status.version)) · pid \(status.pid) · up "
            + Quantities.duration(status.uptimeSeconds)
        if let interval {
            title += " · every \(Quantities.decimal(interval, interval < 10 ? 1 : 0)) s"
        }
        if isPaused { title += " · PAUSED" }
        if let trouble { title += " · NO ANSWER: \(harmless(trouble))" }
        return [
            title, "ingest   \(ingest(status))", "lag      \(lag(status))",
            "refused  \(refused(status))", "clients  \(clients(status))",
            "store    \(space(status))", "work     \(work(status))",
        ]
    }

    private func ingest(_ status: DaemonReport) -> String {
        let events = history.rates { Double($0.store.ledger.stored) }
        let bytes = history.rates { Double($0.ingest.bytesReceived) }
        return "\(Quantities.rate(events.last ?? 0)) events/s · "
            + "\(Quantities.bytes(Int(bytes.last ?? 0)))/s · stored "
            + "\(Quantities.grouped(status.store.ledger.stored)) · duplicate "
            + "\(Quantities.grouped(status.store.ledger.duplicate))  \(Sparkline.text(events))"
    }

    private func lag(_ status: DaemonReport) -> String {
        func age(_ time: Int64?) -> String {
            guard let time, let now = history.last?.time else { return "-" }
            return Quantities.duration(Double(now - time) / 1_000_000)
        }
        return "newest event \(age(status.ingest.newestAt)) ago · "
            + "\(Quantities.grouped(status.store.tailRows)) unsealed"
            + (status.store.oldestUnsealedAt.map { ", oldest \(age($0)) ago" } ?? "")
            + " · \(Quantities.bytes(status.ingest.queueBytes)) waiting"
    }

    private func refused(_ status: DaemonReport) -> String {
        let codes = (status.ingest.refusedByCode ?? [:]).sorted {
            ($1.value, $0.key) < ($0.value, $1.key)
        }
        let list = codes.map { code, count in
            let rate = history.rates { Double($0.ingest.refusedByCode?[code] ?? 0) }.last ?? 0
            let text = "\(harmless(code)) \(Quantities.grouped(count))"
            return rate > 0 ? "\(text) (\(Quantities.rate(rate))/s)" : text
        }
        return list.isEmpty ? "none since the start" : list.joined(separator: " · ")
    }

    private func clients(_ status: DaemonReport) -> String {
        "\(Quantities.grouped(status.connections.open)) connections · "
            + "\(status.tails ?? 0) tails · \(status.queries.open) queries · "
            + "\(Quantities.grouped(status.connections.refused)) turned away"
    }

    private func space(_ status: DaemonReport) -> String {
        let store = status.store
        return "\(Quantities.bytes(store.segmentBytes)) in "
            + "\(Quantities.grouped(store.segments)) segments · journal "
            + "\(Quantities.bytes(store.journalBytes)) · "
            + (status.availableBytes.map { "\(Quantities.bytes($0)) free" } ?? "free space unknown")
            + (store.writeError.map { " · REFUSING EVENTS: \(harmless($0))" } ?? "")
            + (store.damage.isEmpty ? "" : " · DAMAGE: \(store.damage.count)")
    }

    private func work(_ status: DaemonReport) -> String {
        let store = status.store
        var parts = [
            "\(Quantities.grouped(store.compaction.inputs)) segments compacted",
            "\(Quantities.grouped(store.rollups.built)) rollups",
            "\(Quantities.grouped(store.erasure.pending)) erasures pending",
        ]
        if store.erasure.overdue > 0 { parts.append("\(store.erasure.overdue) OVERDUE") }
        if let pending = store.archive.pending { parts.append("\(pending) to archive") }
        if store.dedupPendingSegments > 0 {
            parts.append("\(store.dedupPendingSegments) segments to index")
        }
        return parts.joined(separator: " · ")
    }

    // MARK: The tops

    private func tops(_ sample: TopSample, columns: Int, rows: Int) -> [String] {
        let width = max((columns - 3) / 2, 20)
        let contents = sorted(sample.contents).prefix(rows)
        let types = sorted(sample.types).prefix(rows)
        let count = max(contents.count, types.count, 1)
        let heading =
            cell("CONTENT, last \(minutes) min", "EVENTS", width) + "   "
            + cell("EVENT TYPE", "EVENTS", width)
        return [heading]
            + (0..<count).map { row in
                let left = contents.indices.contains(row) ? text(contents[row], width) : ""
                let right = types.indices.contains(row) ? text(types[row], width) : ""
                return DisplayWidth.padded(left, to: width) + "   " + right
            }
    }

    private func sorted(_ counts: [TopSample.Count]) -> [TopSample.Count] {
        switch order {
        case .count: counts
        case .name: counts.sorted { ($0.name ?? "") < ($1.name ?? "") }
        }
    }

    private func text(_ count: TopSample.Count, _ width: Int) -> String {
        cell(harmless(count.name ?? "-"), Quantities.grouped(count.n), width)
    }

    private func cell(_ name: String, _ number: String, _ width: Int) -> String {
        let room = max(width - DisplayWidth.of(number) - 1, 1)
        return DisplayWidth.padded(DisplayWidth.cut(name, to: room), to: room) + " " + number
    }

    // MARK: Queries

    private func queries(_ status: DaemonReport) -> [String] {
        let running = status.queries.running ?? []
        let slowest = status.queries.slowest ?? []
        var lines = ["", "QUERIES  \(running.count) running"]
        lines += running.prefix(4).map { line($0.seconds, $0.text) }
        guard !slowest.isEmpty else { return lines }
        lines.append("SLOWEST  of the last")
        lines += slowest.prefix(3).map { line($0.seconds, $0.text) }
        return lines
    }

    private func line(_ seconds: Double, _ text: String) -> String {
        DisplayWidth.rightAligned("\(Quantities.decimal(seconds, 2)) s", to: 10) + "  "
            + harmless(text)
    }
}

/// Numbers as a line of bars, the highest of them as high as a line.
enum Sparkline {
    private static let bars = Array("▁▂▃▄▅▆▇█")

    static func text(_ numbers: [Double]) -> String {
        let highest = numbers.max() ?? 0
        return String(
            numbers.map { number in
                guard highest > 0 else { return bars[0] }
                return bars[min(Int(number / highest * Double(bars.count)), bars.count - 1)]
            })
    }
}
