import ArgumentParser
import Persons

/// `eventlog identity doctor`: what looks wrong about logins.
struct IdentityDoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Shows what looks wrong about logins, and what to do.",
        discussion: """
            Shared devices, persons with many devices, aliases that were refused, user ids that stand \
            for nobody, and ids that are both a device's and a user's.

            EXAMPLES
              eventlog identity doctor
              eventlog identity doctor --devices-max 50 --limit 100
              eventlog identity doctor --json | jq '.findings[] | {kind, count}'
              eventlog identity doctor --store /backup/store

            EXIT STATUS
              0 looked, whatever was found · 1 failed · 2 wrong usage · 3 looked without what damage \
            made unreadable
            """)

    @Option(
        help: ArgumentHelp("Show persons with more devices than these.", valueName: "count"))
    var devicesMax = IdentityDoctorOptions().devicesMax

    @Option(help: ArgumentHelp("At most so many entries of each list.", valueName: "count"))
    var limit = IdentityDoctorOptions().itemCountMax

    @OptionGroup var options: PersonOptions

    func validate() throws {
        func check(_ number: Int, _ name: String, _ range: ClosedRange<Int>) throws {
            guard !range.contains(number) else { return }
            throw ValidationError(
                "\(name) is a number, \(range.lowerBound) to \(range.upperBound).")
        }
        try check(devicesMax, "--devices-max", IdentityDoctorOptions.devicesMaxRange)
        try check(limit, "--limit", IdentityDoctorOptions.itemCountRange)
    }

    func run() throws {
        var wanted = IdentityDoctorOptions()
        wanted.devicesMax = devicesMax
        wanted.itemCountMax = limit
        try options.run(.doctor(wanted), IdentityDoctorReport.self) { $0.lines }
    }
}

extension IdentityDoctorReport {
    /// For people; every line harmless.
    var lines: [String] {
        var lines = ["looked at \(Quantities.grouped(devices)) devices with a user or a logout"]
        let found = findings.filter { $0.count > 0 }
        if found.isEmpty { lines.append("nothing looks wrong") }
        for finding in found {
            lines += [
                "", "\(harmless(finding.title)): \(Quantities.grouped(finding.count))",
                "  " + harmless(finding.meaning), "  " + harmless(finding.advice),
            ]
            lines += finding.items.map { item in
                var line = "    \(harmless(item.id.isEmpty ? "(empty)" : item.id))"
                if let to = item.to { line += " → \(harmless(to))" }
                if let count = item.count { line += ": \(Quantities.grouped(count))" }
                return line
            }
            if finding.omitted > 0 {
                lines.append("    … and \(Quantities.grouped(finding.omitted)) more")
            }
        }
        return lines
    }
}
