import ArgumentParser

/// `eventlog compact`: puts small segments together, now.
struct CompactCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compact",
        abstract: "Puts segments together into fewer and better ones.",
        discussion: """
            The daemon does this by itself, an hour and a day at a time. With --now nothing is waited \
            for: each day becomes as few files as it can be. Changes no answer. May be stopped at any \
            time, and goes on where it was.

            EXAMPLES
              eventlog compact                 what would be put together, if anything were
              eventlog compact --now --dry-run
              eventlog compact --now
            """)

    @Flag(help: "Put together all that can be, rather than what is due.") var now = false
    @Flag(help: "Say what would be done, and change nothing.") var dryRun = false
    @OptionGroup var socket: SocketOptions

    private struct Plan: Decodable {
        var segments, bytes, steps, inputs, events, bytesRead, damaged: Int
    }

    private struct Step: Decodable {
        var inputs, events, bytesRead, outputs, bytesWritten: Int
    }

    func run() throws {
        let client = try socket.client()
        let query = now ? "?now=true" : ""
        let plan: Plan = try client.post(
            "/v1/compact" + (now ? "?now=true&dryRun=true" : "?dryRun=true"))
        if dryRun {
            try Terminal.print(
                "would put together " + Quantities.grouped(plan.inputs) + " of "
                    + Quantities.grouped(plan.segments) + " segments, "
                    + Quantities.grouped(plan.events) + " events, "
                    + Quantities.bytes(plan.bytesRead))
            return try report(plan)
        }
        var total = Step(inputs: 0, events: 0, bytesRead: 0, outputs: 0, bytesWritten: 0)
        var progress = ProgressLine(isWanted: true)
        while true {
            let step: Step? = try client.post("/v1/compact" + query)
            guard let step else { break }
            total.inputs += step.inputs
            total.events += step.events
            total.bytesRead += step.bytesRead
            total.outputs += step.outputs
            total.bytesWritten += step.bytesWritten
            progress.update { Self.text(total.bytesRead, of: plan.bytesRead, seconds: $0) }
        }
        progress.clear()
        try Terminal.print(
            "put together " + Quantities.grouped(total.inputs) + " segments into "
                + Quantities.grouped(total.outputs) + ", "
                + Quantities.grouped(total.events) + " events, "
                + "\(Quantities.bytes(total.bytesRead)) → \(Quantities.bytes(total.bytesWritten))")
        try report(plan)
    }

    /// What a step makes may be put together again: there can be more to do than was foreseen.
    private static func text(_ done: Int, of foreseen: Int, seconds: Double) -> String {
        let all = max(done, foreseen)
        let share = all > 0 ? Double(done) / Double(all) : 1
        let speed = seconds > 0 ? Int(Double(done) / seconds) : 0
        return "\(ProgressLine.bar(share)) · \(Quantities.bytes(done)) of "
            + "\(Quantities.bytes(all)) · \(Quantities.bytes(speed))/s"
    }

    private func report(_ plan: Plan) throws {
        guard plan.damaged > 0 else { return }
        throw ToolFailure(
            "\(Quantities.grouped(plan.damaged)) segments stay as they are, because of damage; "
                + "see eventlog segment verify", .damage)
    }
}
