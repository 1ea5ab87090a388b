import Columns
import Parquet

/// What a segment says about the persons that it has in a column of its own (specification, section 4.5).
///
/// They are an answer worked out earlier, and a reader must ignore them where that answer may have changed:
/// by other rules, by an alias, or by a record after `position` that concerns a device of the segment.
struct PersonSquash: Sendable, Hashable {
    /// The name says to readers of other engines that it may be of yesterday.
    static let columnName = "squashedPersonId"
    static let leaf = ParquetLeaf(path: [columnName], type: .string)
    private static let positionKey = "eventlog.identity.position"
    private static let rulesKey = "eventlog.identity.rules"

    /// The identity watermark: the events up to this number were known.
    var position: Int64
    /// By which settings persons were worked out.
    var rules: String

    init(position: Int64, options: IdentityOptions) {
        self.position = position
        rules = Self.rules(of: options)
    }

    /// - Returns: `nil` if the file says nothing.
    init?(_ keyValues: [(key: String, value: String)]) {
        let values = Dictionary(keyValues.map { ($0.key, $0.value) }) { first, _ in first }
        guard let position = values[Self.positionKey].flatMap({ Int64($0) }),
            let rules = values[Self.rulesKey]
        else { return nil }
        self.position = position
        self.rules = rules
    }

    var keyValues: [(String, String)] {
        [(Self.positionKey, "\(position)"), (Self.rulesKey, rules)]
    }

    static func rules(of options: IdentityOptions) -> String {
        let window = options.claimWindow.map { "\($0)" } ?? "none"
        return "implicit=\(options.takesImplicitLinks) "
            + "sharedDeviceUsers=\(options.sharedDeviceUsersMax) claimWindow=\(window)"
    }
}

/// Which devices became others' since segments were squashed.
struct SquashWatch: Sendable {
    /// Every change by events after this number is known.
    private(set) var since: Int64
    /// By device: a number that the event which changed it does not pass.
    private(set) var changed: [IdentityName: Int64] = [:]

    init(since: Int64) { self.since = since }

    /// - Returns: `false` if there are too many to be kept.
    mutating func note(_ devices: some Sequence<IdentityName>, by seq: Int64) -> Bool {
        for device in devices { changed[device] = seq }
        return changed.count <= Limits.squashChangeCountMax
    }

    /// These devices were erased: their names go, too.
    mutating func remove(_ devices: Set<IdentityName>) {
        changed = changed.filter { !devices.contains($0.key) }
    }

    /// Nobody asks about changes up to this number any more.
    mutating func forget(through position: Int64) {
        guard position > since else { return }
        since = position
        changed = changed.filter { $0.value > position }
    }

    /// The devices that a squash at `position` may be wrong about; `nil` if that is not known.
    func changed(after position: Int64) -> [String]? {
        guard position >= since else { return nil }
        return changed.filter { $0.value > position }.map(\.key.text)
    }
}

extension SquashWatch {
    /// i64 since · u32 count · count × (i64 seq · text device)
    var bytes: [UInt8] {
        var writer = RecordWriter()
        writer.append(since)
        writer.append(UInt32(changed.count))
        for (device, seq) in changed.sorted(by: { $0.key < $1.key }) {
            writer.append(seq)
            writer.append(device.text)
        }
        return writer.bytes
    }

    init(reading reader: inout RecordReader) throws(EventRowError) {
        since = try reader.read(Int64.self)
        for _ in 0..<(try reader.read(UInt32.self)) {
            let seq = try reader.read(Int64.self)
            changed[IdentityName(try reader.readText())] = seq
        }
    }
}
