import FuzzHarness

@testable import Columns
@testable import EventLog
@testable import TestSupport

/// A small store, damaged in every place that there is: each time either nothing is lost, or what is lost is said.
///
/// What is compared: all columns of all events, and the tables of the ledger, the quarantine and the content items.
public struct StoreSweep {
    /// What became of one kind of damage.
    public struct Counts: Sendable {
        public var cases = 0
        /// The same answers, and not a word: bytes that nobody needs, such as zeros ahead.
        public var harmless = 0
        /// The same answers, and it was said that something is damaged.
        public var repaired = 0
        /// Fewer rows, none other, and it was said.
        public var reported = 0
        /// The store did not open, and said why.
        public var refused = 0
        /// A whole file that is gone and that nothing names: see `isBeyond`.
        public var beyond = 0
        /// Another answer without a word. Each is a finding.
        public var silent: [String] = []
        /// The most events that one case cost.
        public var rowsLostMax = 0
        /// Files whose damage kept the store from opening.
        public var refusedBy: [String: Int] = [:]

        public var json: String {
            let by = refusedBy.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }
                .joined(separator: ",")
            return
                "{\"cases\":\(cases),\"harmless\":\(harmless),\"repaired\":\(repaired),\"reported\":\(reported),"
                + "\"refused\":\(refused),\"beyond\":\(beyond),\"silent\":\(silent.count),\"rowsLostMax\":\(rowsLostMax),\"refusedBy\":{\(by)}}"
        }
    }

    public enum Kind: String, CaseIterable, Sendable {
        /// Each byte becomes three other values.
        case flips
        /// Each file ends at each of its lengths.
        case cuts
        /// Each sector of 512 bytes is zeros, or another sector of its file.
        case sectors
        /// Each file is missing, or another of its directory.
        case files
    }

    private let files: [(path: String, bytes: [UInt8])]
    private let truth: Answers
    /// Segments of the table.
    private let live: Set<String>

    /// What no store can tell of, since nothing that is left names it: the newest file of the journal, gone as a whole or from the end of a record on, and
    /// the only file of the ledger, whose counts of stored events are then made anew from the segments.
    private static func isBeyond(_ path: String, _ what: String) -> Bool {
        switch splitPath(path).directory {
        // Cut between two records, it is a file of which the last were never written.
        case "journal": what == "missing" || what.hasPrefix("cut to ")
        case "ledger": what == "missing"
        default: false
        }
    }

    /// - Throws: if the sound store cannot be made or read.
    public init() throws {
        let disk = SimulatedDisk()
        try Self.make(on: disk)
        files = try Self.files(of: disk, in: "")
        let answers = Self.answers(of: disk)
        guard case .opened(let truth, let isDamaged, _) = answers, !isDamaged,
            truth.events.count == 70
        else {
            preconditionFailure("the sound store is not sound: \(answers)")
        }
        self.truth = truth
        live = Set(try StoreReader(on: disk, options: RecoveryEntry.options).segments.map(\.path))
    }

    public var size: Int { files.reduce(0) { $0 + $1.bytes.count } }

    // MARK: The store

    /// Two segments, one compacted; events, refused ones, content items and a login in the journal.
    private static func make(on disk: SimulatedDisk) throws {
        let store = try EventStore.open("s", on: disk, options: RecoveryEntry.options)
        func append(_ numbers: Range<Int>) throws {
            var builder = BatchBuilder(
                identityKey: store.identityKey, receivedAt: 1_799_999_000_000_000)
            for number in numbers {
                builder.add(
                    number % 3 == 0 ? "like" : "watchProgress", id: "evt_\(number)",
                    contentId: "c\(number % 4)",
                    timestamp: 1_799_999_000_000_000 + Int64(number) * 1000,
                    fields: [.deviceId: "d\(number % 5)"],
                    custom: [("note", .string("n\(number)"))],
                    extra: number % 7 == 0 ? [("more", "\(number)")] : [])
            }
            builder.refuse("{\"event\":\(numbers.lowerBound)", fields: ["event"])
            _ = try store.append([builder.batch], durability: .synced)
        }
        try append(0..<20)
        try store.seal()
        try append(20..<40)
        try store.seal()
        while try store.compact(isForced: true) != nil {}
        try append(40..<55)
        try store.seal()
        try append(55..<65)
        try append(65..<70)
        try store.close()
    }

    private static func files(of disk: SimulatedDisk, in directory: String) throws -> [(
        path: String, bytes: [UInt8]
    )] {
        var files: [(path: String, bytes: [UInt8])] = []
        for name in try disk.list(directory) {
            let path = joinPath(directory, name)
            if let bytes = disk.content(of: path) {
                if path != "LOCK" { files.append((path, bytes)) }
            } else {
                files += try self.files(of: disk, in: path)
            }
        }
        return files
    }

    /// Segments that others have replaced stay for a while, and nobody reads them.
    private func isNeeded(_ path: String) -> Bool {
        !path.hasSuffix(".parquet") || !path.hasPrefix("events/") || live.contains(path)
    }

    // MARK: Answers

    private struct Answers: Equatable {
        /// By sequence number.
        var events: [Int64: [Value]] = [:]
        var others: [String: [[Value]]] = [:]
    }

    private enum Outcome {
        case opened(Answers, isDamaged: Bool, missing: String)
        case refused(String)
    }

    private static func answers(of disk: SimulatedDisk) -> Outcome {
        let reader: StoreReader
        do {
            reader = try StoreReader(on: disk, options: RecoveryEntry.options)
        } catch {
            return .refused("\(error)")
        }
        let observer = ScanObserver()
        var answers = Answers()
        var missing = ""
        do {
            let events = reader.tables.events
            for row in try events.rows(events.columns.map(\.name), observer: observer) {
                guard case .int64(let seq) = row[Int(EventColumn.seq.rawValue)] else {
                    missing = "an event without a number"
                    continue
                }
                if answers.events.updateValue(row, forKey: seq) != nil {
                    missing = "an event twice"
                }
            }
            for table in [reader.tables.ledger, reader.tables.quarantine, reader.tables.content]
                as [any Table]
            {
                answers.others[table.name] = try table.rows(
                    table.columns.map(\.name), observer: observer)
            }
        } catch {
            return .refused("\(error)")
        }
        let isDamaged =
            !reader.report.damage.isEmpty || reader.report.tornTailBytes > 0
            || !observer.damage.isEmpty
        return .opened(answers, isDamaged: isDamaged, missing: missing)
    }

    // MARK: Damage

    /// - Parameter step: look at one case of so many; 1: all.
    public func run(_ kind: Kind, step: Int = 1) -> Counts {
        var counts = Counts()
        var number = 0
        func look(_ index: Int, _ bytes: [UInt8]?, _ what: @autoclosure () -> String) {
            number += 1
            if number % step == 0 { self.look(index, bytes, what(), in: &counts) }
        }
        for (index, file) in files.enumerated() where isNeeded(file.path) {
            switch kind {
            case .flips:
                for place in file.bytes.indices {
                    for mask in [0x01, 0x80, 0xFF] as [UInt8] {
                        var bytes = file.bytes
                        bytes[place] ^= mask
                        look(index, bytes, "byte \(place) ^ \(mask)")
                    }
                }
            case .cuts:
                for count in file.bytes.indices {
                    look(index, Array(file.bytes[..<count]), "cut to \(count)")
                }
            case .sectors:
                for bytes in Self.sectors(file.bytes) { look(index, bytes.1, bytes.0) }
            case .files:
                look(index, nil, "missing")
                for other in files
                where other.path != file.path
                    && splitPath(other.path).directory == splitPath(file.path).directory
                {
                    look(index, other.bytes, "is \(other.path)")
                }
            }
        }
        return counts
    }

    private static func sectors(_ bytes: [UInt8]) -> [(String, [UInt8])] {
        let size = 512
        let starts = Array(stride(from: 0, to: bytes.count, by: size))
        func replaced(_ start: Int, by sector: [UInt8]) -> [UInt8] {
            var bytes = bytes
            for (place, byte) in sector.enumerated() where start + place < bytes.count {
                bytes[start + place] = byte
            }
            return bytes
        }
        var all: [(String, [UInt8])] = []
        for start in starts {
            all.append(
                ("zeros at \(start)", replaced(start, by: [UInt8](repeating: 0, count: size))))
            for other in starts where other != start {
                let sector = Array(bytes[other..<min(other + size, bytes.count)])
                let changed = replaced(start, by: sector)
                if changed != bytes { all.append(("the sector of \(other) at \(start)", changed)) }
            }
        }
        return all
    }

    private func look(_ index: Int, _ bytes: [UInt8]?, _ what: String, in counts: inout Counts) {
        let disk = SimulatedDisk()
        for (place, file) in files.enumerated() {
            if place != index {
                disk.place(file.bytes, at: file.path)
            } else if let bytes {
                disk.place(bytes, at: file.path)
            }
        }
        counts.cases += 1
        let path = files[index].path
        switch Self.answers(of: disk) {
        case .refused:
            counts.refused += 1
            counts.refusedBy[splitPath(path).directory, default: 0] += 1
        case .opened(let answers, let isDamaged, let missing):
            let lost = truth.events.count - answers.events.count
            let hasOther = answers.events.contains { truth.events[$0.key] != $0.value }
            counts.rowsLostMax = max(counts.rowsLostMax, lost)
            if !missing.isEmpty || hasOther {
                counts.silent.append(
                    "\(path), \(what): \(missing.isEmpty ? "another event" : missing)")
            } else if answers == truth {
                if isDamaged { counts.repaired += 1 } else { counts.harmless += 1 }
            } else if isDamaged {
                counts.reported += 1
            } else if Self.isBeyond(path, what) {
                counts.beyond += 1
            } else {
                counts.silent.append("\(path), \(what): \(lost) events fewer, or another ledger")
            }
        }
    }
}
