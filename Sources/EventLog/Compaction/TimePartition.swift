/// A day or an hour of UTC, which compaction puts the events of together.
package struct TimePartition: Sendable, Hashable, Comparable {
    package enum Unit: Int64, Sendable, Hashable {
        case hour = 3_600_000_000
        case day = 86_400_000_000

        /// µs.
        package var length: Int64 { rawValue }
    }

    package let unit: Unit
    /// Units since 1970.
    package let number: Int64

    /// - Parameter time: µs since 1970 UTC.
    package init(_ unit: Unit, containing time: Int64) {
        self.unit = unit
        number =
            time >= 0 ? time / unit.length : (time - unit.length + 1) / unit.length
    }

    /// µs since 1970 UTC.
    package var start: Int64 { number.multipliedReportingOverflow(by: unit.length).partialValue }
    package var end: Int64 { start.addingReportingOverflow(unit.length).partialValue }

    package static func < (a: TimePartition, b: TimePartition) -> Bool {
        (a.start, a.unit.length) < (b.start, b.unit.length)
    }
}

extension TimePartition {
    /// The partition that all of these times lie in.
    ///
    /// The catalog rounds times to milliseconds, outward: the last one may be just past the end.
    init?(_ unit: Unit, containing times: ClosedRange<Int64>) {
        let partition = TimePartition(unit, containing: times.lowerBound)
        guard times.upperBound <= partition.end else { return nil }
        self = partition
    }
}
