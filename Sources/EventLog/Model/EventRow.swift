/// The binary form of one event: what the parser makes, the journal keeps and the tail reads.
///
/// ```
/// u32  length          of what follows
/// i64  timestamp       µs since 1970 UTC, effective
/// u16  flags           EventFlags
/// field*               until `length` is used up, in any order, each column at most once
///
/// field = varint key, key = number << 3 | form
///   form 0  integer     zigzag varint            number = EventColumn
///   form 1  double      8 bytes
///   form 2  string      varint length, UTF-8
///   form 3  true
///   form 4  false
///   form 5  custom      a scalar of `data` without a column of its own; number = CustomForm, then
///                       varint length + name, then the value (below)
///   form 6  extra       a field of the envelope that we do not know; number 0, then
///                       varint length + name, varint length + JSON text
/// ```
/// Value of a custom field by `CustomForm`: 0 double: 8 bytes · 1 string: varint length, UTF-8 ·
/// 2 true, 3 false: nothing · 4 JSON: varint length, text (nested values, null, integers that a
/// double cannot hold).
///
/// All numbers are little-endian; varints are LEB128. `seq`, `receivedAt`, `producer`, `peerUid`,
/// `peerPid` belong to the batch and never stand in a row; `timestamp` and `flags` stand in front;
/// `extra` is put together from the forms 5 (JSON) and 6 when the row becomes columns.
package enum EventRow {
    package static let headerSize = 14

    package enum Form: UInt8, Sendable {
        case integer = 0
        case double = 1
        case string = 2
        case `true` = 3
        case `false` = 4
        case custom = 5
        case extra = 6
    }

    package enum CustomForm: UInt64, Sendable {
        case double = 0
        case string = 1
        case `true` = 2
        case `false` = 3
        case json = 4
    }
}
