import ArgumentParser
import Persons

/// `eventlog person show`: what is known of a person.
struct PersonShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Shows a person: ids, events, devices, and who else used these.",
        discussion: """
            EXAMPLES
              eventlog person show u_17
              eventlog person show 'anon:ios-4711#0'
              eventlog person show u_17 --json | jq -r '.devices[].deviceId'
              eventlog person show u_17 --store /backup/store

            EXIT STATUS
              0 shown · 1 nobody is known by this id, or failed · 2 wrong usage · 3 shown without what \
            damage made unreadable
            """)

    @Argument(help: ArgumentHelp("A user id, or a personId as queries show it.", valueName: "id"))
    var id: String

    @OptionGroup var options: PersonOptions

    func validate() throws {
        if id.isEmpty { throw ValidationError("An id is not empty.") }
    }

    func run() throws {
        try options.run(.show(id: id), PersonReport.self) { $0.lines }
    }
}

extension PersonReport {
    /// For people; every line harmless.
    var lines: [String] {
        func count(_ number: Int, _ one: String) -> String {
            "\(Quantities.grouped(number)) \(one)\(number == 1 ? "" : "s")"
        }
        var lines = ["person    \(harmless(personId))\(isAnonymous ? ", anonymous" : "")"]
        if userIds.count > 1 {
            lines.append("ids       " + userIds.map { harmless($0) }.joined(separator: ", "))
        }
        lines.append("events    \(count(events, "event")) in \(count(sessions, "session"))")
        if let first = firstEventAt, let last = lastEventAt {
            lines[lines.count - 1] += ", \(harmless(first)) to \(harmless(last))"
        }
        lines += byEvent.map {
            "  \(harmless($0.event)): \(Quantities.grouped($0.events)) in "
                + count($0.sessions, "session")
        }
        if byEventOmitted > 0 { lines.append("  … and \(byEventOmitted) more types") }
        lines.append("devices   \(Quantities.grouped(devices.count + devicesOmitted))")
        for device in devices {
            var line = "  \(harmless(device.deviceId)): \(count(device.events, "event"))"
            if let first = device.firstEventAt, let last = device.lastEventAt {
                line += ", \(harmless(first)) to \(harmless(last))"
            }
            if device.isShared { line += ", shared" }
            lines.append(line)
            guard !device.others.isEmpty else { continue }
            let others = device.others.map {
                "\(harmless($0.personId)) (\(count($0.events, "event")))"
            }
            lines.append(
                "    also used by " + others.joined(separator: ", ")
                    + (device.othersOmitted > 0 ? " and \(device.othersOmitted) more" : ""))
        }
        if devicesOmitted > 0 { lines.append("  … and \(devicesOmitted) more") }
        return lines
    }
}
