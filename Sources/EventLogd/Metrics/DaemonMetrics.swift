import Analytics
import EventLog
import NIOHTTP1
import Synchronization

/// `GET /metrics`: each number is asked for where it lives at the moment of the scrape, and kept
/// nowhere twice.
struct DaemonMetrics: Sendable {
    let sink: any EventSink
    let counters: DaemonCounters
    let writer: Writer
    let connections: ConnectionTable
    let queries: QueryDesk
    let exporter: Exporter?
    let tails: TailDesk
    let figures: LiveFigures?
    let limits: DaemonLimits
    let clock: ReceiveClock

    func answer() -> HTTPAnswer {
        var answer = HTTPAnswer(status: .ok, body: text().bytes)
        answer.contentType = MetricText.contentType
        return answer
    }

    func text() -> MetricText {
        var text = MetricText()
        text.gauge("eventlog_up", "1 while the daemon answers.", 1)
        connections(&text)
        ingest(&text)
        requests(&text)
        followers(&text)
        store(&text)
        if let exporter { exports(exporter, &text) }
        return text
    }

    private func connections(_ text: inout MetricText) {
        let streams = counters.openStreams.load(ordering: .relaxed)
        let http = counters.openHTTP.load(ordering: .relaxed)
        text.gauge(
            "eventlog_connections", "Open connections; silent: those that said nothing yet.",
            by: "protocol",
            [
                (value: "stream", count: streams), (value: "http", count: http),
                (value: "silent", count: max(0, connections.count - streams - http)),
            ])
        text.counter(
            "eventlog_connections_accepted_total", "Connections that were let in.",
            counters.connectionsAccepted.load(ordering: .relaxed))
        text.counter(
            "eventlog_connections_refused_total", "Connections turned away for want of room.",
            counters.connectionsRefused.load(ordering: .relaxed))
    }

    private func ingest(_ text: inout MetricText) {
        let lines = counters.lineCounts
        text.counter(
            "eventlog_events_total", "Event lines by what became of them.", by: "outcome",
            [
                (value: "stored", count: lines.stored),
                (value: "duplicate", count: lines.duplicates),
                (value: "refused", count: lines.failed),
            ])
        text.counter(
            "eventlog_events_adjusted_total", "Stored events whose timestamp was replaced.",
            lines.adjusted)
        text.counter(
            "eventlog_refusals_total", "Refused lines by code.", counters.refusals)
        text.counter(
            "eventlog_warnings_total", "Events with something odd, by kind.", by: "kind",
            IngestWarning.allCases.map {
                (value: $0.label, count: UInt64(clamping: counters.warningCounts[$0]))
            })
        text.counter(
            "eventlog_errors_omitted_total", "Error objects dropped since nobody read them.",
            lines.errorsOmitted)
        text.counter(
            "eventlog_received_bytes_total", "Bytes received on streams.",
            counters.bytesReceived.load(ordering: .relaxed))
        text.gauge(
            "eventlog_writer_queue_bytes", "Bytes of rows that wait for the journal.",
            writer.queueSize)
        text.gauge(
            "eventlog_writer_queue_batches", "Batches that wait for the journal.",
            writer.queueCount)
        text.gauge(
            "eventlog_in_flight_limit_bytes", "Bytes at which the daemon stops reading.",
            limits.ingestInFlightSizeMax)
        text.gauge(
            "eventlog_answers_waiting_bytes", "Bytes of answers that clients have not taken.",
            counters.answersWaiting.load(ordering: .relaxed))
        text.counter(
            "eventlog_commits_total", "Groups of batches appended, each with one sync at most.",
            counters.groups.load(ordering: .relaxed))
        text.counter(
            "eventlog_commits_failed_total", "Groups that the store could not take.",
            counters.failedGroups.load(ordering: .relaxed))
        text.histogram(
            "eventlog_commit_duration_seconds", "Time of one append with its sync.",
            counters.commitDuration)
    }

    private func requests(_ text: inout MetricText) {
        text.counter(
            "eventlog_http_requests_total", "Requests by route and status.", counters.requests)
        text.histogram(
            "eventlog_http_request_duration_seconds",
            "Time from a complete request to its answer.", counters.requestDuration)
        let open = queries.count
        let running = min(queries.runningCount, open)
        text.gauge(
            "eventlog_queries", "Queries that run, or wait for a thread.", by: "state",
            [(value: "running", count: running), (value: "waiting", count: open - running)])
        text.counter(
            "eventlog_queries_total", "Queries begun.", counters.queries.load(ordering: .relaxed))
        text.counter(
            "eventlog_queries_failed_total", "Queries without a result.",
            counters.failedQueries.load(ordering: .relaxed))
        text.histogram(
            "eventlog_query_duration_seconds", "Time of one query with its wait for a thread.",
            counters.queryDuration)
    }

    private func followers(_ text: inout MetricText) {
        text.gauge(
            "eventlog_followers", "Clients that follow the events (GET /v1/events/tail).",
            tails.count)
        text.gauge(
            "eventlog_follower_lag_events",
            "Durable events that the follower who is furthest behind has not been sent yet.",
            tails.lag)
        text.counter(
            "eventlog_follower_missed_events_total",
            "Events that followers were told to have missed: expired, or too far behind.",
            UInt64(clamping: tails.missedCount))
    }

