/// What is to be exported, and as what (specification, B33, B37, C1).
package struct ExportRequest: Sendable, Hashable {
    package enum Format: String, Sendable, CaseIterable { case jsonl, csv, parquet, json }
    package enum Compression: String, Sendable, CaseIterable { case none, gzip }
    /// Kinds of event types; see `ExportSelection`.
    package enum DataType: String, Sendable, CaseIterable { case events, quality, ads }

    /// Which events of a range are wanted; an empty list wants all.
    package struct Filters: Sendable, Hashable {
        package var contentIds: [String] = []
        package var userIds: [String] = []
        package var eventTypes: [String] = []

        package init() {}
    }

    package struct Range: Sendable, Hashable {
        /// Both are part of it.
        package var days: ClosedRange<ExportDate>
        package var dataTypes: Set<DataType> = [.events]
        package var filters = Filters()

        package init(days: ClosedRange<ExportDate>) { self.days = days }
    }

    package enum Subject: Sendable, Hashable {
        case range(Range)
        /// All that is known of the person with this user id.
        case user(String)
    }

    package var subject: Subject
    package var format: Format
    package var compression: Compression

    package init(_ subject: Subject, format: Format, compression: Compression) {
        self.subject = subject
        self.format = format
        self.compression = compression
    }

    package var isUser: Bool { if case .user = subject { true } else { false } }

    /// `jsonl.gz`
    package var fileExtension: String {
        format.rawValue + (compression == .gzip ? ".gz" : "")
    }

    /// What the file is, as MIME has it.
    package var mediaType: String {
        if compression == .gzip { return "application/gzip" }
        return switch format {
        case .jsonl: "application/x-ndjson"
        case .json: "application/json"
        case .csv: "text/csv; charset=utf-8"
        case .parquet: "application/vnd.apache.parquet"
        }
    }

    /// Whether an export of this may hold something of a person.
    /// - Parameters:
    ///   - users: all user ids of the person.
    ///   - times: of the person's events, those of devices without a user too; `nil`: there are none.
    package func mayConcern(users: Set<String>, times: ClosedRange<Int64>?) -> Bool {
        switch subject {
        case .user(let id): return users.contains(id)
        case .range(let range):
            let named = range.filters.userIds
            // The filter itself says something of them, whatever the file has.
            if named.contains(where: users.contains) { return true }
            guard named.isEmpty, let times else { return false }
            return ExportDate.times(range.days).overlaps(times)
        }
    }
}
