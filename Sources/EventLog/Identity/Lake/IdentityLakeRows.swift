import Columns
import Parquet

/// Rows of the identity table, gathered until they are a row group (docs/Identity.md).
///
/// A row says whose a device's events without a user are for a time, or, where it has a `userId`,
/// whose all events of that user are.
struct IdentityLakeRows {
    /// 0001-01-01T00:00:00Z, in µs: the `validFrom` of what holds from the beginning. Not null,
    /// because joins by time need a value, and not less, because not every reader knows years
    /// before it.
    static let beginning: Int64 = -62_135_596_800_000_000

    private static let definitions: [(name: String, type: ColumnType, isRequired: Bool)] = [
        ("deviceId", .string, false), ("userId", .string, false), ("epoch", .int64, false),
        ("validFrom", .timestamp, true), ("validTo", .timestamp, false),
        ("personId", .string, true), ("isAnonymous", .bool, true),
    ]

    /// The ids are nobody's business but the rows': they have no bounds.
    static let parquetLeaves = definitions.map {
        ParquetLeaf(
            path: [$0.name], type: $0.type, isRequired: $0.isRequired,
            hasStatistics: $0.type != .string)
    }

    /// As readers of the table see it. A person is said to be nullable, as it is where a join by
    /// this table finds nobody.
    static let catalogLeaves = definitions.map {
        CatalogLeaf(
            path: [$0.name], type: $0.type, isNullable: !$0.isRequired || $0.name == "personId")
    }

    /// A column of texts, each new to its dictionary.
    private struct Texts {
        var codes: [Int32] = []
        var bytes: [UInt8] = []
        var offsets: [UInt32] = [0]

        mutating func append(_ text: some Sequence<UInt8>) {
            codes.append(Int32(offsets.count - 1))
            bytes.append(contentsOf: text)
            offsets.append(UInt32(bytes.count))
        }

        /// The text that was appended last.
        mutating func appendAgain() { codes.append(Int32(offsets.count - 2)) }
        mutating func appendNull() { codes.append(-1) }

        func column(isDistinct: Bool) -> Column {
            Column(
                codes: codes,
                dictionary: StringDictionary(
                    bytes: bytes, offsets: offsets, isDistinct: isDistinct))
        }
    }

    private struct Numbers {
        var values: [Int64] = []
        var validity: [UInt8] = []

        mutating func append(_ value: Int64?) {
            values.append(value ?? 0)
            validity.append(value == nil ? 0 : 1)
        }

        var mask: [UInt8]? { validity.contains(0) ? validity : nil }
    }

    private var devices = Texts()
    private var users = Texts()
    private var epochs = Numbers()
    private var starts: [Int64] = []
    private var ends = Numbers()
    private var persons = Texts()
    private var isAnonymous: [UInt8] = []

    var count: Int { starts.count }

    /// - Parameter isSameDevice: whether the row before has the same device.
    mutating func append(device: IdentityName, _ interval: DeviceInterval, isSameDevice: Bool) {
        if isSameDevice { devices.appendAgain() } else { devices.append(device.bytes) }
        users.appendNull()
        append(interval.person, epoch: Int64(interval.epoch), interval.start, interval.end)
    }

    mutating func append(user: IdentityName, _ person: Person) {
        devices.appendNull()
        users.append(user.bytes)
        append(person, epoch: nil, .min, nil)
    }

    private mutating func append(
        _ person: Person, epoch: Int64?, _ start: Int64, _ end: Int64?
    ) {
        guard let id = person.id else { preconditionFailure("a row is somebody's") }
        epochs.append(epoch)
        starts.append(max(start, Self.beginning))
        ends.append(end)
        persons.append(id.utf8)
        isAnonymous.append(person.isAnonymous ? 1 : 0)
    }

    /// In the order of the leaves.
    var columns: [Column] {
        [
            devices.column(isDistinct: true), users.column(isDistinct: true),
            Column(integers: epochs.values, validity: epochs.mask),
            Column(timestamps: starts),
            Column(timestamps: ends.values, validity: ends.mask),
            persons.column(isDistinct: false), Column(bools: isAnonymous),
        ]
    }
}
