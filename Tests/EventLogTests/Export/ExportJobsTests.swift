import Testing

@testable import EventLog

@Suite("The life of an export")
struct ExportJobsTests {
    private let request = ExportRequest(
        .range(.init(days: ExportDate(day: 10)...ExportDate(day: 12))), format: .jsonl,
        compression: .gzip)
    private let second: Int64 = 1_000_000

    private func jobs(_ change: (inout ExportLimits) -> Void = { _ in }) -> ExportJobs {
        var limits = ExportLimits()
        change(&limits)
        return ExportJobs(limits: limits)
    }

    /// `exp_` and the number, in thirteen digits.
    private func id(_ number: Int) -> String { ExportJob.makeID(UInt64(number)) }

    private func job(_ number: Int, at time: Int64, _ request: ExportRequest? = nil) -> ExportJob {
        ExportJob(
            id: id(number), request: request ?? self.request, producer: "uid:1", createdAt: time)
    }

    private func begin(_ jobs: inout ExportJobs, now: Int64) -> ExportJob? {
        jobs.begin(now: now)?.job
    }

    @Test("queued, processing, complete, expired, forgotten")
    func life() throws {
        var jobs = jobs()
        #expect(try jobs.admit(job(1, at: 0)) == [.keep(job(1, at: 0))])
        #expect(jobs[id(1)]?.status == .queued)
        let begun5 = begin(&jobs, now: 5)
        #expect(begun5?.status == .processing)
        #expect(jobs.begin(now: 5) == nil)
        var counts = ExportJob.Counts()
        counts.estimatedRowCount = 300
        counts.processedRows = 100
        jobs.note(counts, of: id(1))
        #expect(jobs[id(1)]?.progress == 33)
        counts.processedRows = 300
        jobs.note(counts, of: id(1))
        #expect(jobs[id(1)]?.progress == 99, "not before the file is there")
        counts.rowCount = 7
        let effects = jobs.complete(id(1), counts, fileSize: 70, damageCount: 0, now: 10)
        let complete = try #require(jobs[id(1)])
        #expect(effects == [.keep(complete)])
        #expect(complete.progress == 100 && complete.expiresAt == 10 + 7 * ExportJobs.day)
        #expect(jobs.pass(to: 10 + 7 * ExportJobs.day - 1) == [])
        let over = jobs.pass(to: 10 + 7 * ExportJobs.day)
        let expired = try #require(jobs[id(1)])
        #expect(expired.status == .expired && over == [.keep(expired), .removeFile(expired)])
        #expect(jobs.pass(to: 10 + 14 * ExportJobs.day - 1) == [])
        #expect(jobs.pass(to: 10 + 14 * ExportJobs.day) == [.forget(expired)])
        #expect(jobs.count == 0)
    }

    @Test("only so many are made at once, those that waited longest first", arguments: [1, 3])
    func running(runningMax: Int) throws {
        var jobs = jobs { $0.runningMax = runningMax }
        for number in 1...5 { _ = try jobs.admit(job(number, at: Int64(number))) }
        for number in 1...runningMax {
            let begun9 = begin(&jobs, now: 9)
            #expect(begun9?.id == id(number))
        }
        #expect(jobs.begin(now: 9) == nil)
        _ = jobs.complete(id(1), .init(), fileSize: 0, damageCount: 0, now: 9)
        let begun9 = begin(&jobs, now: 9)
        #expect(begun9?.id == id(runningMax + 1))
    }

