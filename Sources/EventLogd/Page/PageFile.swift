import Crypto
import EventLog

/// A file of the page, as it stands in the binary.
///
/// The files are what a browser loads, unchanged: there is no build step, and nothing comes from another
/// server.
struct PageFile: Sendable {
    let name: String
    let contentType: String
    let bytes: [UInt8]
    /// Of the bytes: another version of the page has another (RFC 9110, section 8.8.3).
    let tag: String

    private init(_ name: String, _ bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
        contentType = Self.contentType(of: name)
        let digest = SHA256.hash(data: bytes).prefix(16)
        tag = "\"\(Hex.text(Array(digest)))\""
    }

    static func named(_ name: String) -> PageFile? { byName[name] }

    static let all = [
        PageFile("api.js", PackageResources.api_js),
        PageFile("app.js", PackageResources.app_js),
        PageFile("charts.js", PackageResources.charts_js),
        PageFile("content.js", PackageResources.content_js),
        PageFile("course.js", PackageResources.course_js),
        PageFile("dom.js", PackageResources.dom_js),
        PageFile("engagement.js", PackageResources.engagement_js),
        PageFile("format.js", PackageResources.format_js),
        PageFile("icon.svg", PackageResources.icon_svg),
        PageFile("index.html", PackageResources.index_html),
        PageFile("item.js", PackageResources.item_js),
        PageFile("live.js", PackageResources.live_js),
        PageFile("overview.js", PackageResources.overview_js),
        PageFile("page.css", PackageResources.page_css),
        PageFile("quality.js", PackageResources.quality_js),
        PageFile("query.js", PackageResources.query_js),
        PageFile("range.js", PackageResources.range_js),
        PageFile("retention.js", PackageResources.retention_js),
        PageFile("route.js", PackageResources.route_js),
        PageFile("states.js", PackageResources.states_js),
        PageFile("table.js", PackageResources.table_js),
    ]

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    private static func contentType(of name: String) -> String {
        switch name.split(separator: ".").last {
        case "html": "text/html; charset=utf-8"
        case "css": "text/css; charset=utf-8"
        case "svg": "image/svg+xml"
        default: "text/javascript; charset=utf-8"
        }
    }
}
