import Query

/// A question with a name and a version, whose text is a file of this folder.
///
/// A report is never changed once it is released: a new meaning is a new version beside it, so that
/// figures with a name stay comparable.
struct Report {
    let name: String
    let version: Int
    /// Rows unless `--limit` says otherwise; `nil`: all. Only for lists that grow with the store.
    let usualLimit: Int?
    private let file: [UInt8]

    static let all = [
        Report("overview", 2, PackageResources.overview_v2_sql),
        Report("content", 2, PackageResources.content_v2_sql),
        Report("top", 1, PackageResources.top_v1_sql, limit: 20),
        Report("quality", 1, PackageResources.quality_v1_sql),
        Report("retention", 1, PackageResources.retention_v1_sql),
        Report("heatmap", 1, PackageResources.heatmap_v1_sql),
        Report("swipes", 1, PackageResources.swipes_v1_sql, limit: 20),
        Report("dropoff", 1, PackageResources.dropoff_v1_sql),
        Report("realtime", 1, PackageResources.realtime_v1_sql),
    ]

    private init(_ name: String, _ version: Int, _ file: [UInt8], limit: Int? = nil) {
        usualLimit = limit
        self.name = name
        self.version = version
        self.file = file
    }

    static func named(_ name: String) -> Report? { all.first { $0.name == name } }

    /// The query, without its comment.
    var text: String {
        String(decoding: file, as: UTF8.self).split(separator: "\n").dropFirst()
            .joined(separator: "\n")
    }

    /// The comment that the file begins with.
    var summary: String {
        String(String(decoding: file, as: UTF8.self).prefix { $0 != "\n" }.dropFirst("-- ".count))
    }

    var needsContent: Bool { text.contains("@content") }
    /// Whether it is about a time that can be chosen.
    var hasRange: Bool { text.contains("@from") }
    /// `content ID`
    var usage: String { needsContent ? "\(name) ID" : name }
}
