import FuzzHarness

@testable import Columns
@testable import EventLog
@testable import TestSupport

/// A small store, damaged in every place that there is: each time either nothing is lost, or what is lost is said.
///
/// What is compared is what `StoreAnswers` asks for. Damage that no answer depends on is held against
/// `StoreVerification` besides.
public struct StoreSweep {
    /// What became of one kind of damage.
    public struct Counts: Sendable {
        public var cases = 0
        /// The same answers, and it was said that something is damaged.
        public var repaired = 0
        /// Fewer rows, none other, and it was said.
        public var reported = 0
        /// The same answers without a word, and verification finds it.
        public var verified = 0
        /// Neither: bytes that nobody needs. By directory.
        public var harmlessBy: [String: Int] = [:]
        /// The store did not open, and said why. By directory.
        public var refusedBy: [String: Int] = [:]
        /// A whole file that is gone and that nothing names: see `isBeyond`.
        public var beyond = 0
        /// Another answer without a word. Each is a finding.
        public var silent: [String] = []
        /// The most events that one case cost.
        public var rowsLostMax = 0

        public var refused: Int { refusedBy.values.reduce(0, +) }
        public var harmless: Int { harmlessBy.values.reduce(0, +) }

        public var json: String {
            func text(_ counts: [String: Int]) -> String {
                let members = counts.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }
                return "{" + members.joined(separator: ",") + "}"
            }
            return
                "{\"cases\":\(cases),\"repaired\":\(repaired),\"reported\":\(reported),\"verified\":\(verified),"
                + "\"harmless\":\(harmless),\"refused\":\(refused),\"beyond\":\(beyond),\"silent\":\(silent.count),"
                + "\"rowsLostMax\":\(rowsLostMax),\"harmlessBy\":\(text(harmlessBy)),\"refusedBy\":\(text(refusedBy))}"
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

    private let store: SweptStore
    private var files: [(path: String, bytes: [UInt8])] { store.files }
    private let truth: StoreAnswers
    /// Events that come to light when nobody knows any more that they are hidden.
    private let unhidden: [Int64: [Value]]
    /// Segments of the table.
    private let live: Set<String>
    /// Up to which number events are in segments.
    private let position: Int64

    /// What no store can tell of, since nothing that is left names it: the newest file of the journal, gone as a whole or from the end of a record on,
    /// a request for an erasure, and the only file of the ledger, whose counts of stored events are then made anew from the segments.
    private static func isBeyond(_ path: String, _ what: String) -> Bool {
        switch splitPath(path).directory {
        // Cut between two records, it is a file of which the last were never written.
        case "journal": what == "missing" || what.hasPrefix("cut to ")
        case "ledger": what == "missing"
        case "erasure": what == "missing" && path.hasSuffix(".request")
        default: false
        }
    }

    /// - Throws: if the sound store cannot be made or read.
    public init() throws {
        store = try SweptStore()
        let disk = Self.disk(store.files)
        guard case .opened(let truth, isDamaged: false, fault: "") = StoreAnswers.ask(disk),
            truth.events.count > 20, !store.hidden.isEmpty
        else {
            preconditionFailure("the sound store is not sound: \(StoreAnswers.ask(disk))")
        }
        self.truth = truth
        let shown = Self.disk(store.files.filter { !$0.path.hasSuffix(".request") })
        guard case .opened(let all, _, _) = StoreAnswers.ask(shown) else {
            preconditionFailure("the store does not open without its requests")
        }
        unhidden = all.events
        let reader = try StoreReader(on: disk, options: SweptStore.options)
        live = Set(reader.segments.map(\.path))
        position = reader.segments.map(\.entry.seqMax).max() ?? 0
    }

    /// Bytes of the store by directory, and in all.
    public var sizes: [String: Int] {
        var sizes: [String: Int] = [:]
        for file in files where isNeeded(file.path) {
            sizes[splitPath(file.path).directory, default: 0] += file.bytes.count
        }
        return sizes
    }

    /// Segments that others have replaced stay for a while, and nobody reads them.
    private func isNeeded(_ path: String) -> Bool {
        !path.hasSuffix(".parquet") || !path.hasPrefix("events/2") || live.contains(path)
    }

