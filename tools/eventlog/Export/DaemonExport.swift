import EventLog
import FoundationEssentials
import Glibc

/// One export by the daemon: asks for it, waits for it, fetches it.
struct DaemonExport {
    /// How long to wait between two looks at the job, in ms: short ones are over at once.
    private static let waits: [Int32] = [20, 50, 100, 200, 500]

    let client: DaemonClient
    let request: ExportRequest
    /// Where it is asked for.
    let target: String

    private struct Envelope: Decodable { var data: Job }
    private struct Job: Decodable {
        struct Problem: Decodable { var message: String }
        var jobId: String
        var status: String
        var processedRows: Int
        var estimatedRowCount: Int
        var rowCount: Int?
        var partial: Bool
        var error: Problem?
    }

    /// - Parameter keepsCopy: whether the daemon keeps its file.
    func run(to output: ExportOutput, keepsCopy: Bool) throws -> ExportOutcome {
        var progress = ProgressLine(isWanted: true)
        defer { progress.clear() }
        var job = try decode(try client.require("POST", target, body: request.json))
        let path = "/v1/analytics/export/" + job.jobId
        do {
            var looks = 0
            while job.status == "queued" || job.status == "processing" {
                progress.update(
                    job.status == "queued" ? "waiting for its turn" : "exporting",
                    job.processedRows, of: job.estimatedRowCount)
                if Interruption.isRequested { throw ToolFailure.interrupted }
                _ = poll(nil, 0, Self.waits[min(looks, Self.waits.count - 1)])
                looks += 1
                job = try decode(try client.require("GET", path))
            }
            guard job.status == "complete" else {
                let reason = job.error.map { ": \(harmless($0.message))" } ?? ""
                throw ToolFailure("the export is \(harmless(job.status))\(reason)")
            }
            progress.clear()
            try fetch(path + "/download", to: output)
        } catch {
            // Nobody else waits for it. If this fails too, its time passes.
            if !keepsCopy { _ = try? ended(path) }
            throw error
        }
        if !keepsCopy { try ended(path) }
        return ExportOutcome(rowCount: job.rowCount ?? 0, isPartial: job.partial)
    }

    private func fetch(_ target: String, to output: ExportOutput) throws {
        var progress = ProgressLine(isWanted: true)
        defer { progress.clear() }
        _ = try client.require("GET", target, accept: "*/*") { bytes throws(ToolFailure) in
            try output.write(bytes)
            progress.update { _ in "fetching · \(Quantities.bytes(output.size))" }
        }
    }

    /// Cancels a job, or deletes what it made.
    private func ended(_ path: String) throws(ToolFailure) {
        let response = try client.ask("DELETE", path)
        // It may have ended by itself.
        guard response.status == 200 || response.status == 409 || response.status == 410 else {
            throw ToolFailure("the daemon's copy could not be deleted: HTTP \(response.status)")
        }
    }

    private func decode(_ response: HTTPResponseParser) throws(ToolFailure) -> Job {
        guard let answer = try? JSONDecoder().decode(Envelope.self, from: Data(response.body))
        else { throw ToolFailure("this daemon's answer cannot be read by this eventlog") }
        return answer.data
    }
}
