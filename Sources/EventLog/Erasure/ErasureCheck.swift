import Columns
import Parquet

/// Looks for ids in every byte of a store, decompressed (specification, section 4.7.5): what an erasure has
/// left, if anything.
///
/// Reads only, and needs neither catalog nor daemon. An id is found as a word of its own: in values and
/// dictionaries of columns, journal records, names of the identity map, texts, and whatever else there is.
package struct ErasureCheck {
    package struct Hit: Sendable, Hashable, Codable {
        package var file: String
        /// `column userId`, `record 17`, `bytes` …
        package var place: String
        /// Rows with it, as far as they can be told.
        package var rows: Int?
    }

    package struct Report: Sendable, Hashable, Codable {
        package var files = 0
        package var bytes = 0
        package var hits: [Hit] = []
        /// What could not be read whole, and why.
        package var unreadable: [String] = []

        package init() {}
    }

    private let disk: any Disk
    private let searches: [TokenSearch]
    private let ids: [String]
    private var report = Report()

    /// - Parameter path: the store's directory.
    package init(_ path: String, ids: [String]) throws(StoreError) {
        do {
            self.init(disk: try PosixDisk(readingOnly: path), ids: ids)
        } catch {
            throw StoreError(error)
        }
    }

    init(disk: any Disk, ids: [String]) {
        self.disk = disk
        self.ids = ids
        searches = ids.map { TokenSearch(Array($0.utf8)) }
    }

    /// - Parameter progress: is told of each file before it is read.
    package static func run(
        _ check: ErasureCheck, progress: (String) -> Void = { _ in }
    ) throws(StoreError) -> Report {
        var check = check
        do {
            try check.look(in: "", progress)
        } catch {
            throw StoreError(error)
        }
        return check.report
    }

    /// All files of a directory and of those below it.
    static func files(in directory: String, on disk: any Disk) throws(DiskError) -> [String] {
        var files: [String] = []
        for name in try disk.list(directory) {
            let path = joinPath(directory, name)
            do throws(DiskError) {
                _ = try FileReader(path, on: disk)
                files.append(path)
            } catch {
                guard error.reason == .notARegularFile || error.isNotFound else { throw error }
                files += try Self.files(in: path, on: disk)
            }
        }
        return files
    }

    /// Whether a file has one of the ids in it, or cannot be read whole.
    static func mayHold(_ ids: [String], _ path: String, on disk: any Disk) throws -> Bool {
        var check = ErasureCheck(disk: disk, ids: ids)
        let reader = try FileReader(path, on: disk)
        guard (try? check.look(at: path, reader)) != nil else { return true }
        return !check.report.hits.isEmpty || !check.report.unreadable.isEmpty
    }

    private mutating func look(in directory: String, _ progress: (String) -> Void) throws {
        for name in try disk.list(directory) {
            let path = joinPath(directory, name)
            let reader: FileReader
            do throws(DiskError) {
                reader = try FileReader(path, on: disk)
            } catch {
                if error.reason == .notARegularFile || error.isNotFound {
                    try look(in: path, progress)
                } else {
                    report.unreadable.append("\(error)")
                }
                continue
            }
            progress(path)
            report.files += 1
            report.bytes += reader.size
            do {
                try look(at: path, reader)
            } catch {
                report.unreadable.append("\(path): \(error)")
            }
        }
    }

    /// One file, by what its name says that it is.
    mutating func look(at path: String, _ reader: FileReader) throws {
        if path.hasSuffix(".parquet"), !splitPath(path).directory.hasSuffix("_delta_log") {
            try lookAtColumns(path, reader)
        } else if path.hasSuffix(".journal") {
            try lookAtRecords(path)
        } else if path.hasSuffix(".gz") {
            try lookAtGzip(path, reader)
        } else {
            try lookAtBytes(path, reader)
        }
    }

    // MARK: Columns

    private struct Source: ParquetSource {
        let reader: FileReader
        var size: Int { reader.size }
        func read(at offset: Int, count: Int) throws -> [UInt8] {
            try reader.read(at: offset, count: count)
        }
    }

    private mutating func lookAtColumns(_ path: String, _ reader: FileReader) throws {
        let file: ParquetFile
        do {
            file = try ParquetFile(source: Source(reader: reader))
        } catch {
            // Without a footer nothing tells what the bytes mean; they may say it all the same.
            try lookAtBytes(path, reader)
            throw error
        }
        for rowGroup in file.rowGroups.indices {
            for (number, leaf) in file.leaves.enumerated() where leaf.type == .string {
                let read = try file.readColumn(rowGroup: rowGroup, leaf: number)
                if let damage = read.damage.first {
                    report.unreadable.append("\(path): column \(leaf.name): \(damage.message)")
                }
                guard case .string(let codes, let names) = read.column.values else { continue }
                look(for: codes, names, in: leaf.name, path)
                if let all = read.dictionary?.strings, all !== names {
                    look(for: [], all, in: leaf.name, path)
                }
            }
        }
        // The footer's statistics and key-values.
        let tail = try reader.read(at: max(0, reader.size - 8), count: 4)
        let size = tail.reversed().reduce(0) { $0 << 8 | Int($1) }
        if size <= reader.size - 8 {
            let footer = try reader.read(at: reader.size - 8 - size, count: size)
            if searches.contains(where: { $0.isFound(in: footer) }) {
                report.hits.append(Hit(file: path, place: "footer"))
            }
        }
    }

    private mutating func look(
        for codes: [Int32], _ names: StringDictionary, in column: String, _ path: String
    ) {
        // Nearly always it is nowhere, and one look says so.
        guard searches.contains(where: { $0.isPart(of: names.bytes) }) else { return }
        let isHit = (0..<names.count).map { code in
            searches.contains { $0.isFound(in: names.bytes, names.range(at: code)) }
        }
        guard isHit.contains(true) else { return }
        let rows = codes.count { $0 >= 0 && isHit[Int($0)] }
        report.hits.append(Hit(file: path, place: "column \(column)", rows: rows))
    }

    // MARK: Others

    private mutating func lookAtRecords(_ path: String) throws {
        var hits: [Hit] = []
        var number = 0
        let findings = try JournalReader.read(path, storeID: nil, on: disk) { record in
            number += 1
            let payload = Array(record.payload)
            if isNamed(in: payload) || searches.contains(where: { $0.isFound(in: payload) }) {
                hits.append(Hit(file: path, place: "record \(number)"))
            }
        }
        report.hits += hits
        report.unreadable += findings.damage.map { "\(path): \($0.message)" }
    }

    /// Whether an id stands with its length before it, as in records and maps.
    private func isNamed(in bytes: [UInt8]) -> Bool {
        ids.contains { id in
            var count = id.utf8.count
            var prefix: [UInt8] = []
            while count >= 0x80 {
                prefix.append(UInt8(count & 0x7F) | 0x80)
                count >>= 7
            }
            prefix.append(UInt8(count))
            return TokenSearch(prefix + Array(id.utf8)).isPart(of: bytes)
        }
    }

    private mutating func lookAtGzip(_ path: String, _ reader: FileReader) throws {
        var offset = 0
        var window = Window(overlap: overlap)
        var isHit = false
        try Gunzip.run {
            defer { offset += Window.pieceSize }
            return try reader.read(at: offset, count: Window.pieceSize)
        } _: { piece in
            isHit = isHit || isFound(in: window.next(piece))
        }
        if isHit { report.hits.append(Hit(file: path, place: "text")) }
    }

    private mutating func lookAtBytes(_ path: String, _ reader: FileReader) throws {
        var window = Window(overlap: overlap)
        var offset = 0
        while offset < reader.size {
            let piece = try reader.read(at: offset, count: Window.pieceSize)
            guard !piece.isEmpty else { break }
            offset += piece.count
            if isFound(in: window.next(piece)) {
                report.hits.append(Hit(file: path, place: "bytes"))
                return
            }
        }
    }

    private func isFound(in bytes: [UInt8]) -> Bool {
        searches.contains { $0.isFound(in: bytes) } || isNamed(in: bytes)
    }

    private var overlap: Int { (ids.map(\.utf8.count).max() ?? 0) + 8 }

    /// Pieces of a file, each with the end of the one before, so that nothing is missed between two.
    private struct Window {
        static let pieceSize = 1 << 20
        let overlap: Int
        private var end: [UInt8] = []

        init(overlap: Int) { self.overlap = overlap }

        mutating func next(_ piece: [UInt8]) -> [UInt8] {
            let bytes = end + piece
            end = Array(bytes.suffix(overlap))
            return bytes
        }
    }
}