    private func store(_ text: inout MetricText) {
        let status = sink.status()
        text.gauge("eventlog_segments", "Live segments.", status.segments)
        text.gauge("eventlog_segment_bytes", "Bytes of live segments.", status.segmentBytes)
        text.gauge("eventlog_segment_rows", "Events in live segments.", status.segmentRows)
        let ledger = status.ledger
        text.gauge(
            "eventlog_ledger_events", "All events ever offered, by what became of them.",
            by: "bucket",
            [
                (value: "stored", count: Int(ledger.stored)),
                (value: "duplicate", count: Int(ledger.duplicate)),
                (value: "refused", count: Int(ledger.refused)),
                (value: "erased", count: Int(ledger.erased)),
                (value: "expired", count: Int(ledger.expired)),
            ])
        text.gauge(
            "eventlog_erasures_pending", "Erasures that are not done yet.",
            status.erasure.pending)
        text.gauge(
            "eventlog_erasures_overdue", "Erasures that should have been done by now.",
            status.erasure.overdue)
        text.counter(
            "eventlog_erased_events_total", "Events that erasures removed since the start.",
            status.erasure.events)
        let compaction = status.compaction
        text.counter(
            "eventlog_compaction_steps_total", "Times that segments were put together.",
            compaction.steps)
        text.counter(
            "eventlog_compaction_events_total", "Events in them.", compaction.events)
        text.counter(
            "eventlog_compaction_written_bytes_total", "Bytes of the segments made of them.",
            compaction.bytesWritten)
        text.gauge(
            "eventlog_compaction_damaged_segments", "Segments left as they are: damaged.",
            compaction.setAside.count)
        text.gauge(
            "eventlog_replaced_bytes", "Bytes of replaced files kept for other readers.",
            compaction.replacedBytes)
        let retention = status.retention
        text.counter(
            "eventlog_expired_events_total", "Events that went because of age or size.",
            retention.events)
        text.counter(
            "eventlog_expired_bytes_total", "Bytes of segments that went with them.",
            retention.bytes)
        text.gauge(
            "eventlog_retention_damaged_segments", "Segments that should go: damaged.",
            retention.setAside.count)
        text.gauge(
            "eventlog_clock_doubted", "1: nothing expires by age, for the clock may be wrong.",
            retention.clock.doubt == nil ? 0 : 1)
        let rollups = status.rollups
        text.gauge("eventlog_rollup_segments", "Segments with a rollup.", rollups.segments)
        text.gauge(
            "eventlog_rollup_expired_files", "Rollups of events that have expired.",
            rollups.expired)
        text.gauge("eventlog_rollup_rows", "Rows of all rollups.", rollups.rows)
        text.gauge("eventlog_rollup_bytes", "Bytes of all rollups.", rollups.bytes)
        text.counter(
            "eventlog_rollup_events_total", "Events counted for new rollups.", rollups.events)
        text.gauge(
            "eventlog_rollup_failed_segments", "Segments of which no rollup could be made.",
            rollups.failed.count)
        text.counter(
            "eventlog_archived_total", "Segments whose archiver.command has ended well.",
            status.archive.archived)
        text.counter(
            "eventlog_archive_failures_total", "Times that archiver.command has not.",
            status.archive.failures)
        text.gauge(
            "eventlog_archive_pending_segments", "Live segments that are not archived.",
            status.archive.pending ?? 0)
        text.gauge("eventlog_tail_rows", "Events that are in no segment yet.", status.tailRows)
        let lag = status.oldestUnsealedAt.map { Double(max(0, clock.now() - $0)) / 1e6 }
        text.gauge(
            "eventlog_seal_lag_seconds", "Age of the oldest event that is in no segment yet.",
            lag ?? 0)
        text.gauge("eventlog_journal_bytes", "Bytes of the open journal.", status.journalBytes)
        text.gauge(
            "eventlog_dedup_bytes", "Memory of the index of known ids.", status.dedupBytes)
        text.gauge(
            "eventlog_dedup_pending_segments", "Segments whose ids are still to be read in.",
            status.dedupPendingSegments)
        text.gauge(
            "eventlog_quarantine_events", "Refused events that are kept.",
            status.quarantine.events)
        text.gauge(
            "eventlog_quarantine_bytes", "Bytes that they count for.", status.quarantine.bytes)
        text.counter(
            "eventlog_quarantine_evicted_total", "Refused events that went for want of room.",
            status.quarantine.evicted)
        text.gauge("eventlog_content_items", "Content items that are known.", status.content.items)
        text.gauge("eventlog_content_bytes", "Bytes that they count for.", status.content.bytes)
        text.gauge(
            "eventlog_column_cache_bytes", "Memory of decoded columns.", status.cacheBytes)
        text.gauge(
            "eventlog_figures_bytes", "Memory of the index of viewings; 0 while nobody asks.",
            figures?.lastMemorySize ?? 0)
        text.gauge(
            "eventlog_damaged_parts", "Damaged files and records that were met.",
            status.damage.count)
        text.gauge(
            "eventlog_store_refusing", "1 while the store refuses events (disk full, I/O error).",
            status.writeError == nil ? 0 : 1)
        text.gauge("eventlog_last_seq", "Number of the newest event.", status.lastSeq)
    }

    private func exports(_ exporter: Exporter, _ text: inout MetricText) {
        let jobs = exporter.jobs
        text.gauge(
            "eventlog_exports", "Exports that are known, by what became of them.", by: "status",
            ExportJob.Status.allCases.map { status in
                (value: status.rawValue, count: jobs.count { $0.status == status })
            })
        text.gauge(
            "eventlog_export_bytes", "Bytes of the files of exports.",
            jobs.reduce(0) { $0 + ($1.status == .complete ? $1.fileSize ?? 0 : 0) })
    }
}
