import ArgumentParser
import Query

/// `eventlog expire`: lets events go that are too old, now.
struct ExpireCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "expire",
        abstract: "Lets events go that are too old, or that there is no room for.",
        discussion: """
            The daemon does this by itself: by the settings retention.raw and retention.maxBytes. What the events \
            say about persons is kept, and the ledger counts them as expired. While the daemon \
            cannot be sure what time it is, nothing goes because of its age: --trust-clock says that \
            the clock is right.

            EXAMPLES
              eventlog expire --dry-run
              eventlog expire
              eventlog expire --trust-clock
            """)

    @Flag(help: "Say what would go, and change nothing.") var dryRun = false
    @Flag(help: "The clock is right, whatever the daemon thinks of it.") var trustClock = false
    @OptionGroup var socket: SocketOptions

    private struct Clock: Decodable {
        var doubt: String?
        var liftedIn: Double?
    }

    private struct Plan: Decodable {
        var segments, rewritten, events, bytes, damaged: Int
        var oldestKept: Int64?
        var clock: Clock
    }

    private struct Step: Decodable {
        var segments, rewritten, events, bytes: Int
        var oldestKept: Int64?
    }

    func run() throws {
        let client = try socket.client()
        let trust = trustClock ? "trustClock=true" : ""
        let plan: Plan = try client.post(
            "/v1/expire?dryRun=true" + (trustClock ? "&" + trust : ""))
        var total = Step(
            segments: plan.segments, rewritten: plan.rewritten, events: plan.events,
            bytes: plan.bytes, oldestKept: plan.oldestKept)
        if !dryRun {
            total = Step(
                segments: 0, rewritten: 0, events: 0, bytes: 0, oldestKept: plan.oldestKept)
            while true {
                let step: Step? = try client.post(
                    "/v1/expire" + (trustClock ? "?" + trust : ""))
                guard let step else { break }
                total.segments += step.segments
                total.rewritten += step.rewritten
                total.events += step.events
                total.bytes += step.bytes
                total.oldestKept = step.oldestKept
            }
        }
        try print(total)
        if let doubt = plan.clock.doubt, !trustClock {
            Terminal.complain(
                "nothing expires by age for "
                    + Quantities.duration(plan.clock.liftedIn ?? 0)
                    + ": the clock may be wrong (\(harmless(doubt))); --trust-clock says it is not")
        }
        guard plan.damaged > 0 else { return }
        throw ToolFailure(
            "\(Quantities.grouped(plan.damaged)) segments stay, because of damage; "
                + "see eventlog segment verify", .damage)
    }

    private func print(_ total: Step) throws {
        let verb = dryRun ? "would go" : "gone"
        let oldest = total.oldestKept.map { TimestampText.text(of: $0) } ?? "none"
        let rows = [
            ("segments \(verb)", Quantities.grouped(total.segments)),
            (
                dryRun ? "segments to be written anew" : "segments written anew",
                Quantities.grouped(total.rewritten)
            ),
            (
                dryRun ? "events \(verb), besides those" : "events \(verb)",
                Quantities.grouped(total.events)
            ),
            ("bytes", Quantities.bytes(total.bytes)),
            ("oldest event kept", oldest),
        ]
        let width = rows.map(\.0.count).max() ?? 0
        for (name, value) in rows {
            try Terminal.print(
                name + String(repeating: " ", count: width + 2 - name.count) + value)
        }
    }
}
