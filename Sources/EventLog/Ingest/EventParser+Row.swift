extension EventParser {
    /// Writes the row of the event in `fields`, columns in their order.
    @inline(__always)
    mutating func writeRow() {
        rows.beginRow(timestamp: timestamp, flags: flags)
        var low = fields.filled.low & ~(1 &<< UInt64(EventColumn.timestamp.rawValue))
        while low != 0 {
            writeColumn(low.trailingZeroBitCount)
            low &= low &- 1
        }
        var high = fields.filled.high
        while high != 0 {
            writeColumn(64 &+ high.trailingZeroBitCount)
            high &= high &- 1
        }
        for index in 0..<fields.otherCount { rows.other(fields.others[index]) }
        rows.endRow()
    }

    @inline(__always)
    private mutating func writeColumn(_ number: Int) {
        guard let column = EventColumn(number: number) else { return }
        let value = fields.slots[number].value
        switch value.kind {
        case .string: rows.string(column, value.text, value.count)
        case .integer: rows.integer(column, Int64(bitPattern: value.bits))
        case .double: rows.double(column, bits: value.bits)
        case .true: rows.bool(column, .true)
        case .false: rows.bool(column, .false)
        case .bigInteger, .null, .object, .array:
            preconditionFailure("a value of this kind has no column")
        }
    }

    /// What deduplication compares; `nil` without an id of the sender's.
    @inline(__always)
    func identity() -> EventIdentity? {
        guard fields.has(.eventId) else { return nil }
        let id = fields[.eventId]
        return hasher.identity(of: UnsafeRawBufferPointer(start: id.text, count: id.count))
    }
}
