/// `exports/` of a store: for each job its record and, once it is complete, its file.
///
/// ```
/// exports/exp_0123456789abc.job            what is known of the job, as JSON
/// exports/exp_0123456789abc.jsonl.gz       what it made
/// exports/.exp_0123456789abc.jsonl.gz.tmp  what it is making
/// ```
/// Records and files come into being whole: temporary name, sync, rename, sync of the directory. A file
/// counts only if its record says that the job is complete.
package struct ExportDirectory: Sendable {
    package static let path = "exports"

    private let disk: any Disk

    package init(disk: any Disk) { self.disk = disk }

    private func recordPath(_ id: String) -> String { joinPath(Self.path, id + ".job") }
    private func filePath(_ job: ExportJob) -> String {
        joinPath(Self.path, "\(job.id).\(job.fileExtension)")
    }

    /// All jobs of which there is a record, in no order.
    /// - Parameter unreadable: is told the names of records that cannot be read.
    package func jobs(unreadable: (String) -> Void = { _ in }) throws(DiskError) -> [ExportJob] {
        var jobs: [ExportJob] = []
        for name in try disk.list(Self.path) where name.hasSuffix(".job") {
            guard !isTemporaryName(name) else { continue }
            let bytes = try disk.readAll(joinPath(Self.path, name))
            if let job = ExportJob(record: bytes), job.id + ".job" == name {
                jobs.append(job)
            } else {
                unreadable(name)
            }
        }
        return jobs
    }

    /// The complete ones of these jobs whose file is there.
    package func finished(_ jobs: [ExportJob]) throws(DiskError) -> [ExportJob] {
        var finished: [ExportJob] = []
        for job in jobs where job.status == .complete {
            if try disk.exists(filePath(job)) { finished.append(job) }
        }
        return finished
    }

    /// Does what a change of jobs asks for; durable on return.
    package func perform(_ effects: [ExportJobs.Effect]) throws(DiskError) {
        for effect in effects {
            switch effect {
            case .keep(let job):
                try disk.createDirectory(Self.path)
                try disk.writeFile(recordPath(job.id), job.record, .replacing)
            case .removeFile(let job):
                try remove(filePath(job))
            case .forget(let job):
                try remove(filePath(job))
                try remove(recordPath(job.id))
            }
        }
    }

    private func remove(_ path: String) throws(DiskError) {
        do throws(DiskError) {
            try disk.unlink(path)
        } catch {
            if error.isNotFound { return }
            throw error
        }
        try disk.synchronizeDirectory(Self.path)
    }

    /// Removes what no complete job has: half a file, a file whose record is gone, and records that
    /// cannot be read, for what they belonged to could never be found again.
    package func sweep(_ jobs: [ExportJob]) throws(DiskError) {
        var wanted: Set<String> = []
        for job in jobs {
            wanted.insert(job.id + ".job")
            if job.status == .complete { wanted.insert("\(job.id).\(job.fileExtension)") }
        }
        for name in try disk.list(Self.path) where !wanted.contains(name) && isOwn(name) {
            try remove(joinPath(Self.path, name))
        }
    }

    /// Whether the name is one that is given here; what an operator put beside stays.
    private func isOwn(_ name: String) -> Bool {
        let plain = isTemporaryName(name) ? String(name.dropFirst().dropLast(4)) : name
        guard let dot = plain.firstIndex(of: ".") else { return false }
        return ExportJob.isID(String(plain[..<dot]))
    }

    /// A new file for a job, under a temporary name.
    package func create(_ job: ExportJob, limits: ExportLimits) throws(DiskError) -> ExportFile {
        try disk.createDirectory(Self.path)
        return try ExportFile(filePath(job), on: disk, limits: limits)
    }

    /// The file of a complete job.
    package func open(_ job: ExportJob) throws(DiskError) -> FileReader {
        try FileReader(filePath(job), on: disk)
    }
}

extension EventStore {
    /// Where the store keeps exports; for the one process that has the store's lock.
    package var exports: ExportDirectory { ExportDirectory(disk: disk) }
}

extension EventStore {
    /// Ends the exports that may hold something of a person, for a store that no daemon uses.
    /// - Returns: ids of the jobs.
    package func removeExports(_ scope: ErasureScope) throws -> [String] {
        var jobs = ExportJobs(limits: ExportLimits())
        let now = options.now()
        try exports.perform(jobs.resume(exports.jobs(), now: now))
        let effects = jobs.erase(users: Set(scope.users), times: scope.times, now: now)
        try exports.perform(effects)
        return effects.compactMap { if case .keep(let job) = $0 { job.id } else { nil } }
    }
}
