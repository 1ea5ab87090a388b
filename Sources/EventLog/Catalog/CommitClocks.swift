/// The wall clock beside one that nobody can set, at the moment of a commit (docs/CatalogFormat.md).
///
/// Of two commits since one start of the machine, how far the wall clock went less how much time passed is by how
/// much it was set.
package struct CommitClocks: Sendable, Hashable {
    /// µs since 1970 UTC.
    package var wall: Int64
    /// µs since the machine's start, sleep included.
    package var uptime: Int64
    /// Which start that was; `nil` if the system does not say.
    package var boot: String?

    package init(wall: Int64, uptime: Int64, boot: String?) {
        self.wall = wall
        self.uptime = uptime
        self.boot = boot
    }

    /// By how many µs the wall clock was set between two moments.
    /// - Returns: `nil` if the machine was started again in between, or might have been.
    package func step(since earlier: CommitClocks) -> Int64? {
        guard let boot, boot == earlier.boot, uptime >= earlier.uptime else { return nil }
        let (past, _) = uptime.subtractingReportingOverflow(earlier.uptime)
        let (moved, overflows) = wall.subtractingReportingOverflow(earlier.wall)
        let (step, overflowsToo) = moved.subtractingReportingOverflow(past)
        return overflows || overflowsToo ? nil : step
    }
}

extension CommitClocks {
    private static let member = "clocks"

    /// - Parameter info: a `commitInfo`.
    init?(_ info: CatalogJSON) {
        guard let clocks = info[Self.member], let wall = clocks["wall"]?.integer,
            let uptime = clocks["uptime"]?.integer
        else { return nil }
        self.init(wall: wall, uptime: uptime, boot: clocks["boot"]?.string)
    }

    /// The member of `commitInfo`.
    var field: CatalogJSON.Field {
        var fields: [CatalogJSON.Field] = [
            .init("wall", .integer(wall)), .init("uptime", .integer(uptime)),
        ]
        if let boot { fields.append(.init("boot", .string(boot))) }
        return .init(Self.member, .object(fields))
    }
}
