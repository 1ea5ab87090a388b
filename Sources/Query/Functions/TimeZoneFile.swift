/// Reads a TZif file (RFC 8536) of version 2 or later: its 64-bit block and its footer.
///
/// ```
/// header 44 bytes: "TZif" version 15×0  isutcnt isstdcnt leapcnt timecnt typecnt charcnt
/// 32-bit block, header again, then of the 64-bit block:
///   timecnt × 8 bytes    moments of change in seconds
///   timecnt × 1 byte     the type from each on
///   typecnt × 6 bytes    offset in seconds (4), is summer time (1), place of its name (1)
///   names, leap seconds, two lists of flags
/// LF, the rule for the years after the last change, LF
/// ```
enum TimeZoneFile {
    private struct Header {
        var flagsOfUTC, flagsOfStandard, leapSeconds, changes, types, nameBytes: Int

        static let size = 44

        init?(_ bytes: ArraySlice<UInt8>) {
            guard bytes.count >= Self.size, bytes.prefix(4).elementsEqual("TZif".utf8),
                bytes[bytes.startIndex + 4] >= UInt8(ascii: "2")
            else { return nil }
            let counts = (0..<6).map { Int(Self.integer(bytes, 20 + $0 * 4, size: 4)) }
            guard counts.allSatisfy({ $0 >= 0 && $0 <= bytes.count }) else { return nil }
            (flagsOfUTC, flagsOfStandard, leapSeconds) = (counts[0], counts[1], counts[2])
            (changes, types, nameBytes) = (counts[3], counts[4], counts[5])
        }

        /// Bytes of the block behind it, with moments of `width` bytes.
        func blockSize(_ width: Int) -> Int {
            changes * (width + 1) + types * 6 + nameBytes + leapSeconds * (width + 4)
                + flagsOfStandard + flagsOfUTC
        }

        /// A big-endian integer with a sign.
        static func integer(_ bytes: ArraySlice<UInt8>, _ place: Int, size: Int) -> Int64 {
            let start = bytes.startIndex + place
            let bits = bytes[start..<start + size].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            return Int64(bitPattern: bits << UInt64(64 - size * 8)) >> Int64(64 - size * 8)
        }
    }

    /// `nil` if it is no such file. Zones that count leap seconds are not read either: timestamps don't.
    static func rules(_ bytes: [UInt8]) -> TimeZoneRules? {
        guard let first = Header(bytes[...]) else { return nil }
        let second = Header.size + first.blockSize(4)
        guard second <= bytes.count, let header = Header(bytes[second...]) else { return nil }
        let block = bytes[(second + Header.size)...]
        guard header.blockSize(8) <= block.count, header.types > 0, header.leapSeconds == 0 else {
            return nil
        }
        let typesStart = header.changes * 9
        let offsets = (0..<header.types).map {
            Header.integer(block, typesStart + $0 * 6, size: 4) * 1_000_000
        }
        var changes: [(time: Int64, offset: Int64)] = []
        for index in 0..<header.changes {
            let seconds = Header.integer(block, index * 8, size: 8)
            let type = Int(block[block.startIndex + header.changes * 8 + index])
            let (time, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
            guard type < offsets.count, !overflow, changes.last.map({ $0.time < time }) ?? true
            else { return nil }
            changes.append((time, offsets[type]))
        }
        let footer = block.dropFirst(header.blockSize(8))
        guard footer.first == 0x0A, let end = footer.dropFirst().firstIndex(of: 0x0A) else {
            return nil
        }
        let text = footer[(footer.startIndex + 1)..<end]
        var rule: YearlyRule?
        if !text.isEmpty {
            rule = YearlyRule(text)
            guard rule != nil else { return nil }
        }
        return TimeZoneRules(changes: changes, firstOffset: offsets[0], rule: rule)
    }
}
