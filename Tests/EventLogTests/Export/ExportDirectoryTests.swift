import TestSupport
import Testing

@testable import EventLog

@Suite("Files and records of exports")
struct ExportDirectoryTests {
    private static let request = ExportRequest(
        .user("ü/1"), format: .jsonl, compression: .gzip)

    private static func job(_ number: UInt64 = 1) -> ExportJob {
        ExportJob(
            id: ExportJob.makeID(number), request: request, producer: "uid:1", createdAt: 5)
    }

    @Test("a record reads back, in every status", arguments: ExportJob.Status.allCases)
    func records(status: ExportJob.Status) {
        var job = Self.job(.max)
        job.status = status
        job.attempts = 2
        job.startedAt = 1
        job.finishedAt = -2
        job.expiresAt = 3
        job.counts.rowCount = 4
        job.counts.processedRows = 5
        job.counts.estimatedRowCount = 6
        job.fileSize = 7
        job.damageCount = 8
        job.failure = .init(reason: "io", message: "\"é\n")
        #expect(ExportJob(record: job.record) == job)
        job.request = nil
        // Only what has ended may have forgotten what it was.
        #expect((ExportJob(record: job.record) == job) == status.isEnd)
    }

    @Test("a record that is cut or changed is none, or another, and never a crash")
    func damagedRecords() {
        let record = Self.job().record
        for count in 0..<record.count - 2 {
            #expect(ExportJob(record: Array(record.prefix(count))) == nil)
        }
        for place in record.indices {
            for bit in 0..<8 {
                var changed = record
                changed[place] ^= 1 << bit
                _ = ExportJob(record: changed)
            }
        }
    }

    @Test("ids name files, so nothing else is an id")
    func ids() {
        #expect(ExportJob.isID(ExportJob.makeID(0)) && ExportJob.isID(ExportJob.makeID(.max)))
        for id in ["", "exp_", "exp_../../../etc/", "exp_0123456789abC", "exp_0123456789abcd"] {
            #expect(!ExportJob.isID(id))
        }
    }

    /// One export, from its record to its end.
    private static func export(on disk: SimulatedDisk) throws {
        let directory = ExportDirectory(disk: disk)
        var jobs = ExportJobs(limits: ExportLimits())
        try directory.perform(try jobs.admit(job()))
        guard let (begun, effects) = jobs.begin(now: 6) else { return }
        try directory.perform(effects)
        let file = try directory.create(begun, limits: jobs.limits)
        try file.write([1, 2, 3])
        try file.write([4])
        let size = try file.finish()
        try directory.perform(
            jobs.complete(begun.id, .init(), fileSize: size, damageCount: 0, now: 7))
    }

    @Test("after a crash at any call, a complete job has its whole file, and no other file is left")
    func crashes() throws {
        let whole = SimulatedDisk()
        try Self.export(on: whole)
        for call in 0..<whole.callCount {
            let disk = SimulatedDisk(fault: .crash(call: call))
            try? Self.export(on: disk)
            for seed in UInt64(0)..<3 {
                let survivor = disk.survivor(seed: seed)
                let directory = ExportDirectory(disk: survivor)
                let jobs = try directory.jobs { _ in Issue.record("a damaged record") }
                try directory.sweep(jobs)
                let names = try survivor.list(ExportDirectory.path)
                for job in jobs where job.status == .complete {
                    #expect(try directory.open(job).read(at: 0, count: 9) == [1, 2, 3, 4])
                    #expect(try directory.finished(jobs) == [job])
                }
                let complete = jobs.count { $0.status == .complete }
                #expect(
                    names.count == jobs.count + complete, "call \(call), seed \(seed): \(names)")
            }
        }
    }

    @Test("a sweep takes what is its own and nothing else")
    func sweep() throws {
        let disk = SimulatedDisk()
        try Self.export(on: disk)
        let id = ExportJob.makeID(2)
        try disk.writeFile("exports/\(id).csv", [1], .replacing)
        try disk.writeFile("exports/notes.txt", [1], .replacing)
        try disk.writeFile("exports/\(id).job", [1], .replacing)
        let directory = ExportDirectory(disk: disk)
        var unreadable: [String] = []
        let jobs = try directory.jobs { unreadable.append($0) }
        #expect(unreadable == ["\(id).job"] && jobs.count == 1)
        try directory.sweep(jobs)
        let own = ExportJob.makeID(1)
        #expect(
            try disk.list("exports") == ["\(own).job", "\(own).jsonl.gz", "notes.txt"])
        try directory.perform([.forget(try #require(jobs.first))])
        #expect(try disk.list("exports") == ["notes.txt"])
    }

    @Test("a file that is read to its end though its name is gone")
    func removedWhileRead() throws {
        let temporary = try TemporaryDirectory()
        let disk = try PosixDisk(root: temporary.path, createIfMissing: false)
        let directory = ExportDirectory(disk: disk)
        let file = try directory.create(Self.job(), limits: ExportLimits())
        try file.write([UInt8](repeating: 7, count: 100))
        #expect(try file.finish() == 100)
        let reader = try directory.open(Self.job())
        try directory.perform([.removeFile(Self.job())])
        #expect(try reader.read(at: 90, count: 64) == [UInt8](repeating: 7, count: 10))
        #expect(try disk.availableSize() > 0)
    }

    @Test("a file is as large as is allowed, and no byte larger", arguments: [100, 101])
    func fileSize(size: Int) throws {
        let disk = SimulatedDisk()
        var limits = ExportLimits()
        limits.fileSizeMax = 100
        let file = try ExportDirectory(disk: disk).create(Self.job(), limits: limits)
        try file.write([UInt8](repeating: 0, count: 50))
        if size == 100 {
            try file.write([UInt8](repeating: 0, count: 50))
        } else {
            #expect(throws: ExportFile.Failure.self) {
                try file.write([UInt8](repeating: 0, count: 51))
            }
        }
        file.abandon()
        #expect(try disk.list(ExportDirectory.path) == [])
    }

    @Test("what is kept free of the disk for events stays free", arguments: [100, 99])
    func reserve(available: Int) throws {
        let disk = SimulatedDisk()
        disk.setAvailableSize(available)
        var limits = ExportLimits()
        limits.diskReserve = 100
        let file = try ExportDirectory(disk: disk).create(Self.job(), limits: limits)
        if available >= 100 {
            try file.write([1])
        } else {
            #expect(throws: ExportFile.Failure.self) { try file.write([1]) }
        }
        file.abandon()
    }
}
