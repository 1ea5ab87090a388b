import EventLog
import Query

/// An attribution as one person would explain it to another. Rules are numbered as in docs/Identity.md.
struct Sentences {
    private(set) var lines: [String] = []

    init(_ why: IdentityExplanation, device: String?, user: String?, _ map: IdentityMap) {
        if let placeholder = why.placeholder {
            lines.append("The user id that was sent, \"\(placeholder)\", stands for nobody.")
        }
        switch why.rule {
        case .userGiven:
            lines.append("It names its user, \(user ?? ""): that decides, whatever else (rule 1).")
        case .nobody: lines.append("It has neither a user nor a device (rule 3).")
        case .sharedDevice, .noLink, .latestLink, .firstLinkClaims, .beyondClaimWindow:
            let device = device ?? ""
            lines.append("It has no user, so its device decides: \(device) (rule 2).")
            addEpoch(why, device)
            addUnlinks(why, device)
            addLink(why, device, map)
        }
        for alias in why.aliases {
            lines.append(
                "\(alias.from) goes by \(alias.to): an alias says so (record \(alias.seq)).")
        }
        lines.append(why.person.id.map { "So it is \($0)'s." } ?? "So it is nobody's.")
    }

    private mutating func addEpoch(_ why: IdentityExplanation, _ device: String) {
        guard let epoch = why.epoch, let start = why.epochStart else { return }
        lines.append(
            "Then the device was in epoch \(epoch), which began when somebody logged out, at "
                + "\(TimestampText.text(of: start)).")
    }

    private mutating func addUnlinks(_ why: IdentityExplanation, _ device: String) {
        for unlink in why.unlinks {
            lines.append(
                "What linked \(unlink.user) to it up to \(TimestampText.text(of: unlink.time)) was "
                    + "taken back.")
        }
    }

    private mutating func addLink(
        _ why: IdentityExplanation, _ device: String, _ map: IdentityMap
    ) {
        let span = why.epochStart == nil && why.epoch == 0 ? "" : " in this epoch"
        guard let link = why.link else {
            if why.rule == .sharedDevice {
                lines.append(
                    "More than \(map.options.sharedDeviceUsersMax) users were seen on it, so it is "
                        + "taken for a shared device, and what has no user there is nobody's.")
            } else {
                lines.append("Nobody was seen on it\(span) (rule 2.3).")
            }
            return
        }
        let time = TimestampText.text(of: link.time)
        let what = link.kind == .identify ? "login" : "event with a user"
        switch why.rule {
        case .latestLink:
            lines.append(
                "The latest \(what) on it until then\(span) is \(link.user)'s, at \(time) "
                    + "(rule 2.1).")
        case .firstLinkClaims:
            lines.append(
                "Users were seen on it\(span) only later; the first \(what) is \(link.user)'s, at "
                    + "\(time), and claims what was done before it (rule 2.2).")
        default:
            lines.append(
                "Users were seen on it\(span) only later; the first \(what), \(link.user)'s at "
                    + "\(time), comes too late to claim it (the claim window).")
        }
    }
}
