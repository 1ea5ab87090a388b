import FoundationEssentials
import Synchronization

/// The time zones of a folder of TZif files. Each is read once; a new tzdata shows after a restart.
final class TimeZones: Sendable {
    /// Those of the system: of `TZDIR`, or where tzdata is installed.
    static let system = TimeZones(
        folder: ProcessInfo.processInfo.environment["TZDIR"] ?? "/usr/share/zoneinfo")

    private let folder: String
    private let known = Mutex<[String: TimeZoneRules]>([:])

    /// The largest file of tzdata has 4 KiB.
    private static let fileSizeMax = 256 * 1024

    init(folder: String) {
        self.folder = folder
    }

    /// The zone `Europe/Berlin`, `UTC` or `+02:00`. The last two need no file.
    func zone(named name: String) throws(QueryError) -> TimeZoneRules {
        if name == "UTC" { return TimeZoneRules(fixedOffset: 0) }
        if let offset = Self.fixedOffset(name) { return TimeZoneRules(fixedOffset: offset) }
        if let rules = known.withLock({ $0[name] }) { return rules }
        guard Self.isName(name), let rules = read(name) else { throw unknown(name) }
        known.withLock { $0[name] = rules }
        return rules
    }

    /// Letters, digits, `_`, `+` and `-` between slashes: no way out of the folder.
    private static func isName(_ name: String) -> Bool {
        let parts = name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        return name.utf8.count <= 64
            && parts.allSatisfy { part in
                !part.isEmpty
                    && part.allSatisfy {
                        ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A || $0 >= 0x30 && $0 <= 0x39
                            || "_+-".utf8.contains($0)
                    }
            }
    }

    private func read(_ name: String) -> TimeZoneRules? {
        let path = folder + "/" + name
        guard let size = Self.size(of: path), size <= Self.fileSizeMax,
            let data = FileManager.default.contents(atPath: path)
        else { return nil }
        return TimeZoneFile.rules([UInt8](data))
    }

    /// What holds the number differs: an integer of its own in the small edition of Foundation, a
    /// number object once a program has the whole of it, which converts but is no integer.
    private static func size(of path: String) -> Int? {
        let size = (try? FileManager.default.attributesOfItem(atPath: path))?[.size]
        return (size as? Int) ?? (size as? any BinaryInteger).map { Int(clamping: $0) }
    }

    /// `+02:00` in microseconds, at most 18 hours.
    private static func fixedOffset(_ text: String) -> Int64? {
        let bytes = Array(text.utf8)
        guard bytes.count == 6, bytes[0] == UInt8(ascii: "+") || bytes[0] == UInt8(ascii: "-"),
            bytes[3] == UInt8(ascii: ":")
        else { return nil }
        let digits = [1, 2, 4, 5].map { Int64(bytes[$0]) - 0x30 }
        guard digits.allSatisfy({ (0...9).contains($0) }) else { return nil }
        let minutes = digits[2] * 10 + digits[3]
        let total = (digits[0] * 10 + digits[1]) * 60 + minutes
        guard minutes < 60, total <= 18 * 60 else { return nil }
        return (bytes[0] == UInt8(ascii: "-") ? -total : total) * 60_000_000
    }

    private func unknown(_ name: String) -> QueryError {
        guard FileManager.default.fileExists(atPath: folder) else {
            return QueryError(
                .storage, "there are no time zones in \(folder)",
                hint: "install the package tzdata or set TZDIR; 'UTC' and '+02:00' work without")
        }
        let paths = (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []
        let names = paths.filter {
            Self.isName($0) && !$0.hasPrefix("right/") && !$0.hasPrefix("posix/")
        }
        let nearest = EditDistance.nearest(to: name, among: names.sorted())
        return QueryError(
            .value, "unknown time zone '\(name.prefix(64))'",
            hint: nearest.map { "did you mean '\($0)'?" }
                ?? "a name like 'Europe/Berlin', 'UTC' or an offset like '+02:00'")
    }
}
