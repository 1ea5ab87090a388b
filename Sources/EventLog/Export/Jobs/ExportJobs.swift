/// All jobs and what may become of them: a value without clock, disk or threads. A change says what is
/// to be done for it.
package struct ExportJobs: Sendable {
    package static let day: Int64 = 86_400_000_000

    /// What a change asks for, in this order.
    package enum Effect: Sendable, Hashable {
        /// What is known of the job is to be durable.
        case keep(ExportJob)
        case removeFile(ExportJob)
        /// Nothing of it is wanted any more.
        case forget(ExportJob)
    }

    package enum Refusal: Error, Hashable {
        case quota(countMax: Int, isUser: Bool, retryAfter: Int64)
        case unknown
        /// It has ended, or has no file yet.
        case wrongStatus(ExportJob)
    }

    package var limits: ExportLimits
    private var jobs: [String: ExportJob] = [:]

    package init(limits: ExportLimits) { self.limits = limits }

    package subscript(id: String) -> ExportJob? { jobs[id] }
    package var count: Int { jobs.count }

    /// The newest first.
    package var all: [ExportJob] { jobs.values.sorted(by: ExportJob.isBefore) }

    // MARK: The way of a job

    /// Takes a new job in.
    /// - Throws: `.quota` if there were so many in the last 24 hours.
    package mutating func admit(_ job: ExportJob) throws(Refusal) -> [Effect] {
        let countMax = job.isUser ? limits.usersPerDayMax : limits.rangesPerDayMax
        let recent = jobs.values.filter {
            $0.isUser == job.isUser && $0.createdAt > job.createdAt - Self.day
        }
        if recent.count >= countMax {
            // Room is there once only countMax - 1 are left of the last day.
            let times = recent.map(\.createdAt).sorted()
            let next = countMax > 0 ? times[recent.count - countMax] : job.createdAt
            throw .quota(
                countMax: countMax, isUser: job.isUser,
                retryAfter: next + Self.day - job.createdAt)
        }
        jobs[job.id] = job
        return [.keep(job)]
    }

    /// Begins the job that has waited longest, if one waits and there is room.
    package mutating func begin(now: Int64) -> (job: ExportJob, effects: [Effect])? {
        guard jobs.values.count(where: { $0.status == .processing }) < limits.runningMax,
            var job = jobs.values.filter({ $0.status == .queued }).max(by: ExportJob.isBefore)
        else { return nil }
        job.attempts += 1
        job.startedAt = now
        job.counts = ExportJob.Counts()
        move(&job, to: .processing)
        return (job, [.keep(job)])
    }

    package mutating func note(_ counts: ExportJob.Counts, of id: String) {
        guard jobs[id]?.status == .processing else { return }
        jobs[id]?.counts = counts
    }

    /// Its file is there.
    package mutating func complete(
        _ id: String, _ counts: ExportJob.Counts, fileSize: Int, damageCount: Int, now: Int64
    ) -> [Effect] {
        guard var job = jobs[id] else { return [] }
        guard job.status == .processing else { return [.removeFile(job)] }
        job.counts = counts
        job.fileSize = fileSize
        job.damageCount = damageCount
        job.finishedAt = now
        job.expiresAt = now + limits.lifetime
        move(&job, to: .complete)
        return [.keep(job)]
    }

    package mutating func fail(
        _ id: String, _ failure: ExportJob.Failure, now: Int64
    ) -> [Effect] {
        guard var job = jobs[id], !job.status.isEnd else { return [] }
        job.failure = failure
        job.finishedAt = now
        move(&job, to: .failed)
        return [.keep(job)]
    }

    /// It was being made, and is not for now: it waits as if it had not begun.
    package mutating func putBack(_ id: String) -> [Effect] {
        guard var job = jobs[id], job.status == .processing else { return [] }
        job.attempts -= 1
        job.startedAt = nil
        job.counts = ExportJob.Counts()
        move(&job, to: .queued)
        return [.keep(job)]
    }

    package mutating func cancel(_ id: String, now: Int64) throws(Refusal) -> [Effect] {
        guard var job = jobs[id] else { throw .unknown }
        guard !job.status.isEnd else { throw .wrongStatus(job) }
        job.finishedAt = now
        move(&job, to: .cancelled)
        return [.keep(job)]
    }

    /// Takes the file of a complete job away before its time.
    package mutating func delete(_ id: String) throws(Refusal) -> [Effect] {
        guard var job = jobs[id] else { throw .unknown }
        guard job.status == .complete else { throw .wrongStatus(job) }
        job.failure = .init(reason: "deleted", message: "The file was deleted on request.")
        move(&job, to: .expired)
        return [.keep(job), .removeFile(job)]
    }

    /// Ends everything that may hold something of a person, and forgets what was asked for: file first,
    /// so that nothing says it is gone while it is there.
    package mutating func erase(
        users: Set<String>, times: ClosedRange<Int64>?, now: Int64
    ) -> [Effect] {
        let concerned = all.filter {
            $0.request?.mayConcern(users: users, times: times) == true
        }
        return concerned.flatMap { job -> [Effect] in
            var job = job
            job.request = nil
            job.failure = .init(reason: "erased", message: "A person in it was erased.")
            job.finishedAt = job.finishedAt ?? now
            if job.status == .complete {
                move(&job, to: .expired)
            } else if job.status.isEnd {
                jobs[job.id] = job
            } else {
                move(&job, to: .cancelled)
            }
            return [.removeFile(job), .keep(job)]
        }
    }

    // MARK: Time, and starts

    /// What the passing of time does: files go, and later what is known of their jobs.
    package mutating func pass(to now: Int64) -> [Effect] {
        var effects: [Effect] = []
        for var job in all {
            if job.status == .complete, let end = job.expiresAt, end <= now {
                move(&job, to: .expired)
                effects += [.keep(job), .removeFile(job)]
            }
            // The last day counts, whatever became of its jobs.
            guard job.status.isEnd, job.createdAt <= now - Self.day,
                (job.finishedAt ?? job.createdAt) <= now - 2 * limits.lifetime
            else { continue }
            jobs[job.id] = nil
            effects.append(.forget(job))
        }
        return effects
    }

    /// Takes in what a start found. What was being made is to be made anew, unless that has ended badly
    /// too often.
    package mutating func resume(_ found: [ExportJob], now: Int64) -> [Effect] {
        var effects: [Effect] = []
        for var job in found {
            jobs[job.id] = job
            guard job.status == .processing else { continue }
            if job.attempts < Limits.exportAttemptCountMax {
                move(&job, to: .queued)
                effects.append(.keep(job))
            } else {
                effects += fail(
                    job.id,
                    .init(
                        reason: "interrupted",
                        message: "The daemon ended \(job.attempts) times while this was made."),
                    now: now)
            }
        }
        return effects
    }

    private mutating func move(_ job: inout ExportJob, to status: ExportJob.Status) {
        precondition(job.status.followers.contains(status))
        job.status = status
        jobs[job.id] = job
    }

    // MARK: Lists

    /// Jobs behind a cursor, the newest first.
    /// - Parameter cursor: from the page before.
    /// - Returns: `nil` if the cursor is none.
    package func page(
        after cursor: String?, count: Int
    ) -> (jobs: [ExportJob], next: String?)? {
        var rest = all[...]
        if let cursor {
            let parts = cursor.split(separator: ".", maxSplits: 1)
            guard parts.count == 2, let time = Int64(parts[0]) else { return nil }
            let id = String(parts[1])
            guard ExportJob.isID(id) else { return nil }
            rest = rest.drop { ($0.createdAt, $0.id) >= (time, id) }
        }
        let page = Array(rest.prefix(count))
        let hasMore = rest.count > page.count
        return (page, hasMore ? page.last.map { "\($0.createdAt).\($0.id)" } : nil)
    }
}
