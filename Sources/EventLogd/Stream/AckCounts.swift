/// What became of the lines of one connection: the numbers of an acknowledgement.
///
/// Cumulative since the connection began; stored + duplicates + failed + controls = lines.
package struct AckCounts: Sendable, Hashable {
    /// Lines that are not blank.
    package var lines: UInt64 = 0
    package var stored: UInt64 = 0
    package var duplicates: UInt64 = 0
    package var failed: UInt64 = 0
    /// Of the stored ones, those whose timestamp was replaced.
    package var adjusted: UInt64 = 0
    package var controls: UInt64 = 0
    /// Of the failed ones, those whose error object was left out because nobody read.
    package var errorsOmitted: UInt64 = 0

    package init() {}

    package static func - (one: AckCounts, other: AckCounts) -> AckCounts {
        var difference = one
        difference.lines -= other.lines
        difference.stored -= other.stored
        difference.duplicates -= other.duplicates
        difference.failed -= other.failed
        difference.adjusted -= other.adjusted
        difference.controls -= other.controls
        difference.errorsOmitted -= other.errorsOmitted
        return difference
    }
}
