import EventLogd
import Testing

@Suite("The text of metrics")
struct MetricTextTests {
    private func text(_ body: (inout MetricText) -> Void) -> String {
        var text = MetricText()
        body(&text)
        return String(decoding: text.bytes, as: UTF8.self)
    }

    @Test("a histogram is cumulative and ends with +Inf")
    func histogram() {
        let histogram = Histogram(bounds: [0.5, 1, 2])
        for seconds in [0.25, 0.5, 1.5, 9] { histogram.observe(.milliseconds(Int(seconds * 1000))) }
        #expect(
            text { $0.histogram("x_seconds", "Time.", histogram) } == """
                # HELP x_seconds Time.
                # TYPE x_seconds histogram
                x_seconds_bucket{le="0.5"} 2
                x_seconds_bucket{le="1"} 2
                x_seconds_bucket{le="2"} 3
                x_seconds_bucket{le="+Inf"} 4
                x_seconds_sum 11.25
                x_seconds_count 4

                """)
    }

    @Test("values of labels are escaped")
    func escapes() {
        let counter = LabeledCounter("code")
        counter.add(3, "a\"b\\c\nd")
        #expect(
            text { $0.counter("x_total", "Two\nlines.", counter) } == """
                # HELP x_total Two\\nlines.
                # TYPE x_total counter
                x_total{code="a\\"b\\\\c\\nd"} 3

                """)
    }

    @Test("beyond its series a counter counts under other")
    func bound() {
        let counter = LabeledCounter("name")
        for number in 0..<LabeledCounter.seriesCountMax + 10 { counter.add(1, "\(number)") }
        counter.add(1, "0")
        let series = counter.snapshot
        #expect(series.count == LabeledCounter.seriesCountMax + 1)
        #expect(series.first { $0.values == ["other"] }?.count == 10)
        #expect(series.first { $0.values == ["0"] }?.count == 2)
    }
}