    // MARK: Damage

    /// - Parameters:
    ///   - step: look at one case of so many; 1: all.
    ///   - part: which of them, from 0 on: so that several processes do all.
    public func run(
        _ kind: Kind, step: Int = 1, part: Int = 0, progress: (Counts) -> Void = { _ in }
    ) -> Counts {
        var counts = Counts()
        var number = 0
        func look(
            _ index: Int, _ bytes: @autoclosure () -> [UInt8]?, _ what: @autoclosure () -> String
        ) {
            number += 1
            guard number % step == part % step else { return }
            self.look(index, bytes(), what(), in: &counts)
            if counts.cases % 10_000 == 0 { progress(counts) }
        }
        for (index, file) in files.enumerated() where isNeeded(file.path) {
            switch kind {
            case .flips:
                var bytes = file.bytes
                for place in bytes.indices {
                    for mask in [0x01, 0x80, 0xFF] as [UInt8] {
                        bytes[place] = file.bytes[place] ^ mask
                        look(index, bytes, "byte \(place) ^ \(mask)")
                    }
                    bytes[place] = file.bytes[place]
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
            let zeros = replaced(start, by: [UInt8](repeating: 0, count: size))
            if zeros != bytes { all.append(("zeros at \(start)", zeros)) }
            for other in starts where other != start {
                let sector = Array(bytes[other..<min(other + size, bytes.count)])
                let changed = replaced(start, by: sector)
                if changed != bytes { all.append(("the sector of \(other) at \(start)", changed)) }
            }
        }
        return all
    }

    private static func disk(_ files: [(path: String, bytes: [UInt8])]) -> SimulatedDisk {
        let disk = SimulatedDisk()
        for file in files { disk.place(file.bytes, at: file.path) }
        return disk
    }

    private func look(_ index: Int, _ bytes: [UInt8]?, _ what: String, in counts: inout Counts) {
        let path = files[index].path
        let disk = SimulatedDisk()
        for (place, file) in files.enumerated() {
            if place != index {
                disk.place(file.bytes, at: file.path)
            } else if let bytes {
                disk.place(bytes, at: path)
            }
        }
        counts.cases += 1
        switch StoreAnswers.ask(disk) {
        case .refused:
            counts.refusedBy[splitPath(path).directory, default: 0] += 1
        case .opened(let answers, let isDamaged, let fault):
            let lost = truth.events.count - answers.events.count
            counts.rowsLostMax = max(counts.rowsLostMax, lost)
            let finding: String
            if !fault.isEmpty {
                finding = fault
            } else if answers == truth {
                if isDamaged {
                    counts.repaired += 1
                } else if StoreVerification.finds(path, on: disk, position: position) {
                    counts.verified += 1
                } else {
                    counts.harmlessBy[splitPath(path).directory, default: 0] += 1
                }
                return
            } else if hasOtherEvent(
                answers, isDamaged || Self.isBeyond(path, what) && !path.hasPrefix("journal"))
            {
                finding = "another event"
            } else if isDamaged {
                counts.reported += 1
                return
            } else if Self.isBeyond(path, what) {
                counts.beyond += 1
                return
            } else {
                finding = "\(lost) events fewer, or \(difference(answers))"
            }
            counts.silent.append("\(path), \(what): \(finding)")
        }
    }

    /// An event that is none of the true ones. Whose it is may be unknown where damage is said.
    private func hasOtherEvent(_ answers: StoreAnswers, _ isDamaged: Bool) -> Bool {
        answers.events.contains { seq, row in
            if truth.events[seq] == row { return false }
            guard isDamaged else { return true }
            let own = truth.events[seq] ?? unhidden[seq]
            // The last two columns are the person.
            return own?.dropLast(2) != row.dropLast(2)
        }
    }

    private func difference(_ answers: StoreAnswers) -> String {
        let names = answers.others.keys.sorted().filter { answers.others[$0] != truth.others[$0] }
        return (names + (answers.counts == truth.counts ? [] : ["counts"])).joined(separator: ", ")
    }
}