    @Test("so many ranges in 24 hours and not one more; users are counted apart")
    func quota() throws {
        var jobs = jobs()
        for number in 0..<20 { _ = try jobs.admit(job(number, at: Int64(number) * second)) }
        let late = job(20, at: 30 * second)
        #expect(
            throws: ExportJobs.Refusal.quota(
                countMax: 20, isUser: false, retryAfter: ExportJobs.day - 30 * second)
        ) { try jobs.admit(late) }
        let user = ExportRequest(.user("u"), format: .json, compression: .none)
        _ = try jobs.admit(job(21, at: 30 * second, user))
        // What became of them makes no difference.
        _ = try jobs.cancel(id(0), now: 31 * second)
        #expect(throws: ExportJobs.Refusal.self) {
            try jobs.admit(job(22, at: ExportJobs.day - 1))
        }
        _ = try jobs.admit(job(22, at: ExportJobs.day))
        #expect(throws: ExportJobs.Refusal.self) { try jobs.admit(job(23, at: ExportJobs.day)) }
    }

    @Test("a short lifetime does not make room for more in a day")
    func quotaOfShortLives() throws {
        var jobs = jobs {
            $0.lifetime = 1
            $0.rangesPerDayMax = 1
        }
        _ = try jobs.admit(job(1, at: 0))
        _ = jobs.begin(now: 0)
        _ = jobs.complete(id(1), .init(), fileSize: 0, damageCount: 0, now: 0)
        #expect(jobs.pass(to: ExportJobs.day - 1).count == 2)
        #expect(jobs[id(1)]?.status == .expired)
        #expect(throws: ExportJobs.Refusal.self) {
            try jobs.admit(job(2, at: ExportJobs.day - 1))
        }
        _ = jobs.pass(to: ExportJobs.day)
        #expect(jobs.count == 0)
    }

    @Test("what is cancelled stays so, and a file that comes too late goes")
    func cancel() throws {
        var jobs = jobs()
        _ = try jobs.admit(job(1, at: 0))
        _ = jobs.begin(now: 0)
        _ = try jobs.cancel(id(1), now: 1)
        let cancelled = try #require(jobs[id(1)])
        #expect(cancelled.status == .cancelled)
        #expect(
            jobs.complete(id(1), .init(), fileSize: 9, damageCount: 0, now: 2)
                == [.removeFile(cancelled)])
        #expect(jobs.fail(id(1), .init(reason: "io", message: "m"), now: 3) == [])
        #expect(throws: ExportJobs.Refusal.wrongStatus(cancelled)) {
            try jobs.cancel(id(1), now: 4)
        }
        #expect(throws: ExportJobs.Refusal.unknown) { try jobs.cancel(id(2), now: 4) }
        #expect(throws: ExportJobs.Refusal.wrongStatus(cancelled)) { try jobs.delete(id(1)) }
    }

    @Test("a start makes anew what was interrupted, up to three times")
    func resume() throws {
        var found = job(1, at: 0)
        for attempt in 1...Limits.exportAttemptCountMax {
            var jobs = jobs()
            #expect(jobs.resume([found], now: 0).count == (attempt == 1 ? 0 : 1))
            let begun = begin(&jobs, now: 1)
            found = try #require(begun)
            #expect(found.attempts == attempt)
        }
        var jobs = jobs()
        _ = jobs.resume([found], now: 2)
        #expect(jobs[id(1)]?.status == .failed)
        #expect(jobs[id(1)]?.failure?.reason == "interrupted")
        #expect(jobs.begin(now: 3) == nil)
    }

    @Test("what is put back waits as if it had not begun")
    func putBack() throws {
        var jobs = jobs()
        _ = try jobs.admit(job(1, at: 0))
        #expect(jobs.putBack(id(1)) == [])
        _ = jobs.begin(now: 1)
        #expect(jobs.putBack(id(1)) == [.keep(job(1, at: 0))])
        #expect(jobs[id(1)] == job(1, at: 0))
    }

    @Test("an erased person's exports go, whatever became of them, and what they asked for")
    func erase() throws {
        var jobs = jobs()
        var filtered = ExportRequest.Range(days: ExportDate(day: 10)...ExportDate(day: 12))
        filtered.filters.userIds = ["v"]
        let requests = [
            request, ExportRequest(.user("u"), format: .json, compression: .none),
            ExportRequest(.user("v"), format: .json, compression: .none),
            ExportRequest(.range(filtered), format: .csv, compression: .none),
            ExportRequest(
                .range(.init(days: ExportDate(day: 13)...ExportDate(day: 13))), format: .csv,
                compression: .none),
        ]
        for (number, request) in requests.enumerated() {
            _ = try jobs.admit(job(number, at: Int64(number), request))
        }
        _ = jobs.begin(now: 9)
        _ = jobs.complete(id(0), .init(), fileSize: 1, damageCount: 0, now: 9)
        let lastOfRange = 13 * ExportJobs.day - 1
        let effects = jobs.erase(users: ["u"], times: lastOfRange...lastOfRange, now: 10)
        #expect(
            effects.map {
                switch $0 {
                case .keep(let job): "keep \(job.id)"
                case .removeFile(let job): "remove \(job.id)"
                case .forget: "forget"
                }
            } == ["remove \(id(1))", "keep \(id(1))", "remove \(id(0))", "keep \(id(0))"])
        #expect(jobs[id(0)]?.status == .expired && jobs[id(1)]?.status == .cancelled)
        for number in 0...1 {
            #expect(jobs[id(number)]?.request == nil)
            #expect(jobs[id(number)]?.failure?.reason == "erased")
        }
        #expect((2...4).allSatisfy { jobs[id($0)]?.status == .queued })
        #expect(jobs.erase(users: ["u"], times: nil, now: 11) == [])
        #expect(jobs.erase(users: ["v"], times: nil, now: 11).count == 4)
    }

    @Test("pages go on where the last one ended, whatever comes and goes")
    func pages() throws {
        var jobs = jobs()
        for number in 1...5 { _ = try jobs.admit(job(number, at: Int64(number / 2))) }
        let first = try #require(jobs.page(after: nil, count: 2))
        #expect(first.jobs.map(\.id) == [id(5), id(4)])
        _ = try jobs.admit(job(6, at: 9))
        let next = try #require(jobs.page(after: first.next, count: 3))
        #expect(next.jobs.map(\.id) == [id(3), id(2), id(1)] && next.next == nil)
        #expect(jobs.page(after: "x", count: 1) == nil)
        #expect(jobs.page(after: "5.", count: 9) == nil)
    }

    @Test("no status leads back but the one of an interruption")
    func statuses() {
        for status in ExportJob.Status.allCases {
            #expect(status.isEnd == status.followers.isSubset(of: [.expired]))
        }
        #expect(ExportJob.Status.processing.followers.contains(.queued))
    }
}
