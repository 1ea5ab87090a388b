import Foundation
import TestSupport

@testable import EventLog

/// Seals and compactions of months, as the policy decides them, without any file: of each segment only the
/// times of its rows are known. A row stands for ten thousand events.
struct CompactionSimulation {
    static let scale = 10_000
    static let hour: Int64 = 3_600_000_000
    static let day = 24 * hour

    private struct Segment {
        let times: [Int64]
        let span: ClosedRange<Int64>
        var writtenAt: Int64
        var generation: Int
        /// Bytes.
        var size: Double

        init(times: [Int64], writtenAt: Int64, generation: Int, size: Double) {
            self.times = times
            span = times.min()!...times.max()!
            self.writtenAt = writtenAt
            self.generation = generation
            self.size = size
        }
    }

    /// Rows an hour, on average.
    let rate: Double
    let sealsPerHour: Int
    var policy = CompactionPolicy()
    /// Days after which a segment goes.
    let retention: Int64
    private var segments: [String: Segment] = [:]
    private var random: SplitMix64
    private var now: Int64
    private var nextNumber = 0
    private(set) var sealedBytes = 0.0
    private(set) var compactedBytes = 0.0
    private(set) var rowCount = 0
    private(set) var droppedRowCount = 0
    private(set) var segmentCountMax = 0
    private(set) var spaceAmplificationMax = 0.0
    private(set) var inputRowCountMax = 0
    private(set) var stepCount = 0

    init(seed: UInt64, eventsPerSecond: Double, sealsPerHour: Int = 4, retention: Int = 90) {
        self.retention = Int64(retention)
        rate = eventsPerSecond * 3600 / Double(Self.scale)
        self.sealsPerHour = sealsPerHour
        random = SplitMix64(seed: seed)
        now = 1_767_225_600_000_000
        policy.rowCountMax /= Self.scale
        policy.pieceRowCount /= Self.scale
    }

    mutating func run(days: Int) {
        for _ in 0..<days * 24 {
            for _ in 0..<sealsPerHour {
                now += Self.hour / Int64(sealsPerHour)
                seal()
            }
            while step(isForced: false) {}
            expire()
            note()
        }
    }

    mutating func compactAll() {
        while step(isForced: true) {}
        note()
    }

    var segmentCount: Int { segments.count }
    var bytes: Double { segments.values.reduce(0) { $0 + $1.size } }
    /// Bytes written for each byte sealed.
    var writeAmplification: Double { (sealedBytes + compactedBytes) / sealedBytes }
    var liveRowCount: Int { segments.values.reduce(0) { $0 + $1.times.count } }
    /// Files of one day alone, by day.
    var filesByDay: [Int64: Int] {
        var files: [Int64: Int] = [:]
        for segment in segments.values {
            let days = Set(segment.times.map { $0 / Self.day })
            if days.count == 1, let only = days.first { files[only, default: 0] += 1 }
        }
        return files
    }
    var lateFileCount: Int {
        segments.values.count { Set($0.times.map { $0 / Self.day }).count > 1 }
    }

    private mutating func seal() {
        let phase = Double(now % Self.day) / Double(Self.day) * 2 * Double.pi
        let count = max(1, Int(rate / Double(sealsPerHour) * (1 + 0.8 * sin(phase))))
        let length = Self.hour / Int64(sealsPerHour)
        let times = (0..<count).map { _ -> Int64 in
            let time = now - Int64.random(in: 0..<length, using: &random)
            switch Double.random(in: 0..<1, using: &random) {
            case ..<0.02:
                // Late: hours mostly, days sometimes.
                let hours = -log(Double.random(in: 0.000_1..<1, using: &random)) * 8
                return time - Int64(min(hours, 7 * 24) * Double(Self.hour))
            case ..<0.0201:
                // A wild clock.
                return time - Int64.random(in: 0..<400 * Self.day, using: &random)
            default: return time
            }
        }
        rowCount += count
        let size = Double(count) * 34
        sealedBytes += size
        add(Segment(times: times, writtenAt: now, generation: 0, size: size))
    }

    private mutating func add(_ segment: Segment) {
        nextNumber += 1
        segments["\(1_000_000 + nextNumber)"] = segment
    }

    private mutating func step(isForced: Bool) -> Bool {
        let known = segments.map { path, segment in
            CompactionPolicy.Segment(
                path: path, rowCount: segment.times.count, size: Int(segment.size),
                times: segment.span, writtenAt: segment.writtenAt,
                generation: segment.generation)
        }
        guard let job = policy.next(known, now: now, isForced: isForced) else { return false }
        let inputs = job.inputs.compactMap { segments.removeValue(forKey: $0) }
        let times = inputs.flatMap(\.times)
        let division = RowDivision(job, policy, times: times)
        var parts = [[Int64]](repeating: [], count: division.fileCount)
        for (time, file) in zip(times, division.files) { parts[Int(file)].append(time) }
        let before = bytes + inputs.reduce(0) { $0 + $1.size }
        var written = 0.0
        for part in parts {
            let size = Double(part.count) * 28 + 12_000 / Double(Self.scale)
            written += size
            add(
                Segment(
                    times: part, writtenAt: now,
                    generation: job.generation(after: inputs.reduce(0) { max($0, $1.generation) }),
                    size: size))
        }
        compactedBytes += written
        inputRowCountMax = max(inputRowCountMax, times.count)
        spaceAmplificationMax = max(spaceAmplificationMax, (before + written) / bytes)
        stepCount += 1
        return true
    }

    private mutating func expire() {
        for (path, segment) in segments where segment.span.upperBound < now - retention * Self.day {
            droppedRowCount += segment.times.count
            segments[path] = nil
        }
    }

    private mutating func note() { segmentCountMax = max(segmentCountMax, segments.count) }
}
