import Columns

/// A store, or one segment file, read without a daemon: no lock taken, nothing written.
///
/// The only place where the client touches the storage library and the query engine.
struct OfflineStore {
    /// A store's directory or a segment file.
    let path: String
}

/// One segment file, opened for reading.
struct SegmentFile {
    let summary: SegmentSummary
}

#if !EVENTLOG_OFFLINE
    extension OfflineStore {
        private var unavailable: ToolFailure {
            ToolFailure(
                "this build of eventlog has no offline reader; start eventlogd on the store and use "
                    + "--socket")
        }

        func answer(
            _ query: String, parameters: [String: Value], format: OutputFormat
        ) throws(ToolFailure) -> Answer { throw unavailable }

        func segments() throws(ToolFailure) -> [SegmentFile] { throw unavailable }
    }

    extension SegmentFile {
        func statistics() throws(ToolFailure) -> SegmentStatistics {
            throw ToolFailure("this build of eventlog has no offline reader")
        }

        func verify() throws(ToolFailure) -> SegmentVerdict {
            throw ToolFailure("this build of eventlog has no offline reader")
        }
    }
#endif
