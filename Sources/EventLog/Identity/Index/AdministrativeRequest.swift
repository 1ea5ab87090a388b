/// An administrator's record on its way in.
package struct AdministrativeRequest: Sendable {
    package var record: IdentityRecord
    /// Only what it would change is asked.
    package var isDryRun = false

    /// - Parameter batch: of one event, as it was parsed.
    /// - Returns: `nil` if the event is none of an administrator, or `dryRun` is neither true nor false.
    package init?(_ batch: EventBatch) {
        guard batch.count == 1 else { return nil }
        var name = ""
        var time: Int64 = 0
        var isDryRun: Bool? = false
        var extra = ExtraBuilder()
        let isRead: Void? = try? batch.rows.withUnsafeBytes { bytes in
            var reader = EventRowReader(bytes, at: 0)
            guard let row = try reader.nextRow(), row.flags.contains(.administrative) else {
                return
            }
            time = row.timestamp
            while let field = try reader.nextField() {
                switch field {
                case .string(.event, let text): name = String(decoding: text, as: UTF8.self)
                case .extra(let name, let json):
                    extra.add(envelope: name, json: json)
                    if name.elementsEqual("dryRun".utf8) {
                        isDryRun = Self.flag(json)
                    }
                default: break
                }
            }
        }
        guard isRead != nil, let isDryRun, let text = extra.finish(),
            let record = IdentityRecord(administrative: name, extra: text, time: time, seq: 0)
        else { return nil }
        self.record = record
        self.isDryRun = isDryRun
    }

    /// - Parameter json: one value; `null` is as if it were not there.
    private static func flag(_ json: some Sequence<UInt8>) -> Bool? {
        if json.elementsEqual("true".utf8) { return true }
        return json.elementsEqual("false".utf8) || json.elementsEqual("null".utf8) ? false : nil
    }
}
