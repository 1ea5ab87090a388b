/// The records of administrators (specification, section 4.1): aliases of users, and links taken back.
///
/// They are events, so that journal, segments and repeats know nothing of them. Those whom they name did
/// nothing at the time, so that the event itself has neither a user nor a device: the ids stand in the
/// column `extra`, under their own names.
extension EventParser {
    /// - Returns: why the record is not taken.
    @inline(never)
    mutating func judgeAdministration(line: UInt64) -> Refusal? {
        guard mayAdminister else {
            return Refusal(
                line: line, code: .forbidden,
                message: "Records that change who others are need the role admin; send them by the "
                    + "main socket as the daemon's user, or with a secret key.")
        }
        let names = table.typeRules[typeIndex].requiredBeside
        var details: [Refusal.Detail] = []
        for name in names {
            guard let place = fields.place(of: name) else {
                details.append(.init(field: name.text, reason: "missing"))
                continue
            }
            if let reason = Self.reason(against: fields.others[place].value) {
                details.append(.init(field: name.text, reason: reason))
            }
            fields.rename(place, to: name.camel)
        }
        guard details.isEmpty else {
            return Refusal(
                line: line, code: .validationError,
                message: "\(details.map(\.field).joined(separator: ", ")): an id is a string of 1 "
                    + "to \(IdentityLimits.nameSizeMax) bytes that stands for somebody.",
                details: details)
        }
        for (column, name) in Self.ids where fields.has(column) {
            fields.setAside(column, as: name)
        }
        flags.insert(.administrative)
        return nil
    }

    private static let ids: [(EventColumn, StaticBytes)] = [
        (.userId, StaticBytes("userId")), (.deviceId, StaticBytes("deviceId")),
    ]

    private static func reason(against id: JSONValue) -> String? {
        guard id.kind == .string else { return EventFields.Problem.notString.reason }
        let problem = FieldCheck.identifier(id, sizeMax: IdentityLimits.nameSizeMax)
        guard problem == .none else { return problem.reason }
        return FieldCheck.isPlaceholder(id) ? "stands for nobody" : nil
    }
}
