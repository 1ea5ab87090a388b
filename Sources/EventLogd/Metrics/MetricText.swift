/// Writes Prometheus' text format, version 0.0.4: what a scrape reads.
///
/// A family is HELP, TYPE and its samples, once and together. Names say the unit: `_seconds`,
/// `_bytes`; counters end in `_total`.
package struct MetricText: Sendable {
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    package private(set) var bytes: [UInt8] = []

    package init() {}

    package mutating func gauge(_ name: String, _ help: String, _ value: some BinaryInteger) {
        begin(name, "gauge", help)
        sample(name, [], String(value))
    }

    package mutating func gauge(_ name: String, _ help: String, _ value: Double) {
        begin(name, "gauge", help)
        sample(name, [], Self.text(value))
    }

    /// A gauge with one label.
    package mutating func gauge(
        _ name: String, _ help: String, by label: String,
        _ values: [(value: String, count: Int)]
    ) {
        begin(name, "gauge", help)
        for value in values { sample(name, [(label, value.value)], String(value.count)) }
    }

    package mutating func counter(_ name: String, _ help: String, _ value: some BinaryInteger) {
        begin(name, "counter", help)
        sample(name, [], String(value))
    }

    package mutating func counter(
        _ name: String, _ help: String, by label: String,
        _ values: [(value: String, count: UInt64)]
    ) {
        begin(name, "counter", help)
        for value in values { sample(name, [(label, value.value)], String(value.count)) }
    }

    package mutating func counter(_ name: String, _ help: String, _ counter: LabeledCounter) {
        begin(name, "counter", help)
        for series in counter.snapshot {
            sample(name, Array(zip(counter.labels, series.values)), String(series.count))
        }
    }

    package mutating func histogram(_ name: String, _ help: String, _ histogram: Histogram) {
        let snapshot = histogram.snapshot
        begin(name, "histogram", help)
        var count: UInt64 = 0
        for (bound, bucket) in zip(snapshot.bounds, snapshot.counts) {
            count += bucket
            sample("\(name)_bucket", [("le", Self.text(bound))], String(count))
        }
        count += snapshot.counts.last ?? 0
        sample("\(name)_bucket", [("le", "+Inf")], String(count))
        sample("\(name)_sum", [], Self.text(snapshot.sum))
        sample("\(name)_count", [], String(count))
    }

    private mutating func begin(_ name: String, _ type: String, _ help: String) {
        line("# HELP \(name) \(Self.escape(help, quotes: false))")
        line("# TYPE \(name) \(type)")
    }

    private mutating func sample(_ name: String, _ labels: [(String, String)], _ value: String) {
        let list = labels.map { "\($0)=\"\(Self.escape($1, quotes: true))\"" }
        line(name + (list.isEmpty ? "" : "{\(list.joined(separator: ","))}") + " " + value)
    }

    private mutating func line(_ text: String) {
        bytes.append(contentsOf: text.utf8)
        bytes.append(0x0A)
    }

    /// A whole number without a point, since `1.0` and `1` would be two buckets to some readers.
    private static func text(_ value: Double) -> String {
        Int64(exactly: value).map { String($0) } ?? "\(value)"
    }

    private static func escape(_ text: String, quotes: Bool) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quotes: escaped += "\\\""
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
