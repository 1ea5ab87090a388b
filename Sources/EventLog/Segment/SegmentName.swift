#if canImport(Glibc)
    import Glibc
#endif

/// Where a segment lies below `events/`: `2026/11/21/<first>-<last>-<generation>-<n>.parquet`.
///
/// Generation 0 is what sealing makes, on the day of it. What is made of segments has a generation more than
/// each of them, and lies where its first event happened: so no two files ever have the same name.
package struct SegmentName: Sendable, Hashable {
    package let directory: String
    package let path: String

    /// - Parameters:
    ///   - day: any time of it, in µs since 1970 UTC.
    ///   - number: of the files that were made together.
    package init(
        firstSeq: Int64, lastSeq: Int64, day: Int64, generation: Int = 0, number: Int = 0
    ) {
        var seconds = time_t(day / 1_000_000)
        var date = tm()
        gmtime_r(&seconds, &date)
        let year = Self.pad(Int(date.tm_year) + 1900, 4)
        directory = "\(year)/\(Self.pad(Int(date.tm_mon) + 1, 2))/\(Self.pad(Int(date.tm_mday), 2))"
        path =
            "\(directory)/\(Self.pad(Int(firstSeq), 12))-\(Self.pad(Int(lastSeq), 12))"
            + "-\(generation)-\(number).parquet"
    }

    /// The number that the name of a sealed segment's file begins with; `nil` for other names.
    static func firstSeq(ofFileNamed name: String) -> Int64? {
        let suffix = "-0-0.parquet"
        guard name.hasSuffix(suffix) else { return nil }
        let numbers = name.dropLast(suffix.utf8.count).split(
            separator: "-", omittingEmptySubsequences: false)
        guard numbers.count == 2,
            numbers.allSatisfy({ $0.utf8.count >= 12 && $0.utf8.allSatisfy { 0x30...0x39 ~= $0 } })
        else { return nil }
        return Int64(numbers[0])
    }

    /// The generation in a segment's name; `nil` for other names.
    static func generation(ofFileNamed name: String) -> Int64? {
        let parts = name.split(separator: ".").first?.split(
            separator: "-", omittingEmptySubsequences: false)
        guard name.hasSuffix(".parquet"), let parts, parts.count == 4 else { return nil }
        return Int64(parts[2])
    }

    /// The generation of what is made of these segments, unless a job says otherwise.
    static func generation(after segments: [SegmentFile]) -> Int {
        1 + newestGeneration(of: segments)
    }

    static func newestGeneration(of segments: [SegmentFile]) -> Int {
        segments.reduce(0) { max($0, generation(of: $1.entry)) }
    }

    static func generation(of entry: SegmentEntry) -> Int {
        Int(generation(ofFileNamed: splitPath(entry.path).name) ?? 0)
    }

    /// What files with the same events have in common: `<first>-<last>`; `nil` for other names.
    static func numbers(ofFileNamed name: String) -> Substring? {
        guard generation(ofFileNamed: name) != nil,
            let second = name.firstIndex(of: "-").map({ name.index(after: $0) }),
            let end = name[second...].firstIndex(of: "-")
        else { return nil }
        return name[..<end]
    }

    private static func pad(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
