/// Every bound of the storage library, with its unit and its reason.
package enum Limits {
    /// One event as JSON, in bytes without the line feed: larger ones are not engagement events.
    package static let lineSizeMax = 1 << 20
    /// Objects within objects: real payloads have three or four.
    package static let nestingMax = 32
    /// Fields of one object.
    package static let fieldCountMax = 256
    /// Bytes of one field's name.
    package static let fieldNameSizeMax = 128
    /// Bytes of what stands beside `events` in the body of a batch, times its events: each keeps a copy.
    package static let batchFieldCopiesSizeMax = 1 << 22
    /// Bytes of a contentId.
    package static let contentIdSizeMax = 256
    /// Bytes of any other id and of an event's name.
    package static let idSizeMax = 512
    /// Uncompressed bytes in one journal record: what one damaged record can cost.
    package static let journalRecordSizeMax = 1 << 20
    /// The same as the format allows: room for one largest event more than the aim, and the batch's
    /// own fields.
    package static let journalPayloadSizeMax = 2 * journalRecordSizeMax + (1 << 16)
    /// Bytes of encoding buffer that a journal writer keeps between writes.
    package static let journalPendingKeptMax = 1 << 23
    /// Bytes of a small file that is read in one piece (a catalog commit, a checkpoint).
    package static let wholeFileSizeMax = 1 << 28
    /// Rows in one page of a segment: what one damaged page can cost.
    package static let pageRowCountMax = 16_384
    /// Typed leaves of `data` beyond the canonical ones; further names are kept in `extra`.
    package static let customLeafCountMax = 256
    /// Segments that are open at once, with their footers in memory, over all queries.
    package static let openSegmentCountMax = 1024
    /// Bytes of lines that a dump keeps while it puts a segment back into the order of arrival; more make it
    /// read the segment once more for each.
    package static let dumpSortSizeMax = 1 << 25
    /// How far ahead of the receive time a client's clock may be, in µs.
    package static let clockAheadMax: Int64 = 5 * 60 * 1_000_000
    /// From this age on, in µs, an event is flagged late.
    package static let lateAge: Int64 = 24 * 3600 * 1_000_000
}
