import EventLog
import Glibc
import Synchronization
import TestSupport
import Testing

@testable import EventLogd

/// Makes a piece of text as long as the test's gate is closed.
private final class GatedRunner: ExportRunner {
    private struct State {
        var isOpen: Bool
        var running = 0
        var runningMost = 0
        var begun: [ExportRequest] = []
    }
    private let state: Mutex<State>
    private let text: [UInt8]

    init(isOpen: Bool = true, text: String = "made") {
        state = Mutex(State(isOpen: isOpen))
        self.text = Array(text.utf8)
    }

    func open() { state.withLock { $0.isOpen = true } }
    var begunCount: Int { state.withLock { $0.begun.count } }
    var runningMost: Int { state.withLock { $0.runningMost } }

    func run(
        _ request: ExportRequest, cancellation: CancellationSignal,
        output: @escaping ([UInt8]) throws -> Void, progress: (ExportJob.Counts) -> Void
    ) throws -> ExportResult {
        var counts = ExportJob.Counts()
        counts.estimatedRowCount = 4
        counts.processedRows = 1
        progress(counts)
        state.withLock { state in
            state.begun.append(request)
            state.running += 1
            state.runningMost = max(state.runningMost, state.running)
        }
        defer { state.withLock { $0.running -= 1 } }
        while !state.withLock({ $0.isOpen }) {
            if cancellation.reason != nil { throw ExportCancelled() }
            sched_yield()
        }
        try output(text)
        return ExportResult(counts: counts, damage: [])
    }
}

@Suite("The exporter", .timeLimit(.minutes(1)))
struct ExporterTests {
    private let disk = SimulatedDisk()
    private let request = ExportRequest(
        .range(.init(days: ExportDate(day: 0)...ExportDate(day: 0))), format: .jsonl,
        compression: .none)

    private func exporter(
        _ runner: GatedRunner, _ change: (inout ExportLimits) -> Void = { _ in }
    ) -> Exporter {
        var limits = ExportLimits()
        change(&limits)
        let exporter = Exporter(
            directory: ExportDirectory(disk: disk), runner: runner, limits: limits,
            logger: Daemon.silentLogger, now: { 1_000 })
        exporter.resume()
        return exporter
    }

    private func wait(_ exporter: Exporter, _ id: String, for status: ExportJob.Status) throws {
        try waitUntil { exporter.job(id)?.status == status }
    }

    @Test("three are made at once, the fourth waits, and all have their files")
    func waiting() async throws {
        let runner = GatedRunner(isOpen: false)
        let exporter = exporter(runner)
        let jobs = try (0..<4).map { _ in try exporter.submit(request, producer: "uid:1") }
        func progress() -> [Int] { jobs.compactMap { exporter.job($0.id)?.progress }.sorted() }
        // A job says how far it is some time after it has begun.
        try waitUntil { progress() == [0, 25, 25, 25] }
        #expect(jobs.count { exporter.job($0.id)?.status == .queued } == 1)
        runner.open()
        for job in jobs { try wait(exporter, job.id, for: .complete) }
        #expect(runner.runningMost == 3)
        let done = try #require(exporter.job(jobs[3].id))
        #expect(try exporter.open(done).read(at: 0, count: 9) == Array("made".utf8))
        await exporter.stop()
    }

    @Test("what is cancelled ends soon and leaves nothing but its record")
    func cancel() async throws {
        let runner = GatedRunner(isOpen: false)
        let exporter = exporter(runner) { $0.runningMax = 1 }
        let running = try exporter.submit(request, producer: "uid:1")
        let waiting = try exporter.submit(request, producer: "uid:1")
        try waitUntil { runner.begunCount == 1 }
        #expect(try exporter.cancel(waiting.id).status == .cancelled)
        #expect(try exporter.cancel(running.id).status == .cancelled)
        await exporter.stop()
        #expect(runner.begunCount == 1)
        #expect(try disk.list("exports") == [running.id, waiting.id].map { $0 + ".job" }.sorted())
    }

    @Test("what runs when the daemon stops is made by the next one")
    func restart() async throws {
        let runner = GatedRunner(isOpen: false)
        let first = exporter(runner)
        let job = try first.submit(request, producer: "uid:1")
        try waitUntil { runner.begunCount == 1 }
        await first.stop()
        #expect(first.job(job.id)?.status == .queued)
        let second = exporter(GatedRunner())
        try wait(second, job.id, for: .complete)
        #expect(second.job(job.id)?.attempts == 1, "to stop in order is no failed attempt")
        await second.stop()
        let third = exporter(GatedRunner())
        #expect(third.job(job.id)?.status == .complete)
        #expect(try third.delete(job.id).status == .expired)
        #expect(try disk.list("exports") == [job.id + ".job"])
        await third.stop()
    }

    @Test("a full disk fails the job and says so; a job that cannot be kept is not taken")
    func fullDisk() async throws {
        let exporter = exporter(GatedRunner())
        disk.setAvailableSize(0)
        let job = try exporter.submit(request, producer: "uid:1")
        try wait(exporter, job.id, for: .failed)
        #expect(exporter.job(job.id)?.failure?.reason == "disk_full")
        disk.arm(.failFrom(call: 0, code: SimulatedDisk.noSpaceCode))
        #expect(throws: StoreError.self) { try exporter.submit(request, producer: "uid:1") }
        #expect(exporter.page(after: nil, count: 9)?.jobs.map(\.id) == [job.id])
        await exporter.stop()
    }

    @Test("an erasure that the disk refuses changes nothing, and may be tried again")
    func erase() async throws {
        let exporter = exporter(GatedRunner())
        let wanted = ExportRequest(.user("u"), format: .json, compression: .none)
        let job = try exporter.submit(wanted, producer: "uid:1")
        try wait(exporter, job.id, for: .complete)
        disk.arm(.failOnce(call: 0, code: 5))
        #expect(throws: StoreError.self) { try exporter.erase(users: ["u"], times: nil) }
        #expect(exporter.job(job.id)?.status == .complete)
        #expect(try exporter.erase(users: ["u"], times: nil) == [job.id])
        #expect(exporter.job(job.id)?.status == .expired)
        #expect(try disk.list("exports") == [job.id + ".job"])
        let record = try disk.readAll("exports/\(job.id).job")
        #expect(!String(decoding: record, as: UTF8.self).contains("\"u\""))
        await exporter.stop()
    }

    @Test("a file is read only as fast as its client takes it, and comes whole")
    func download() async throws {
        let size = 4 << 20
        let exporter = exporter(GatedRunner(text: String(repeating: "x", count: size)))
        let job = try exporter.submit(request, producer: "uid:1")
        try wait(exporter, job.id, for: .complete)
        try await TestDaemon.run(sink: FakeSink(), exporter: exporter) { daemon in
            let client = try daemon.client()
            let path = "/v1/analytics/export/\(job.id)/download"
            try client.send("HEAD \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
            try client.send("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
            try client.send("GET /healthz HTTP/1.0\r\n\r\n")
            let before = disk.readCount
            for _ in 0..<200 { _ = try daemon.client() }
            #expect(disk.readCount - before < 12, "what nobody takes is not read")
            let text = try client.readToEnd().joined()
            #expect(text.utf8.count { $0 == UInt8(ascii: "x") } >= size)
            #expect(text.contains("Content-Length: \(size)\r"))
            #expect(text.contains("\"status\":\"ok\""))
        }
    }
}
